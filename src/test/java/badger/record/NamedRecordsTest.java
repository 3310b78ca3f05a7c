package badger.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.AeadBackend;
import badger.aead.Aeads;
import badger.aead.ConnectionId;
import badger.testing.WatchedBackend;
import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records with a connection ID (RFC 9146), against ones that are put together here, by the JDK's cipher. */
final class NamedRecordsTest {
    private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    private static final int SALT = 0xA0A1A2A3;

    private final ConnectionIds.Issued issued = new ConnectionIds().issue();
    private final int own = issued.value();
    private final byte[] ownId = ByteBuffer.allocate(4).putInt(own).array();
    private final Random random = new Random(3);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment key = arena.allocate(KEY.length).copyFrom(MemorySegment.ofArray(KEY));
    private final MemorySegment buffer = arena.allocate(4096);
    private final List<byte[]> forBctls = new ArrayList<>();
    private boolean isBctlsBusy;

    @AfterEach
    void free() {
        arena.close();
    }

    /** The record of RFC 9146, sections 4 and 5.3, with the cipher of RFC 5288. */
    private static byte[] expected(byte[] id, long sequence, byte[] content, int type, int padding) {
        long epochAndSequence = 1L << 48 | sequence;
        byte[] inner = Arrays.copyOf(content, content.length + 1 + padding);
        inner[content.length] = (byte) type;
        ByteBuffer additional = ByteBuffer.allocate(23 + id.length);
        additional
                .putLong(-1)
                .put((byte) 25)
                .put((byte) id.length)
                .put((byte) 25)
                .putShort((short) 0xFEFD);
        additional.putLong(epochAndSequence).put(id).putShort((short) inner.length);
        byte[] nonce =
                ByteBuffer.allocate(12).putInt(SALT).putLong(epochAndSequence).array();
        byte[] sealed;
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(additional.array());
            sealed = cipher.doFinal(inner);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        ByteBuffer record = ByteBuffer.allocate(13 + id.length + 8 + sealed.length);
        record.put((byte) 25).putShort((short) 0xFEFD).putLong(epochAndSequence).put(id);
        record.putShort((short) (8 + sealed.length)).putLong(epochAndSequence).put(sealed);
        return record.array();
    }

    private RecordProtection sender(AeadBackend backend, byte[] id) {
        ConnectionId peers = ConnectionId.of(id);
        return new RecordProtection(
                List.of(backend.sealing(key, SALT, peers)),
                backend.opening(key, SALT),
                new AgreedIds(null, peers),
                (number, type, plain, at, length) -> false,
                new SequenceNumbers(),
                1 << 20);
    }

    /** One that is named {@link #own}. */
    private RecordProtection receiver(AeadBackend backend) {
        return new RecordProtection(
                List.of(backend.sealing(key, SALT)),
                backend.opening(key, SALT, ConnectionId.of(own)),
                new AgreedIds(issued, ConnectionId.NONE),
                this::control,
                new SequenceNumbers(),
                1 << 20);
    }

