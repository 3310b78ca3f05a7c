package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DtlsHandshakeTest {
    private static final int AT = DtlsRecord.HEADER_BYTES;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void headerIsTwelveBytes() {
        assertEquals(12, DtlsHandshake.HEADER_BYTES);
    }

    @Test
    void readsClientKeyExchangeOfOpenssl() {
        MemorySegment datagram = GoldenPackets.segment(arena, GoldenPackets.DTLS_CLIENT_KEY_EXCHANGE, 0);
        assertTrue(DtlsHandshake.isComplete(datagram, AT, DtlsRecord.length(datagram, 0)));
        assertEquals(DtlsHandshake.CLIENT_KEY_EXCHANGE, DtlsHandshake.type(datagram, AT));
        assertEquals(17, DtlsHandshake.length(datagram, AT));
        assertEquals(2, DtlsHandshake.messageSequence(datagram, AT));
        assertEquals(0, DtlsHandshake.fragmentOffset(datagram, AT));
        assertEquals(17, DtlsHandshake.fragmentLength(datagram, AT));
        assertEquals(29, DtlsHandshake.fragmentBytes(datagram, AT));
    }

    @Test
    void readsTwentyFourBits() {
        MemorySegment fragment = GoldenPackets.segment(arena, "16fedcba0001123456fffffe", 0);
        assertEquals(DtlsHandshake.CERTIFICATE_VERIFY + 7, DtlsHandshake.type(fragment, 0));
        assertEquals(0xFEDCBA, DtlsHandshake.length(fragment, 0));
        assertEquals(0x123456, DtlsHandshake.fragmentOffset(fragment, 0));
        assertEquals(0xFFFFFE, DtlsHandshake.fragmentLength(fragment, 0));
    }

    @Test
    void refusesEveryTruncatedCopy() {
        String verify = GoldenPackets.DTLS_HELLO_VERIFY_REQUEST.substring(2 * DtlsRecord.HEADER_BYTES);
        assertEquals(35, GoldenPackets.shortestComplete(verify, DtlsHandshake::isComplete));
    }

    @Test
    void refusesAFragmentThatEndsBehindItsMessage() {
        MemorySegment within = GoldenPackets.segment(arena, "010000040000000002000002" + "0000", 0);
        assertTrue(DtlsHandshake.isComplete(within, 0, 14));
        MemorySegment behind = GoldenPackets.segment(arena, "010000040000000003000002" + "0000", 0);
        assertFalse(DtlsHandshake.isComplete(behind, 0, 14));
        MemorySegment farBehind = GoldenPackets.segment(arena, "01fffffe0000ffffff000002" + "0000", 0);
        assertFalse(DtlsHandshake.isComplete(farBehind, 0, 14));
    }
}
