package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DtlsRecordTest {
    private static final int AT = 7;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void headerIsThirteenBytesAndTheNonceFollowsIt() {
        assertEquals(13, DtlsRecord.HEADER_BYTES);
        assertEquals(13, DtlsRecord.EXPLICIT_NONCE_OFFSET);
        assertEquals(8, DtlsRecord.EXPLICIT_NONCE_BYTES);
    }

    @Test
    void readsApplicationDataOfOpenssl() {
        MemorySegment datagram = GoldenPackets.segment(arena, GoldenPackets.DTLS_APPLICATION_DATA, AT);
        assertTrue(DtlsRecord.isComplete(datagram, AT, 45));
        assertEquals(DtlsRecord.APPLICATION_DATA, DtlsRecord.contentType(datagram, AT));
        assertEquals(1, DtlsRecord.epoch(datagram, AT));
        long start = DtlsRecord.start(datagram, AT);
        assertEquals(DtlsRecord.APPLICATION_DATA, DtlsRecord.startType(start));
        assertEquals(DtlsRecord.VERSION_1_2, DtlsRecord.startVersion(start));
        assertEquals(1, DtlsRecord.startEpoch(start));
        assertEquals(1, DtlsRecord.sequence(datagram, AT));
        assertEquals(0x0001_0000_0000_0001L, DtlsRecord.epochAndSequence(datagram, AT));
        assertEquals(32, DtlsRecord.length(datagram, AT));
        // OpenSSL counts its nonces from a random start: the nonce is not the sequence.
        assertEquals(0x282C_A27C_B608_1C16L, DtlsRecord.explicitNonce(datagram, AT));
    }

    @Test
    void walksThreeRecordsOfOneDatagram() {
        MemorySegment datagram = GoldenPackets.segment(arena, GoldenPackets.DTLS_CLIENT_KEY_EXCHANGE, AT);
        int end = AT + GoldenPackets.DTLS_CLIENT_KEY_EXCHANGE.length() / 2;
        int[] types = {DtlsRecord.HANDSHAKE, DtlsRecord.CHANGE_CIPHER_SPEC, DtlsRecord.HANDSHAKE};
        int[] epochs = {0, 0, 1};
        long[] sequences = {2, 3, 0};
        int at = AT;
        for (int i = 0; i < 3; i++) {
            assertTrue(DtlsRecord.isComplete(datagram, at, end - at));
            assertEquals(types[i], DtlsRecord.contentType(datagram, at));
            assertEquals(epochs[i], DtlsRecord.epoch(datagram, at));
            assertEquals(sequences[i], DtlsRecord.sequence(datagram, at));
            at += DtlsRecord.recordBytes(datagram, at);
        }
        assertEquals(end, at);
    }

    @Test
    void readsOldVersionOfHelloVerifyRequest() {
        MemorySegment datagram = GoldenPackets.segment(arena, GoldenPackets.DTLS_HELLO_VERIFY_REQUEST, AT);
        assertEquals(DtlsRecord.VERSION_1_0, DtlsRecord.startVersion(DtlsRecord.start(datagram, AT)));
    }

    @Test
    void refusesEveryTruncatedCopy() {
        assertEquals(45, GoldenPackets.shortestComplete(GoldenPackets.DTLS_APPLICATION_DATA, DtlsRecord::isComplete));
        // Only the first of the three records must be there.
        assertEquals(
                13 + 29,
                GoldenPackets.shortestComplete(GoldenPackets.DTLS_CLIENT_KEY_EXCHANGE, DtlsRecord::isComplete));
    }

    @Test
    void acceptsAnEmptyFragmentAndRefusesTheLongestOneThatIsNotThere() {
        MemorySegment datagram = arena.allocate(AT + 13);
        DtlsRecord.putHeader(datagram, AT, DtlsRecord.APPLICATION_DATA, 0, 0);
        assertTrue(DtlsRecord.isComplete(datagram, AT, 13));
        DtlsRecord.putHeader(datagram, AT, DtlsRecord.APPLICATION_DATA, 0, 0xFFFF);
        assertFalse(DtlsRecord.isComplete(datagram, AT, 13));
        assertEquals(0xFFFF, DtlsRecord.length(datagram, AT));
    }

    @Test
    void writesTheHeaderThatItReads() {
        MemorySegment datagram = arena.allocate(AT + 45);
        long epochAndSequence = DtlsRecord.epochAndSequenceOf(1, 1);
        DtlsRecord.putHeader(datagram, AT, DtlsRecord.APPLICATION_DATA, epochAndSequence, 32);
        DtlsRecord.putExplicitNonce(datagram, AT, 0x282C_A27C_B608_1C16L);
        byte[] written = datagram.asSlice(AT, 21).toArray(WireTypes.U8);
        assertEquals(
                GoldenPackets.DTLS_APPLICATION_DATA.substring(0, 42),
                HexFormat.of().formatHex(written));
    }

    @Test
    void keepsTheGreatestEpochAndSequenceApart() {
        long greatest = DtlsRecord.epochAndSequenceOf(0xFFFF, DtlsRecord.MAXIMUM_SEQUENCE);
        assertEquals(-1, greatest);
        MemorySegment datagram = arena.allocate(AT + 13);
        DtlsRecord.putHeader(datagram, AT, DtlsRecord.ALERT, greatest, 2);
        assertEquals(0xFFFF, DtlsRecord.epoch(datagram, AT));
        assertEquals(0xFFFF_FFFF_FFFFL, DtlsRecord.sequence(datagram, AT));
    }
}