    private boolean control(long epochAndSequence, int type, MemorySegment plain, long at, int length) {
        if (isBctlsBusy) {
            return false;
        }
        forBctls.add(ByteBuffer.allocate(9 + length)
                .putLong(epochAndSequence)
                .put((byte) type)
                .put(plain.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE))
                .array());
        return true;
    }

    private int open(RecordProtection receiver, byte[] record) {
        MemorySegment.copy(record, 0, buffer, ValueLayout.JAVA_BYTE, 0, record.length);
        return receiver.open(buffer, 0, record.length);
    }

    @Test
    void sealsByteByByteWhatTheRfcSays() {
        for (AeadBackend backend : Aeads.present()) {
            for (int idBytes : new int[] {1, 4, 7, ConnectionId.MOST_BYTES}) {
                byte[] id = Records.random(random, idBytes);
                try (RecordProtection sender = sender(backend, id)) {
                    for (int length : new int[] {0, 1, 15, 16, 1_400}) {
                        sealsBothWays(sender, id, Records.random(random, length));
                    }
                }
            }
        }
    }

    private void sealsBothWays(RecordProtection sender, byte[] id, byte[] content) {
        assertEquals(37 + id.length + 1, sender.overheadBytes());
        byte[] inPlace = expected(id, sender.recordsSealed(), content, 23, 0);
        MemorySegment.copy(content, 0, buffer, ValueLayout.JAVA_BYTE, sender.sealedHeaderBytes(), content.length);
        int length = Records.seal(sender, buffer, 0, content.length);
        assertArrayEquals(inPlace, buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));

        byte[] outOfPlace = expected(id, sender.recordsSealed(), content, 23, 0);
        byte[] lying = Arrays.copyOf(content, content.length + 1);
        lying[content.length] = 99;
        MemorySegment source = arena.allocate(lying.length).copyFrom(MemorySegment.ofArray(lying));
        length = Records.seal(sender, source, 0, content.length, buffer, 0);
        assertArrayEquals(outOfPlace, buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
        assertArrayEquals(lying, source.toArray(ValueLayout.JAVA_BYTE), "nor is the byte behind it changed");
    }

    @Test
    void opensWhatTheRfcSaysAndCutsThePaddingOff() {
        for (AeadBackend backend : Aeads.present()) {
            try (RecordProtection receiver = receiver(backend)) {
                assertEquals(own, receiver.ownConnectionId());
                long sequence = 0;
                for (int padding : new int[] {0, 1, 16, 500}) {
                    for (int length : new int[] {0, 1, 20, 1_400}) {
                        byte[] content = Records.random(random, length);
                        byte[] record = expected(ownId, sequence++, content, 23, padding);
                        assertEquals(length, open(receiver, record), backend.name());
                        assertArrayEquals(
                                content,
                                buffer.asSlice(receiver.packetOffset(), length).toArray(ValueLayout.JAVA_BYTE));
                        assertEquals(RecordProtection.REPLAYED, open(receiver, record));
                    }
                }
            }
        }
    }

    /** Content that ends with zeros must not be taken for padding, which lies behind the type. */
    @Test
    void zerosOfTheContentStay() {
        try (RecordProtection receiver = receiver(Aeads.preferred())) {
            assertEquals(40, open(receiver, expected(ownId, 1, new byte[40], 23, 3)));
        }
    }

    @Test
    void everyChangedByteIsNoticed() {
        byte[] good = expected(ownId, 5, new byte[20], 23, 2);
        try (RecordProtection receiver = receiver(Aeads.preferred())) {
            for (int at = 0; at < good.length; at++) {
                // Version and length are the router's to check.
                boolean isRouters = at == 1 || at == 2 || at == 15 || at == 16;
                if (!isRouters) {
                    byte[] changed = good.clone();
                    changed[at] ^= 0x10;
                    boolean isName = at == 0 || (at >= 11 && at < 15);
                    assertEquals(
                            isName ? RecordProtection.BAD_CONNECTION_ID : RecordProtection.BAD_TAG,
                            open(receiver, changed),
                            "byte " + at);
                }
            }
            for (int length = 17; length < 41; length++) {
                assertEquals(RecordProtection.TOO_SHORT, receiver.open(buffer, 0, length), "cut at " + length);
            }
            assertEquals(20, open(receiver, good), "the record itself is still good");
            assertEquals(1, receiver.recordsOpened());
        }
    }

    @Test
    void recordsThatDoNotNameTheAssociationAreRefused() {
        WatchedBackend backend = new WatchedBackend(Aeads.preferred(), () -> {});
        byte[] plain = Records.forged(23, 0xFEFD, 1, 7, new byte[60]);
        try (RecordProtection named = receiver(backend);
                RecordProtection unnamed = sender(backend, ownId)) {
            assertEquals(RecordProtection.BAD_CONNECTION_ID, open(named, plain), "without, where one was agreed");
            byte[] others = expected(ByteBuffer.allocate(4).putInt(own ^ 1).array(), 7, new byte[9], 23, 0);
            assertEquals(RecordProtection.BAD_CONNECTION_ID, open(named, others));
            byte[] named7 = expected(ownId, 7, new byte[9], 23, 0);
            assertEquals(RecordProtection.BAD_CONNECTION_ID, open(unnamed, named7), "with, where none was");
            assertEquals(0, backend.opens.get(), "no cipher was asked");
            assertEquals(9, open(named, named7));
            assertEquals(1, backend.opens.get());
        }
    }

    @Test
    void paddingAloneAndTypesWithoutAPlaceAreRefused() {
        try (RecordProtection receiver = receiver(Aeads.preferred())) {
            for (int zeros : new int[] {0, 1, 40}) {
                assertEquals(
                        RecordProtection.BAD_CONTENT_TYPE, open(receiver, expected(ownId, 9, new byte[0], 0, zeros)));
            }
            for (int type : new int[] {1, 19, 20, 24, 25, 26, 255}) {
                assertEquals(
                        RecordProtection.BAD_CONTENT_TYPE, open(receiver, expected(ownId, 9, new byte[30], type, 0)));
            }
            assertTrue(forBctls.isEmpty());
            assertEquals(30, open(receiver, expected(ownId, 9, new byte[30], 23, 0)), "its number was not used up");
        }
    }

    @Test
    void alertsAndHandshakeGoOnToBctlsWhoseWindowIsNotOurs() {
        try (RecordProtection receiver = receiver(Aeads.preferred())) {
            byte[] alert = expected(ownId, 50_000, new byte[] {1, 0}, 21, 4);
            assertEquals(RecordProtection.CONTROL, open(receiver, alert));
            assertEquals(RecordProtection.CONTROL, open(receiver, alert), "bctls knows a replay itself");
            assertEquals(RecordProtection.CONTROL, open(receiver, expected(ownId, 50_001, new byte[] {5}, 22, 0)));
            assertEquals(3, forBctls.size());
            assertArrayEquals(
                    ByteBuffer.allocate(11)
                            .putLong(1L << 48 | 50_000)
                            .put(new byte[] {21, 1, 0})
                            .array(),
                    forBctls.getFirst());
            assertEquals(22, forBctls.getLast()[8]);
            assertEquals(6, open(receiver, expected(ownId, 1, new byte[6], 23, 0)), "far behind them");
            isBctlsBusy = true;
            assertEquals(RecordProtection.CONTROL_REFUSED, open(receiver, alert));
            assertEquals(1, receiver.recordsOpened());
        }
    }

    @Test
    void packetsThatLieCloseTogetherAreSealedAsTheyAre() {
        AeadBackend backend = Aeads.preferred();
        byte[] packets = Records.random(random, 400);
        MemorySegment source = arena.allocate(packets.length + 1);
        MemorySegment.copy(packets, 0, source, ValueLayout.JAVA_BYTE, 0, packets.length);
        try (RecordProtection sender = sender(backend, ownId);
                RecordProtection receiver = receiver(backend)) {
            for (int at = 0; at < packets.length; at += 40) {
                int length = Records.seal(sender, source, at, 40, buffer, 0);
                assertEquals(RecordRoute.CONNECTION_ID, RecordRouter.route(buffer, 0, length));
                assertEquals(own, DtlsRecord.connectionId(buffer, 0));
                assertEquals(40, receiver.open(buffer, 0, length));
                assertArrayEquals(
                        Arrays.copyOfRange(packets, at, at + 40),
                        buffer.asSlice(receiver.packetOffset(), 40).toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }
}
