package badger.record;

import static badger.record.Records.forged;
import static badger.record.Records.handshake;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.wire.DtlsRecord;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecordRouterTest {
    private static final int DTLS_1_0 = 0xFEFF;
    private static final int DTLS_1_2 = 0xFEFD;

    private static RecordRoute route(byte[] datagram) {
        MemorySegment segment = MemorySegment.ofArray(datagram);
        return RecordRouter.route(segment, 0, RecordRouter.recordLength(segment, 0, datagram.length));
    }

    private static RecordRoute plain(int type, byte[] body) {
        return route(forged(type, DTLS_1_2, 0, 7, body));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    @Test
    void walksTheRecordsOfADatagram() {
        byte[] two = concat(forged(23, DTLS_1_2, 1, 1, new byte[24]), forged(21, DTLS_1_2, 1, 2, new byte[26]));
        MemorySegment datagram = MemorySegment.ofArray(two);
        assertEquals(37, RecordRouter.recordLength(datagram, 0, two.length));
        assertEquals(39, RecordRouter.recordLength(datagram, 37, two.length));
        assertEquals(RecordRoute.DATA, RecordRouter.route(datagram, 0, 37));
        assertEquals(RecordRoute.CONTROL, RecordRouter.route(datagram, 37, 39));
    }

    @Test
    void aRecordThatIsCutOffIsTooShort() {
        byte[] whole = forged(23, DTLS_1_2, 1, 1, new byte[40]);
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertEquals(-1, RecordRouter.recordLength(MemorySegment.ofArray(part), 0, length));
            assertEquals(RecordRoute.TOO_SHORT, route(part));
        }
        assertEquals(RecordRoute.DATA, route(whole));
    }

    @Test
    void protectedRecordsNeedRoomForNonceAndTag() {
        for (int type = 21; type <= 23; type++) {
            assertEquals(RecordRoute.TOO_SHORT, route(forged(type, DTLS_1_2, 1, 1, new byte[23])));
        }
        assertEquals(RecordRoute.DATA, route(forged(23, DTLS_1_2, 1, 1, new byte[24])));
        assertEquals(RecordRoute.CONTROL, route(forged(22, DTLS_1_2, 1, 1, new byte[24])));
        assertEquals(RecordRoute.BAD_EPOCH, route(forged(20, DTLS_1_2, 1, 1, new byte[25])));
        assertEquals(RecordRoute.NOT_DTLS, route(forged(23, DTLS_1_0, 1, 1, new byte[24])));
        assertEquals(RecordRoute.BAD_EPOCH, route(forged(23, DTLS_1_2, 2, 1, new byte[24])));
    }

    @Test
    void recordWithAConnectionIdNeedsRoomForItAndAContentType() {
        byte[] shortest = Records.forgedNamed(0x01020304, 1, new byte[25]);
        assertEquals(RecordRoute.CONNECTION_ID, route(shortest));
        assertEquals(42, RecordRouter.recordLength(MemorySegment.ofArray(shortest), 0, shortest.length));
        for (int body = 0; body < 25; body++) {
            assertEquals(RecordRoute.TOO_SHORT, route(Records.forgedNamed(-1, 1, new byte[body])), "body of " + body);
        }
        for (int length = 0; length < shortest.length; length++) {
            assertEquals(RecordRoute.TOO_SHORT, route(Arrays.copyOf(shortest, length)), "cut at " + length);
        }
        byte[] ofEpochTwo = shortest.clone();
        ofEpochTwo[4] = 2;
        assertEquals(RecordRoute.BAD_EPOCH, route(ofEpochTwo));
        ofEpochTwo[4] = 0;
        assertEquals(RecordRoute.BAD_EPOCH, route(ofEpochTwo));
        byte[] ofTls = shortest.clone();
        ofTls[1] = 3;
        assertEquals(RecordRoute.NOT_DTLS, route(ofTls));
        assertEquals(HandshakeSide.EITHER, side(shortest));
    }

    @Test
    void whatIsNotDtlsIsNamedSo() {
        assertEquals(RecordRoute.NOT_DTLS, route(forged(19, DTLS_1_2, 0, 1, new byte[24])));
        assertEquals(RecordRoute.NOT_DTLS, route(forged(24, DTLS_1_2, 1, 1, new byte[24])));
        assertEquals(RecordRoute.NOT_DTLS, route(forged(22, 0x0303, 0, 1, new byte[24])));
    }

    @Test
    void nothingButHandshakeTravelsInTheClear() {
        assertEquals(RecordRoute.BAD_EPOCH, plain(23, new byte[40]));
        assertEquals(RecordRoute.PLAINTEXT_ALERT, plain(21, new byte[2]));
        assertEquals(RecordRoute.NOT_DTLS, plain(21, new byte[3]));
        assertEquals(RecordRoute.CONTROL, plain(20, new byte[1]));
        assertEquals(RecordRoute.NOT_DTLS, plain(20, new byte[2]));
        assertEquals(RecordRoute.TOO_SHORT, plain(22, new byte[0]));
    }

    @Test
    void helloIsToldFromOtherMessages() {
        assertEquals(RecordRoute.CLIENT_HELLO, plain(22, handshake(1, 60, 0, 0, 60, 60)));
        assertEquals(RecordRoute.CONTROL, plain(22, handshake(2, 60, 0, 0, 60, 60)));
        byte[] mixed = concat(handshake(2, 4, 0, 0, 4, 4), handshake(1, 60, 0, 0, 60, 60));
        assertEquals(RecordRoute.NOT_DTLS, plain(22, mixed));
    }

    @Test
    void messagesThatLieAboutTheirLengthAreDropped() {
        assertEquals(RecordRoute.LONG_FRAGMENT, plain(22, handshake(2, 0xFFFFFF, 0, 0, 20, 20)));
        assertEquals(RecordRoute.LONG_FRAGMENT, plain(22, handshake(2, 4097, 0, 0, 20, 20)));
        assertEquals(RecordRoute.CONTROL, plain(22, handshake(2, 4096, 0, 0, 20, 20)));
        assertEquals(RecordRoute.NOT_DTLS, plain(22, handshake(2, 20, 0, 10, 11, 11)), "beyond the message");
        assertEquals(RecordRoute.NOT_DTLS, plain(22, handshake(2, 20, 0, 0, 20, 19)), "beyond the record");
        assertEquals(RecordRoute.NOT_DTLS, plain(22, handshake(2, 20, 0, 5, 0, 0)), "an empty fragment");
        assertEquals(RecordRoute.CONTROL, plain(22, handshake(14, 0, 3, 0, 0, 0)), "an empty message");
        byte[] second = concat(handshake(14, 0, 3, 0, 0, 0), handshake(2, 0xFFFFFF, 4, 0, 1, 1));
        assertEquals(RecordRoute.LONG_FRAGMENT, plain(22, second), "hidden behind another");
        assertEquals(RecordRoute.NOT_DTLS, plain(22, new byte[11]));
    }

    @Test
    void messagesInTheClearSayWhoseTheyAre() {
        int[] forClient = {0, 2, 3, 4, 12, 13, 14};
        int[] forServer = {1, 15, 16};
        for (int type : forClient) {
            assertEquals(HandshakeSide.CLIENT, side(forged(22, DTLS_1_2, 0, 1, handshake(type, 0, 0, 0, 0, 0))));
        }
        for (int type : forServer) {
            assertEquals(HandshakeSide.SERVER, side(forged(22, DTLS_1_2, 0, 1, handshake(type, 0, 0, 0, 0, 0))));
        }
        assertEquals(HandshakeSide.EITHER, side(forged(20, DTLS_1_2, 0, 1, new byte[1])));
        assertEquals(HandshakeSide.EITHER, side(forged(22, DTLS_1_2, 1, 1, new byte[40])));
        assertTrue(HandshakeSide.EITHER.includes(Role.CLIENT));
        assertTrue(HandshakeSide.SERVER.includes(Role.SERVER));
    }

    private static HandshakeSide side(byte[] record) {
        return RecordRouter.side(MemorySegment.ofArray(record), 0);
    }

    @Test
    void readsNothingBeyondTheDatagramWhateverItHolds() {
        Random random = new Random(1);
        int[] types = {20, 21, 22, 23, 25};
        for (int i = 0; i < 200_000; i++) {
            byte[] datagram = Records.random(random, random.nextInt(60));
            if (datagram.length >= DtlsRecord.HEADER_BYTES && i % 2 == 0) {
                ByteBuffer header = ByteBuffer.wrap(datagram);
                header.put(0, (byte) types[random.nextInt(5)]).putShort(1, (short) DTLS_1_2);
                header.putShort(3, (short) random.nextInt(2)).putShort(11, (short) (datagram.length - 13));
            }
            MemorySegment segment = MemorySegment.ofArray(datagram);
            int length = RecordRouter.recordLength(segment, 0, datagram.length);
            assertTrue(length <= datagram.length);
            boolean isKept = !RecordRouter.route(segment, 0, length).isDrop();
            assertTrue(!isKept || length >= DtlsRecord.HEADER_BYTES);
        }
    }
}
