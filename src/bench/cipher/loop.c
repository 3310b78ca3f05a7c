/*
 * What the libraries take by themselves: seals and opens one packet of 1420 bytes as a DTLS 1.2 record (13 bytes of
 * additional data, a nonce of 12, a tag of 16) again and again, without Java. Prints nanoseconds for each, one line a
 * library: the median of some rounds. RecordProtectionBenchmark does the same from Java; compare.sh runs both in turns.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#ifdef WITH_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

enum { PACKET = 1420, TAG = 16, AAD = 13, NONCE = 12, ROUNDS = 9, RECORDS = 100000 };

static uint8_t key[16], nonce[NONCE], aad[AAD], packet[PACKET], sealed[PACKET + TAG], opened[PACKET];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

/* Every record has a number of its own, in the nonce and in the additional data. */
static void number(uint64_t n) {
    memcpy(nonce + 4, &n, 8);
    memcpy(aad, &n, 8);
}

static void must(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "%s failed\n", what);
        exit(1);
    }
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of the rounds, in nanoseconds a record. */
static double timed(void (*once)(void *), void *with) {
    double rounds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (uint64_t n = 0; n < RECORDS; n++) {
            number(n);
            once(with);
        }
        rounds[round] = (now() - start) / RECORDS;
    }
    qsort(rounds, ROUNDS, sizeof(double), by_value);
    return rounds[ROUNDS / 2];
}

static void openssl_seal(void *with) {
    EVP_CIPHER_CTX *c = with;
    int n;
    must(EVP_EncryptInit_ex(c, NULL, NULL, NULL, nonce), "EVP_EncryptInit_ex");
    must(EVP_EncryptUpdate(c, NULL, &n, aad, AAD), "EVP_EncryptUpdate of aad");
    must(EVP_EncryptUpdate(c, sealed, &n, packet, PACKET), "EVP_EncryptUpdate");
    must(EVP_EncryptFinal_ex(c, sealed + n, &n), "EVP_EncryptFinal_ex");
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, sealed + PACKET), "EVP_CTRL_AEAD_GET_TAG");
}

/* The sealed record has number RECORDS - 1, whatever number() has set. */
static void openssl_open(void *with) {
    EVP_CIPHER_CTX *c = with;
    int n;
    number(RECORDS - 1);
    must(EVP_DecryptInit_ex(c, NULL, NULL, NULL, nonce), "EVP_DecryptInit_ex");
    must(EVP_DecryptUpdate(c, NULL, &n, aad, AAD), "EVP_DecryptUpdate of aad");
    must(EVP_DecryptUpdate(c, opened, &n, sealed, PACKET), "EVP_DecryptUpdate");
    must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, sealed + PACKET), "EVP_CTRL_AEAD_SET_TAG");
    must(EVP_DecryptFinal_ex(c, opened + n, &n), "EVP_DecryptFinal_ex");
}

static void with_openssl(void) {
    EVP_CIPHER_CTX *seals = EVP_CIPHER_CTX_new(), *opens = EVP_CIPHER_CTX_new();
    must(EVP_EncryptInit_ex(seals, EVP_aes_128_gcm(), NULL, key, nonce), "EVP_EncryptInit_ex");
    must(EVP_DecryptInit_ex(opens, EVP_aes_128_gcm(), NULL, key, nonce), "EVP_DecryptInit_ex");
    double seal = timed(openssl_seal, seals);
    double open = timed(openssl_open, opens);
    must(memcmp(opened, packet, PACKET) == 0, "opening what was sealed");
    printf("openssl %.1f %.1f\n", seal, open);
    EVP_CIPHER_CTX_free(seals);
    EVP_CIPHER_CTX_free(opens);
}

#ifdef WITH_IPSEC_MB
/* The expanded key comes first: the library wants it aligned. */
struct ipsec_mb {
    struct gcm_key_data expanded;
    struct gcm_context_data context;
    IMB_MGR *manager;
};

static void ipsec_mb_seal(void *with) {
    struct ipsec_mb *m = with;
    IMB_AES128_GCM_ENC(m->manager, &m->expanded, &m->context, sealed, packet, PACKET, nonce, aad, AAD, sealed + PACKET, TAG);
}

static void ipsec_mb_open(void *with) {
    struct ipsec_mb *m = with;
    uint8_t tag[TAG];
    number(RECORDS - 1);
    IMB_AES128_GCM_DEC(m->manager, &m->expanded, &m->context, opened, sealed, PACKET, nonce, aad, AAD, tag, TAG);
    must(memcmp(tag, sealed + PACKET, TAG) == 0, "the tag's check");
}

static void with_ipsec_mb(void) {
    struct ipsec_mb *m = aligned_alloc(64, (sizeof(struct ipsec_mb) + 63) / 64 * 64);
    m->manager = alloc_mb_mgr(0);
    must(m->manager != NULL, "alloc_mb_mgr");
    init_mb_mgr_auto(m->manager, NULL);
    IMB_AES128_GCM_PRE(m->manager, key, &m->expanded);
    double seal = timed(ipsec_mb_seal, m);
    double open = timed(ipsec_mb_open, m);
    must(memcmp(opened, packet, PACKET) == 0, "opening what was sealed");
    printf("ipsec-mb %.1f %.1f\n", seal, open);
    free_mb_mgr(m->manager);
    free(m);
}
#endif

int main(void) {
    memset(key, 7, sizeof key);
    memset(packet, 1, sizeof packet);
    with_openssl();
#ifdef WITH_IPSEC_MB
    with_ipsec_mb();
#endif
    return 0;
}
