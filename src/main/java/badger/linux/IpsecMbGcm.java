package badger.linux;

import badger.bindings.ipsecmb.aes_gcm_enc_dec_t;
import badger.bindings.ipsecmb.aes_gcm_pre_t;
import badger.bindings.ipsecmb.ipsecmb_h;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * AES-128-GCM by Intel's Multi-Buffer Crypto for IPsec (libIPSec_MB.so.1, x86-64 only), which chooses its code by what
 * the processor has. One call for each record.
 */
public final class IpsecMbGcm implements GcmCipher {
    // Version 1.3 fills 1008 and 88 bytes of these; a later one of the same ABI may precompute more.
    private static final int SCHEDULE_BYTES = 4_096;
    private static final int SCRATCH_BYTES = 512;

    /** The alignment that the library's vector code wants of its key schedule. */
    private static final int SCHEDULE_ALIGNMENT = 64;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final boolean IS_AVAILABLE = probe();

    private final boolean isEncrypting;
    private final MemorySegment schedule;
    private final MemorySegment scratch;
    private final MemorySegment computedTag;
    private boolean isClosed;

    /**
     * @param ownerArena holds the key schedule and must outlive the cipher
     * @param key {@link #KEY_BYTES} in a native segment, which the caller may wipe afterwards
     */
    public IpsecMbGcm(Arena ownerArena, MemorySegment key, boolean isEncrypting) {
        if (!IS_AVAILABLE) {
            throw new IllegalStateException("libIPSec_MB.so.1 is not available");
        }
        this.isEncrypting = isEncrypting;
        schedule = ownerArena.allocate(SCHEDULE_BYTES, SCHEDULE_ALIGNMENT);
        scratch = ownerArena.allocate(SCRATCH_BYTES, SCHEDULE_ALIGNMENT);
        computedTag = ownerArena.allocate(TAG_BYTES, TAG_BYTES);
        try {
            Calls.EXPAND_KEY.invokeExact(NativeAddress.of(key, 0, KEY_BYTES), schedule.address());
        } catch (Throwable e) {
            throw Syscalls.unexpected(e);
        }
    }

    /** Whether libIPSec_MB.so.1 is on this machine and has code for its processor. */
    public static boolean isAvailable() {
        return IS_AVAILABLE;
    }

    /** The library's version, such as {@code 1.3.0}; only where {@link #isAvailable}. */
    public static String version() {
        return ipsecmb_h.imb_get_version_str().getString(0);
    }

    @Override
    public int seal(
            MemorySegment nonce,
            MemorySegment aad,
            long aadLength,
            MemorySegment in,
            long inAt,
            int length,
            MemorySegment out,
            long outAt) {
        checkOpen(true);
        long ciphertext = NativeAddress.of(out, outAt, length + TAG_BYTES);
        try {
            Calls.ENCRYPT.invokeExact(
                    schedule.address(),
                    scratch.address(),
                    ciphertext,
                    NativeAddress.of(in, inAt, length),
                    (long) length,
                    NativeAddress.of(nonce, 0, NONCE_BYTES),
                    NativeAddress.of(aad, 0, (int) aadLength),
                    aadLength,
                    ciphertext + length,
                    (long) TAG_BYTES);
        } catch (Throwable e) {
            throw Syscalls.unexpected(e);
        }
        return length + TAG_BYTES;
    }

    @Override
    public boolean open(
            MemorySegment nonce,
            MemorySegment aad,
            long aadLength,
            MemorySegment in,
            long inAt,
            int length,
            MemorySegment out,
            long outAt) {
        checkOpen(false);
        long ciphertext = NativeAddress.of(in, inAt, length + TAG_BYTES);
        try {
            Calls.DECRYPT.invokeExact(
                    schedule.address(),
                    scratch.address(),
                    NativeAddress.of(out, outAt, length),
                    ciphertext,
                    (long) length,
                    NativeAddress.of(nonce, 0, NONCE_BYTES),
                    NativeAddress.of(aad, 0, (int) aadLength),
                    aadLength,
                    computedTag.address(),
                    (long) TAG_BYTES);
        } catch (Throwable e) {
            throw Syscalls.unexpected(e);
        }
        // The plaintext may have been written over the ciphertext, but not over the tag behind it. Both halves are
        // always compared, so that the time tells nothing of how much of a forged tag was right.
        long tagAt = inAt + length;
        long difference = (in.get(U64, tagAt) ^ computedTag.get(U64, 0))
                | (in.get(U64, tagAt + Long.BYTES) ^ computedTag.get(U64, Long.BYTES));
        return difference == 0;
    }

    /** Wipes what the last record left as well. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            schedule.fill((byte) 0);
            scratch.fill((byte) 0);
            computedTag.fill((byte) 0);
        }
    }

    private void checkOpen(boolean wantsEncrypting) {
        if (isClosed || isEncrypting != wantsEncrypting) {
            throw new IllegalStateException("the cipher is closed or has the other direction");
        }
    }

    private static boolean probe() {
        try {
            return Calls.IS_COMPLETE;
        } catch (ExceptionInInitializerError | NoClassDefFoundError | UnsatisfiedLinkError missing) {
            // The bindings look the library up as they are initialised.
            return false;
        }
    }

    /** The calls, in a class of its own: it cannot be initialised where the library is missing. */
    private static final class Calls {
        /** Never freed: the functions stay good without it, but there is nothing to gain. */
        private static final MemorySegment MANAGER = manager();

        static final boolean IS_COMPLETE = MANAGER.address() != 0
                && function(ipsecmb_h.BADGER_GCM128_PRE_AT()).address() != 0
                && function(ipsecmb_h.BADGER_GCM128_ENC_AT()).address() != 0
                && function(ipsecmb_h.BADGER_GCM128_DEC_AT()).address() != 0
                && ipsecmb_h.BADGER_GCM_KEY_BYTES() <= SCHEDULE_BYTES
                && ipsecmb_h.BADGER_GCM_CONTEXT_BYTES() <= SCRATCH_BYTES;

        static final MethodHandle EXPAND_KEY =
                critical(function(ipsecmb_h.BADGER_GCM128_PRE_AT()), aes_gcm_pre_t.descriptor());
        static final MethodHandle ENCRYPT =
                critical(function(ipsecmb_h.BADGER_GCM128_ENC_AT()), aes_gcm_enc_dec_t.descriptor());
        static final MethodHandle DECRYPT =
                critical(function(ipsecmb_h.BADGER_GCM128_DEC_AT()), aes_gcm_enc_dec_t.descriptor());

        private static MemorySegment manager() {
            MemorySegment manager = ipsecmb_h.alloc_mb_mgr(0);
            if (manager.address() != 0) {
                ipsecmb_h.init_mb_mgr_auto(manager, MemorySegment.NULL);
            }
            return manager;
        }

        /** The pointer at a place of the manager; the places belong to the ABI of libIPSec_MB.so.1. */
        @SuppressWarnings("restricted")
        private static MemorySegment function(int at) {
            return MANAGER.reinterpret(at + ValueLayout.ADDRESS.byteSize()).get(ValueLayout.ADDRESS, at);
        }

        /** Without the thread's change of state, because a call lasts some hundred nanoseconds for one packet. */
        @SuppressWarnings("restricted")
        private static MethodHandle critical(MemorySegment function, FunctionDescriptor signature) {
            return Linker.nativeLinker()
                    .downcallHandle(function, NativeAddress.ofNumbers(signature), Linker.Option.critical(false));
        }
    }
}
