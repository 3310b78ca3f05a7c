package badger.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.aead.Aead;
import badger.aead.AeadBackend;
import badger.aead.Aeads;
import badger.aead.ConnectionId;
import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RecordProtectionTest {
    private static final int PLAIN_AT = ConnectionId.LEAST_HEADER_BYTES;

    private final Random random = new Random(7);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment key = arena.allocate(Aead.KEY_BYTES);
    private final MemorySegment buffer = arena.allocate(4096);

    @AfterEach
    void free() {
        arena.close();
    }

    private RecordProtection sender(AeadBackend backend, long limit) {
        return protection(backend, new SequenceNumbers(), limit);
    }

    private RecordProtection protection(AeadBackend backend, SequenceNumbers numbers, long limit) {
        return Records.protection(backend.sealing(key, 77), backend.opening(key, 77), numbers, limit);
    }

    private void fill(int length) {
        MemorySegment.copy(Records.random(random, length), 0, buffer, ValueLayout.JAVA_BYTE, PLAIN_AT, length);
    }

    @Test
    void opensWhatItSealsWithEveryBackend() {
        for (AeadBackend backend : Aeads.present()) {
            try (RecordProtection sender = sender(backend, 1 << 20);
                    RecordProtection receiver = sender(backend, 1 << 20)) {
                for (int length = 0; length < 1500; length += 7) {
                    fill(length);
                    byte[] plain = buffer.asSlice(PLAIN_AT, length).toArray(ValueLayout.JAVA_BYTE);
                    int record = Records.seal(sender, buffer, 0, length);
                    assertEquals(length + RecordProtection.OVERHEAD_BYTES, record);
                    assertEquals(record, RecordRouter.recordLength(buffer, 0, buffer.byteSize()));
                    assertEquals(RecordRoute.DATA, RecordRouter.route(buffer, 0, record));
                    assertEquals(length, receiver.open(buffer, 0, record), backend.name());
                    assertEquals(-1, buffer.asSlice(PLAIN_AT, length).mismatch(MemorySegment.ofArray(plain)));
                }
            }
        }
    }

    @Test
    void everyChangedByteIsNoticed() {
        AeadBackend backend = Aeads.preferred();
        try (RecordProtection sender = sender(backend, 1 << 20);
                RecordProtection receiver = sender(backend, 1 << 20)) {
            fill(20);
            int record = Records.seal(sender, buffer, 0, 20);
            MemorySegment plain = arena.allocate(64);
            // Type, version and length are the router's to check; the record layer takes them as given.
            for (int at = 3; at < record; at++) {
                if (at == 11 || at == 12) {
                    continue;
                }
                byte good = buffer.get(ValueLayout.JAVA_BYTE, at);
                buffer.set(ValueLayout.JAVA_BYTE, at, (byte) (good ^ 0x10));
                assertEquals(RecordProtection.BAD_TAG, receiver.open(buffer, 0, record, plain, 0), "byte " + at);
                buffer.set(ValueLayout.JAVA_BYTE, at, good);
            }
            assertEquals(RecordProtection.BAD_TAG, receiver.open(buffer, 0, record - 1, plain, 0));
            assertEquals(RecordProtection.TOO_SHORT, receiver.open(buffer, 0, RecordProtection.OVERHEAD_BYTES - 1));
            assertEquals(20, receiver.open(buffer, 0, record, plain, 0), "the record itself is still good");
            assertEquals(1, receiver.recordsOpened());
        }
    }

    @Test
    void aForgedRecordDoesNotMoveTheWindow() {
        AeadBackend backend = Aeads.preferred();
        try (RecordProtection sender = sender(backend, 1 << 20);
                RecordProtection receiver = sender(backend, 1 << 20)) {
            byte[] forged = Records.forged(23, 0xFEFD, 1, DtlsRecord.MAXIMUM_SEQUENCE, new byte[60]);
            MemorySegment.copy(forged, 0, buffer, ValueLayout.JAVA_BYTE, 0, forged.length);
            assertEquals(RecordProtection.BAD_TAG, receiver.open(buffer, 0, forged.length));
            int record = Records.seal(sender, buffer, 0, 30);
            assertEquals(30, receiver.open(buffer, 0, record));
        }
    }

    @Test
    void replaysOfTenThousandRecordsDeliverNone() {
        AeadBackend backend = Aeads.preferred();
        int records = 10_000;
        int stride = 64;
        MemorySegment kept = arena.allocate((long) records * stride);
        try (RecordProtection sender = sender(backend, 1 << 20);
                RecordProtection receiver = sender(backend, 1 << 20)) {
            MemorySegment plain = arena.allocate(stride);
            for (int i = 0; i < records; i++) {
                int record = Records.seal(sender, plain, 0, 8, kept, (long) i * stride);
                assertEquals(8, receiver.open(kept, (long) i * stride, record, plain, 0));
            }
            for (int i = 0; i < records; i++) {
                int result = receiver.open(kept, (long) i * stride, 8 + RecordProtection.OVERHEAD_BYTES, plain, 0);
                assertEquals(RecordProtection.REPLAYED, result);
            }
            assertEquals(records, receiver.recordsOpened());
        }
    }

    @Test
    void theNonceIsTheRecordsOwn() {
        AeadBackend backend = Aeads.preferred();
        try (Aead foreign = backend.sealing(key, 77);
                RecordProtection receiver = sender(backend, 1 << 20)) {
            long sequence = DtlsRecord.epochAndSequenceOf(1, 1);
            long random = 0x3a3eaa8cc651b062L;
            DtlsRecord.putHeader(buffer, 0, 23, sequence, 24 + 10);
            DtlsRecord.putExplicitNonce(buffer, 0, random);
            foreign.seal(random, sequence, 23, buffer, PLAIN_AT, 10, buffer, PLAIN_AT);
            assertEquals(10, receiver.open(buffer, 0, 10 + RecordProtection.OVERHEAD_BYTES));
        }
    }

    @Test
    void aKeyIsUsedNoMoreOftenThanItMay() {
        AeadBackend backend = Aeads.preferred();
        try (RecordProtection sender = sender(backend, 3)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(38, Records.seal(sender, buffer, 0, 1));
            }
            assertEquals(Records.USED_UP, Records.seal(sender, buffer, 0, 1));
            assertEquals(3, sender.recordsSealed());
        }
        SequenceNumbers numbers = new SequenceNumbers();
        numbers.skipTo(DtlsRecord.MAXIMUM_SEQUENCE - 1);
        try (RecordProtection sender = protection(backend, numbers, DtlsRecord.MAXIMUM_SEQUENCE)) {
            assertEquals(38, Records.seal(sender, buffer, 0, 1));
            assertEquals(Records.USED_UP, Records.seal(sender, buffer, 0, 1), "the header has no such number");
        }
    }

    @Test
    void numbersOfOneBlockFollowEachOtherAndEndAtTheLimit() {
        SequenceNumbers numbers = new SequenceNumbers();
        assertEquals(0, numbers.draw(44, 100));
        assertEquals(44, numbers.draw(100));
        assertEquals(45, numbers.draw(55, 100));
        assertEquals(SequenceNumbers.USED_UP, numbers.draw(100));
        assertEquals(SequenceNumbers.USED_UP, numbers.draw(2, 100));
        assertEquals(100, numbers.drawn());
        numbers = new SequenceNumbers();
        assertEquals(SequenceNumbers.USED_UP, numbers.draw(101, 100));
        assertEquals(0, numbers.draw(100, 100), "the whole limit in one");
    }

    @Test
    void sealersOfOneKeyWorkSideBySide() {
        Aeads.present().forEach(this::sealsSideBySide);
    }

    private void sealsSideBySide(AeadBackend backend) {
        SequenceNumbers numbers = new SequenceNumbers();
        List<Aead> writers = List.of(backend.sealing(key, 77), backend.sealing(key, 77));
        RecordProtection sender = new RecordProtection(
                writers,
                backend.opening(key, 77),
                AgreedIds.NONE,
                (number, type, plain, at, length) -> false,
                numbers,
                DtlsRecord.MAXIMUM_SEQUENCE);
        try (RecordProtection receiver = sender(backend, 1 << 20)) {
            assertEquals(2, sender.sealerCount());
            MemorySegment packet = arena.allocate(40);
            MemorySegment record = arena.allocate(40 + RecordProtection.OVERHEAD_BYTES);
            long first = sender.sealer(0).reserve(3);
            long second = sender.sealer(1).reserve(2);
            assertEquals(first + 3, second);
            for (long sequence : new long[] {second, first, second + 1, first + 2, first + 1}) {
                RecordSealer sealer = sender.sealer(sequence >= second ? 1 : 0);
                packet.fill((byte) sequence);
                int length = sealer.seal(sequence, packet, 0, 40, record, 0);
                assertEquals(40, receiver.open(record, 0, length));
                assertEquals(-1, record.asSlice(PLAIN_AT, 40).mismatch(packet));
            }
            sender.close();
            assertEquals(RecordSealer.NONE_LEFT, sender.sealer(0).reserve(1));
            assertEquals(RecordSealer.NONE_LEFT, sender.sealer(1).reserve(1));
        }
    }

    @Test
    void numbersAreUniqueUnderManyThreads() throws InterruptedException {
        SequenceNumbers numbers = new SequenceNumbers();
        int threads = 8;
        int limit = 200_000;
        boolean[] isDrawn = new boolean[limit];
        Thread[] workers = new Thread[threads];
        int[] doubles = new int[threads];
        for (int i = 0; i < threads; i++) {
            int worker = i;
            workers[i] = Thread.ofPlatform().start(() -> {
                long number = numbers.draw(limit);
                while (number != SequenceNumbers.USED_UP) {
                    doubles[worker] += isDrawn[(int) number] ? 1 : 0;
                    isDrawn[(int) number] = true;
                    number = numbers.draw(limit);
                }
            });
        }
        for (Thread each : workers) {
            each.join();
        }
        int missing = 0;
        for (boolean each : isDrawn) {
            missing += each ? 0 : 1;
        }
        int twice = 0;
        for (int each : doubles) {
            twice += each;
        }
        assertEquals(0, missing);
        assertEquals(0, twice);
        assertEquals(limit, numbers.drawn());
    }

    @Test
    void onceClosedItNeitherSealsNorOpens() {
        AeadBackend backend = Aeads.preferred();
        RecordProtection protection = sender(backend, 1 << 20);
        int record = Records.seal(protection, buffer, 0, 5);
        protection.close();
        protection.close();
        assertEquals(RecordProtection.BAD_TAG, protection.open(buffer, 0, record));
        assertEquals(Records.USED_UP, Records.seal(protection, buffer, 0, 5));
    }
}
