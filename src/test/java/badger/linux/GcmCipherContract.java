package badger.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.AllocationMeter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What every {@link GcmCipher} has to do, whichever library does it. */
abstract class GcmCipherContract {
    private static final int TAG_BYTES = GcmCipher.TAG_BYTES;

    /** One of the library under test; parameters as those of its constructor. */
    abstract GcmCipher cipher(Arena ownerArena, MemorySegment key, boolean isEncrypting);

    @Test
    void sealsTheFourthTestCaseOfTheSpecification() {
        // McGrew and Viega, The Galois/Counter Mode of Operation, test case 4, as used by NIST.
        byte[] plaintext = HexFormat.of()
                .parseHex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
        String sealed = "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47";
        try (Arena arena = Arena.ofConfined();
                GcmCipher cipher = cipher(arena, "feffe9928665731c6d6a8f9467308308", true)) {
            MemorySegment nonce = segment(arena, HexFormat.of().parseHex("cafebabefacedbaddecaf888"));
            MemorySegment aad = segment(arena, HexFormat.of().parseHex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
            MemorySegment in = segment(arena, plaintext);
            MemorySegment out = arena.allocate(plaintext.length + TAG_BYTES);
            assertEquals(
                    plaintext.length + TAG_BYTES,
                    cipher.seal(nonce, aad, aad.byteSize(), in, 0, plaintext.length, out, 0));
            assertEquals(sealed, HexFormat.of().formatHex(out.toArray(ValueLayout.JAVA_BYTE)));
        }
    }

    @Test
    void agreesWithTheJdkOnRandomRecordsAndOpensInPlace() throws Exception {
        Random random = new Random(1);
        byte[] key = bytes(random, GcmCipher.KEY_BYTES);
        Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding");
        try (Arena arena = Arena.ofConfined();
                GcmCipher sealing = cipher(arena, segment(arena, key), true);
                GcmCipher opening = cipher(arena, segment(arena, key), false)) {
            MemorySegment out = arena.allocate(4096);
            for (int i = 0; i < 2_000; i++) {
                byte[] nonce = bytes(random, GcmCipher.NONCE_BYTES);
                byte[] aad = bytes(random, random.nextInt(1, 40));
                byte[] plaintext = bytes(random, random.nextInt(0, 2_000));
                jdk.init(
                        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG_BYTES, nonce));
                jdk.updateAAD(aad);
                byte[] expected = jdk.doFinal(plaintext);

                try (Arena record = Arena.ofConfined()) {
                    long at = random.nextInt(64);
                    MemorySegment nonceSegment = segment(record, nonce);
                    MemorySegment aadSegment = segment(record, aad);
                    MemorySegment.copy(plaintext, 0, out, ValueLayout.JAVA_BYTE, at, plaintext.length);
                    int length = sealing.seal(nonceSegment, aadSegment, aad.length, out, at, plaintext.length, out, at);
                    assertArrayEquals(expected, out.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));

                    assertTrue(opening.open(nonceSegment, aadSegment, aad.length, out, at, plaintext.length, out, at));
                    assertArrayEquals(
                            plaintext, out.asSlice(at, plaintext.length).toArray(ValueLayout.JAVA_BYTE));
                }
            }
        }
    }

    @Test
    void refusesARecordWithAnyBitChangedAndOpensTheNextOne() {
        Random random = new Random(2);
        byte[] key = bytes(random, GcmCipher.KEY_BYTES);
        try (Arena arena = Arena.ofConfined();
                GcmCipher sealing = cipher(arena, segment(arena, key), true);
                GcmCipher opening = cipher(arena, segment(arena, key), false)) {
            int length = 40;
            MemorySegment nonce = segment(arena, bytes(random, GcmCipher.NONCE_BYTES));
            MemorySegment aad = segment(arena, bytes(random, 13));
            MemorySegment record = arena.allocate(length + TAG_BYTES);
            MemorySegment out = arena.allocate(length);
            sealing.seal(nonce, aad, 13, segment(arena, bytes(random, length)), 0, length, record, 0);
            for (MemorySegment part : new MemorySegment[] {record, nonce, aad}) {
                for (long bit = 0; bit < 8 * part.byteSize(); bit++) {
                    flip(part, bit);
                    assertFalse(opening.open(nonce, aad, 13, record, 0, length, out, 0));
                    flip(part, bit);
                    assertTrue(opening.open(nonce, aad, 13, record, 0, length, out, 0));
                }
            }
        }
    }

    @Test
    void refusesPlacesOutsideTheSegmentsAndUseAfterClose() {
        try (Arena arena = Arena.ofConfined()) {
            GcmCipher cipher = cipher(arena, "00".repeat(16), true);
            MemorySegment nonce = arena.allocate(GcmCipher.NONCE_BYTES);
            MemorySegment some = arena.allocate(100);
            assertThrows(IndexOutOfBoundsException.class, () -> cipher.seal(nonce, some, 13, some, 0, 85, some, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> cipher.seal(nonce, some, 13, some, 90, 20, some, 0));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> cipher.seal(nonce, some, 13, MemorySegment.ofArray(new byte[20]), 0, 20, some, 0));
            assertThrows(IllegalStateException.class, () -> cipher.open(nonce, some, 13, some, 0, 20, some, 0));
            cipher.close();
            cipher.close();
            assertThrows(IllegalStateException.class, () -> cipher.seal(nonce, some, 13, some, 0, 20, some, 0));
        }
    }

    @Test
    void allocatesNothing() {
        // A shared arena, as the packet slots have.
        try (Arena arena = Arena.ofShared();
                GcmCipher sealing = cipher(arena, "01".repeat(16), true);
                GcmCipher opening = cipher(arena, "01".repeat(16), false)) {
            MemorySegment nonce = arena.allocate(GcmCipher.NONCE_BYTES);
            MemorySegment aad = arena.allocate(13);
            MemorySegment slot = arena.allocate(2_048);
            double bytes =
                    AllocationMeter.bytesPerIteration(100, () -> sealAndOpen(sealing, opening, nonce, aad, slot));
            assertEquals(0, bytes, "bytes in 1000 records sealed and opened, once the compiler is done");
        }
    }

    private static void sealAndOpen(
            GcmCipher sealing, GcmCipher opening, MemorySegment nonce, MemorySegment aad, MemorySegment slot) {
        for (int i = 0; i < 1_000; i++) {
            nonce.set(ValueLayout.JAVA_INT_UNALIGNED, 8, i);
            int length = sealing.seal(nonce, aad, 13, slot, 37, 1_400, slot, 37) - TAG_BYTES;
            if (!opening.open(nonce, aad, 13, slot, 37, length, slot, 37)) {
                throw new AssertionError("an own record was refused");
            }
        }
    }

    private GcmCipher cipher(Arena arena, String hexKey, boolean isEncrypting) {
        return cipher(arena, segment(arena, HexFormat.of().parseHex(hexKey)), isEncrypting);
    }

    private static void flip(MemorySegment segment, long bit) {
        long at = bit / 8;
        segment.set(ValueLayout.JAVA_BYTE, at, (byte) (segment.get(ValueLayout.JAVA_BYTE, at) ^ 1 << (int) (bit % 8)));
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static MemorySegment segment(Arena arena, byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }
}
