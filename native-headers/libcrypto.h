/* What jextract reads for libcrypto.so.3 (OpenSSL 3). symbols-libcrypto.txt names what is taken from it. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
