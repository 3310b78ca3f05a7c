package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PathMessageTest {
    private static final int AT = 5;
    private static final long TOKEN = 0x0123_4567_89AB_CDEFL;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment plaintext = arena.allocate(64);

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void readsWhatItWrites() {
        PathMessage.write(plaintext, AT, PathMessage.CHALLENGE, TOKEN);
        assertTrue(PathMessage.isOne(plaintext, AT, PathMessage.BYTES));
        assertEquals(PathMessage.CHALLENGE, PathMessage.type(plaintext, AT, PathMessage.BYTES));
        assertEquals(TOKEN, PathMessage.token(plaintext, AT));
    }

    @Test
    void aMessageTooShortForATokenHasNoType() {
        PathMessage.write(plaintext, AT, PathMessage.CHALLENGE, TOKEN);
        assertTrue(PathMessage.isOne(plaintext, AT, PathMessage.BYTES - 1));
        assertEquals(-1, PathMessage.type(plaintext, AT, PathMessage.BYTES - 1));
    }

    @Test
    void acknowledgementSaysHowLongTheProbeWas() {
        PathMessage.writeAck(plaintext, AT, TOKEN, 40_000);
        assertEquals(40_000, PathMessage.ackedLength(plaintext, AT, PathMessage.MTU_ACK_BYTES));
        assertEquals(-1, PathMessage.ackedLength(plaintext, AT, PathMessage.MTU_ACK_BYTES - 1));
    }

    @Test
    void probeIsZerosBehindItsToken() {
        plaintext.fill((byte) 7);
        PathMessage.writeProbe(plaintext, AT, TOKEN, 30);
        assertEquals(PathMessage.MTU_PROBE, PathMessage.type(plaintext, AT, 30));
        for (int i = PathMessage.BYTES; i < 30; i++) {
            assertEquals(0, plaintext.get(ValueLayout.JAVA_BYTE, AT + i));
        }
        assertEquals(7, plaintext.get(ValueLayout.JAVA_BYTE, AT + 30));
    }

    /** An empty plaintext has the tag of its record behind it, which may be any byte. */
    @Test
    void everyPlaintextIsEmptyOrAPacketOrAMessage() {
        for (int first = 0; first < 256; first++) {
            plaintext.set(ValueLayout.JAVA_BYTE, AT, (byte) first);
            for (int length = 0; length < 20; length++) {
                boolean isPacket = PathMessage.isPacket(plaintext, AT, length);
                boolean isMessage = PathMessage.isOne(plaintext, AT, length);
                assertFalse(isPacket && isMessage);
                assertEquals(length == 0, !isPacket && !isMessage, first + " first of " + length);
                assertEquals(length > 0 && first >= 0x10, isPacket, first + " first of " + length);
            }
        }
    }
}
