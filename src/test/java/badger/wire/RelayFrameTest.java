package badger.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class RelayFrameTest {
    private static final int ADDRESS = 0x0A00_0014;
    private static final long TOKEN = 0xFE_DCBA_9876L;

    @Test
    void isTenBytesOfBigEndianFields() {
        byte[] bytes = new byte[12];
        RelayFrame.write(MemorySegment.ofArray(bytes), 1, ADDRESS, TOKEN);
        assertArrayEquals(HexFormat.of().parseHex("00520a000014fedcba987600"), bytes);
        assertEquals(10, RelayFrame.HEADER_BYTES);
    }

    @Test
    void givesBackWhatWasWritten() {
        MemorySegment frame = MemorySegment.ofArray(new byte[16]);
        for (long token : new long[] {0, 1, 0xFF_FFFF_FFFFL, 0x80_0000_0000L, TOKEN}) {
            RelayFrame.write(frame, 3, -1, token);
            assertEquals(token, RelayFrame.token(frame, 3));
            assertEquals(-1, RelayFrame.virtualAddress(frame, 3));
        }
    }

    @Test
    void isToldFromEverythingElseByItsFirstByteAndLength() {
        assertTrue(RelayFrame.isOne(MemorySegment.ofArray(new byte[] {'R', 0, 0, 0, 0, 0, 0, 0, 0, 0}), 0, 10));
        assertFalse(RelayFrame.isOne(MemorySegment.ofArray(new byte[] {'R', 0, 0, 0, 0, 0, 0, 0, 0, 0}), 0, 9));
        for (int firstByte : new int[] {'{', 'b', 'h', 20, 22, 63, 0}) {
            byte[] bytes = new byte[10];
            bytes[0] = (byte) firstByte;
            assertFalse(RelayFrame.isOne(MemorySegment.ofArray(bytes), 0, 10), "first byte " + firstByte);
        }
    }

    @Test
    void carriesAtLeastARecordsHeaderAndAtMostAnEthernetLinksFill() {
        for (int payload : new int[] {0, 1, 12, 13, 1_500, 1_501}) {
            MemorySegment frame = MemorySegment.ofArray(new byte[10 + payload + 1]);
            frame.set(WireTypes.U8, 10, (byte) 23);
            assertEquals(
                    payload >= 13 && payload <= 1_500, RelayFrame.carriesRecords(frame, 0, 10 + payload), "" + payload);
        }
        for (int firstByte : new int[] {0, 19, 20, 63, 64, 'R', '{', 200}) {
            MemorySegment frame = MemorySegment.ofArray(new byte[60]);
            frame.set(WireTypes.U8, 10, (byte) firstByte);
            assertEquals(
                    firstByte >= 20 && firstByte <= 63, RelayFrame.carriesRecords(frame, 0, 60), "byte " + firstByte);
        }
    }

    @Test
    void noTokenMatchesNothing() {
        assertTrue(RelayFrame.isToken(TOKEN, TOKEN));
        assertFalse(RelayFrame.isToken(TOKEN, TOKEN + 1));
        assertFalse(RelayFrame.isToken(RelayFrame.NO_TOKEN, RelayFrame.NO_TOKEN));
    }
}
