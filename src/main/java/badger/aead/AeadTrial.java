package badger.aead;

import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/**
 * Compares {@link AeadBackend}s with random records: whether two do the same, and how fast one is. Some milliseconds
 * each, most of them spent before the compiler has seen the code. Any thread.
 *
 * <p>With two libraries it makes some 110 calls of each method, fewer than the 200 after which the virtual machine
 * begins a profile of a method (Tier3InvocationThreshold). So the profile of the data path shows the library that was
 * chosen, and not those that were tried.
 */
final class AeadTrial {
    private static final int COMPARED_RECORDS = 24;
    private static final int LONGEST_COMPARED_BYTES = 1_500;

    /**
     * The longest plaintext there is (RFC 6347, section 4.1.1: 2^14 bytes), so that what Java spends on each call,
     * which is the same for all, hardly shows.
     */
    private static final int TIMED_BYTES = 1 << 14;

    private static final int TIMED_ROUNDS = 30;

    private final Random random;

    AeadTrial(Random random) {
        this.random = random;
    }

    /** Whether both seal every record to the same bytes, and each opens what the other sealed. */
    boolean doTheSame(AeadBackend one, AeadBackend other) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = randomSegment(arena, Aead.KEY_BYTES);
            int salt = random.nextInt();
            // Records between Badger nodes have one, and it makes the additional data longer than a block of the
            // cipher.
            ConnectionId connectionId = ConnectionId.of(random.nextInt());
            try (Aead oneSeals = one.sealing(key, salt, connectionId);
                    Aead otherSeals = other.sealing(key, salt, connectionId);
                    Aead oneOpens = one.opening(key, salt, connectionId);
                    Aead otherOpens = other.opening(key, salt, connectionId)) {
                for (int i = 0; i < COMPARED_RECORDS; i++) {
                    int length = random.nextInt(LONGEST_COMPARED_BYTES + 1);
                    MemorySegment plain = randomSegment(arena, length);
                    long number = random.nextLong();
                    MemorySegment byOne = sealed(arena, oneSeals, number, plain);
                    MemorySegment byOther = sealed(arena, otherSeals, number, plain);
                    boolean areSame = byOne.mismatch(byOther) == -1
                            && opens(otherOpens, number, byOne, plain)
                            && opens(oneOpens, number, byOther, plain);
                    if (!areSame) {
                        return false;
                    }
                }
                return true;
            }
        }
    }

    /** The shortest time that sealing and opening one long record took, in nanoseconds. */
    long nanos(AeadBackend backend) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = randomSegment(arena, Aead.KEY_BYTES);
            MemorySegment plain = randomSegment(arena, TIMED_BYTES);
            MemorySegment record = arena.allocate(TIMED_BYTES + Aead.TAG_BYTES, 64);
            try (Aead seals = backend.sealing(key, 1);
                    Aead opens = backend.opening(key, 1)) {
                long shortest = Long.MAX_VALUE;
                for (int number = 0; number < TIMED_ROUNDS; number++) {
                    long started = System.nanoTime();
                    seals.seal(number, number, DtlsRecord.APPLICATION_DATA, plain, 0, TIMED_BYTES, record, 0);
                    opens.open(number, number, DtlsRecord.APPLICATION_DATA, record, 0, TIMED_BYTES, record, 0);
                    shortest = Math.min(shortest, System.nanoTime() - started);
                }
                return shortest;
            }
        }
    }

    private static MemorySegment sealed(Arena arena, Aead seals, long number, MemorySegment plain) {
        int length = (int) plain.byteSize();
        MemorySegment record = arena.allocate(length + Aead.TAG_BYTES);
        seals.seal(number, number, DtlsRecord.APPLICATION_DATA, plain, 0, length, record, 0);
        return record;
    }

    /** Opens the record in place, which spoils it. */
    private static boolean opens(Aead opens, long number, MemorySegment record, MemorySegment plain) {
        int length = (int) plain.byteSize();
        return opens.open(number, number, DtlsRecord.APPLICATION_DATA, record, 0, length, record, 0)
                && record.asSlice(0, length).mismatch(plain) == -1;
    }

    private MemorySegment randomSegment(Arena arena, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return arena.allocate(length).copyFrom(MemorySegment.ofArray(bytes));
    }
}
