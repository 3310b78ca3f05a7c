/*
 * What jextract reads for libIPSec_MB.so.1 (intel-ipsec-mb 1.x, x86-64). symbols-ipsecmb.txt names what is taken from it.
 *
 * The manager is a struct of some hundred function pointers, of which Badger calls three: their places become
 * enumerators, and so do the sizes of the two structs that the caller allocates and never looks into.
 */
#include <stddef.h>

#include <intel-ipsec-mb.h>

enum {
    BADGER_GCM128_PRE_AT = offsetof(IMB_MGR, gcm128_pre),
    BADGER_GCM128_ENC_AT = offsetof(IMB_MGR, gcm128_enc),
    BADGER_GCM128_DEC_AT = offsetof(IMB_MGR, gcm128_dec),
    BADGER_GCM_KEY_BYTES = sizeof(struct gcm_key_data),
    BADGER_GCM_CONTEXT_BYTES = sizeof(struct gcm_context_data)
};
