package badger.linux;

import badger.bindings.libcrypto.libcrypto_h;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * AES-128-GCM by OpenSSL's libcrypto.so.3 (EVP_EncryptInit(3)). The key schedule lives in OpenSSL's memory, which wipes
 * it on {@link #close}.
 *
 * <p>The generic calls are used, with the whole nonce set for each record. The TLS mode of OpenSSL's GCM is faster only
 * as long as it counts the nonces itself, and the nonces of an association are not consecutive for one cipher.
 */
public final class AesGcmCipher implements GcmCipher {
    private static final boolean IS_AVAILABLE = probe();

    private final boolean isEncrypting;
    private final long writtenBytes;
    private MemorySegment context;

    /**
     * @param ownerArena holds a few bytes of scratch memory and must outlive the cipher
     * @param key {@link #KEY_BYTES} in a native segment, which the caller may wipe afterwards
     */
    public AesGcmCipher(Arena ownerArena, MemorySegment key, boolean isEncrypting) {
        if (!IS_AVAILABLE) {
            throw new IllegalStateException("libcrypto.so.3 is not available");
        }
        this.isEncrypting = isEncrypting;
        writtenBytes = ownerArena.allocate(ValueLayout.JAVA_INT).address();
        context = libcrypto_h.EVP_CIPHER_CTX_new();
        int isOk = isEncrypting
                ? libcrypto_h.EVP_EncryptInit_ex2(
                        context, Calls.AES_128_GCM, key, MemorySegment.NULL, MemorySegment.NULL)
                : libcrypto_h.EVP_DecryptInit_ex2(
                        context, Calls.AES_128_GCM, key, MemorySegment.NULL, MemorySegment.NULL);
        if (isOk != 1) {
            close();
            throw new IllegalStateException("OpenSSL refused the key");
        }
    }

    /** Whether libcrypto.so.3 is on this machine and knows AES-128-GCM. */
    public static boolean isAvailable() {
        return IS_AVAILABLE;
    }

    /** OpenSSL's name and version, such as {@code OpenSSL 3.0.19 27 Jan 2026}; only where {@link #isAvailable}. */
    public static String version() {
        return libcrypto_h.OpenSSL_version(libcrypto_h.OPENSSL_VERSION()).getString(0);
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
        long tag = ciphertext + length;
        boolean isOk;
        try {
            isOk = (int) Calls.ENCRYPT_INIT.invokeExact(
                                    context.address(), 0L, 0L, NativeAddress.of(nonce, 0, NONCE_BYTES), 0L)
                            == 1
                    && (int) Calls.ENCRYPT_UPDATE.invokeExact(
                                    context.address(),
                                    0L,
                                    writtenBytes,
                                    NativeAddress.of(aad, 0, (int) aadLength),
                                    (int) aadLength)
                            == 1
                    && (int) Calls.ENCRYPT_UPDATE.invokeExact(
                                    context.address(),
                                    ciphertext,
                                    writtenBytes,
                                    NativeAddress.of(in, inAt, length),
                                    length)
                            == 1
                    && (int) Calls.ENCRYPT_FINAL.invokeExact(context.address(), tag, writtenBytes) == 1
                    && (int) Calls.CONTROL.invokeExact(context.address(), Calls.GET_TAG, TAG_BYTES, tag) == 1;
        } catch (Throwable e) {
            throw Syscalls.unexpected(e);
        }
        if (!isOk) {
            // Nothing that comes from outside reaches this: lengths are checked and overlap is the caller's defect.
            throw new IllegalStateException("OpenSSL could not seal " + length + " bytes");
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
        long tag = ciphertext + length;
        long plaintext = NativeAddress.of(out, outAt, length);
        try {
            return (int) Calls.DECRYPT_INIT.invokeExact(
                                    context.address(), 0L, 0L, NativeAddress.of(nonce, 0, NONCE_BYTES), 0L)
                            == 1
                    && (int) Calls.CONTROL.invokeExact(context.address(), Calls.SET_TAG, TAG_BYTES, tag) == 1
                    && (int) Calls.DECRYPT_UPDATE.invokeExact(
                                    context.address(),
                                    0L,
                                    writtenBytes,
                                    NativeAddress.of(aad, 0, (int) aadLength),
                                    (int) aadLength)
                            == 1
                    && (int) Calls.DECRYPT_UPDATE.invokeExact(
                                    context.address(), plaintext, writtenBytes, ciphertext, length)
                            == 1
                    && (int) Calls.DECRYPT_FINAL.invokeExact(context.address(), tag, writtenBytes) == 1;
        } catch (Throwable e) {
            throw Syscalls.unexpected(e);
        }
    }

    @Override
    public void close() {
        if (context.address() != 0) {
            libcrypto_h.EVP_CIPHER_CTX_free(context);
            context = MemorySegment.NULL;
        }
    }

    private void checkOpen(boolean wantsEncrypting) {
        if (context.address() == 0 || isEncrypting != wantsEncrypting) {
            throw new IllegalStateException("the cipher is closed or has the other direction");
        }
    }

    private static boolean probe() {
        try {
            return Calls.AES_128_GCM.address() != 0;
        } catch (ExceptionInInitializerError | NoClassDefFoundError | UnsatisfiedLinkError missing) {
            // The bindings look the library up as they are initialised.
            return false;
        }
    }

    /** The calls of the data path, in a class of its own: it cannot be initialised where libcrypto.so.3 is missing. */
    private static final class Calls {
        static final MethodHandle ENCRYPT_INIT =
                critical(libcrypto_h.EVP_EncryptInit_ex2$address(), libcrypto_h.EVP_EncryptInit_ex2$descriptor());
        static final MethodHandle ENCRYPT_UPDATE =
                critical(libcrypto_h.EVP_EncryptUpdate$address(), libcrypto_h.EVP_EncryptUpdate$descriptor());
        static final MethodHandle ENCRYPT_FINAL =
                critical(libcrypto_h.EVP_EncryptFinal_ex$address(), libcrypto_h.EVP_EncryptFinal_ex$descriptor());
        static final MethodHandle DECRYPT_INIT =
                critical(libcrypto_h.EVP_DecryptInit_ex2$address(), libcrypto_h.EVP_DecryptInit_ex2$descriptor());
        static final MethodHandle DECRYPT_UPDATE =
                critical(libcrypto_h.EVP_DecryptUpdate$address(), libcrypto_h.EVP_DecryptUpdate$descriptor());
        static final MethodHandle DECRYPT_FINAL =
                critical(libcrypto_h.EVP_DecryptFinal_ex$address(), libcrypto_h.EVP_DecryptFinal_ex$descriptor());
        static final MethodHandle CONTROL =
                critical(libcrypto_h.EVP_CIPHER_CTX_ctrl$address(), libcrypto_h.EVP_CIPHER_CTX_ctrl$descriptor());

        static final int GET_TAG = libcrypto_h.EVP_CTRL_AEAD_GET_TAG();
        static final int SET_TAG = libcrypto_h.EVP_CTRL_AEAD_SET_TAG();

        /** Fetched once for the process and never freed. */
        static final MemorySegment AES_128_GCM = fetch("AES-128-GCM");

        /** Without the thread's change of state, because a call lasts about a microsecond at most for one packet. */
        @SuppressWarnings("restricted")
        private static MethodHandle critical(MemorySegment function, FunctionDescriptor signature) {
            return Linker.nativeLinker()
                    .downcallHandle(function, NativeAddress.ofNumbers(signature), Linker.Option.critical(false));
        }

        private static MemorySegment fetch(String name) {
            try (Arena callArena = Arena.ofConfined()) {
                return libcrypto_h.EVP_CIPHER_fetch(
                        MemorySegment.NULL, callArena.allocateFrom(name), MemorySegment.NULL);
            }
        }
    }
}
