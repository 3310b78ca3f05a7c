package badger.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.AllocationMeter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FloodGateTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int LONG = 1_400;
    private static final long MILLISECOND = 1_000_000;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment packet = arena.allocate(LONG);
    private final FloodGate gate = new FloodGate(this::now);
    private long nowNanos;
    private int clockReadings;

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void burstsPass() {
        for (int burst = 0; burst < 100; burst++) {
            for (int i = 0; i < 500; i++) {
                nowNanos += MILLISECOND / 200;
                assertTrue(admits(UDP, 5_000, LONG), "packet " + i);
            }
            gate.caughtUp();
        }
    }

    @Test
    void aFewPacketsPassHoweverLongTheLoopWasKeptFromThem() {
        for (int i = 0; i < 200; i++) {
            nowNanos += MILLISECOND * 10;
            assertTrue(admits(UDP, 5_000, LONG), "packet " + i);
        }
    }

    /** The 256 packets are there after 51 ms; the 20 ms since the first packet are over by then. */
    @Test
    void aQueueStandsSinceItsFirstPacketAndForAsManyAsAreNoBurst() {
        int admitted = 0;
        for (int i = 0; i < 300; i++) {
            nowNanos += MILLISECOND / 5;
            boolean isAdmitted = admits(UDP, 5_000, LONG);
            assertTrue(i >= 256 || isAdmitted, "packet " + i);
            admitted += isAdmitted ? 1 : 0;
        }
        assertTrue(admitted < 275, "admitted " + admitted);
    }

    @Test
    void asksTheClockOnceForAShortQueue() {
        for (int i = 0; i < FloodGate.UNCOUNTED_PACKETS; i++) {
            admits(UDP, 5_000, LONG);
        }
        assertEquals(1, clockReadings);
        admits(UDP, 5_000, LONG);
        assertEquals(2, clockReadings);
        gate.caughtUp();
        admits(UDP, 5_000, LONG);
        assertEquals(3, clockReadings);
    }

    @Test
    void aFloodIsDroppedButForASixteenthUntilTheQueueIsEmpty() {
        fill(UDP, 5_000);
        int admitted = 0;
        for (int i = 0; i < 1_000; i++) {
            admitted += admits(UDP, 5_000, LONG) ? 1 : 0;
        }
        assertTrue(admitted <= 65, "admitted " + admitted);
        gate.caughtUp();
        for (int i = 0; i < 100; i++) {
            assertTrue(admits(UDP, 5_000, LONG));
        }
    }

    @Test
    void whatIsLightPassesBesideAFlood() {
        fill(UDP, 5_000);
        int admitted = 0;
        for (int i = 0; i < 1_000; i++) {
            admitted += admits(UDP, 5_000, LONG) ? 1 : 0;
            assertTrue(i % 50 > 0 || admits(UDP, 53, 100));
            assertTrue(i % 50 > 0 || admits(TCP, 22, 60));
            nowNanos += MILLISECOND / 10;
        }
        assertTrue(admitted < 100, "admitted " + admitted);
    }

    @Test
    void everyFloodOfSeveralIsDropped() {
        for (int i = 0; i < 1_600; i++) {
            nowNanos += MILLISECOND / 50;
            admits(UDP, 5_000 + i % 8, LONG);
        }
        int[] admitted = new int[8];
        for (int i = 0; i < 1_600; i++) {
            admitted[i % 8] += admits(UDP, 5_000 + i % 8, LONG) ? 1 : 0;
        }
        for (int each : admitted) {
            assertTrue(each < 20, "admitted " + each + " of 200");
        }
    }

    @Test
    void tcpIsNeverDropped() {
        fill(TCP, 5_000);
        for (int i = 0; i < 1_000; i++) {
            assertTrue(admits(TCP, 5_000, LONG));
        }
    }

    /** The flow that does not slow down keeps a sixteenth of its equal share. */
    @Test
    void datagramsBesideBusyTcpKeepAPart() {
        fill(TCP, 5_000);
        int admitted = 0;
        for (int i = 0; i < 10_000; i++) {
            assertTrue(admits(TCP, 5_000, LONG));
            admitted += admits(UDP, 6_000, LONG) ? 1 : 0;
        }
        assertTrue(admitted > 500 && admitted < 700, "admitted " + admitted);
    }

    @Test
    void fragmentsOfOneDatagramAreOneFlow() {
        packet.set(U16, 6, (short) 0x2000);
        fill(UDP, 5_000);
        int admitted = 0;
        for (int i = 0; i < 100; i++) {
            packet.set(U16, 6, (short) (0x2000 + i));
            admitted += admits(UDP, 5_000 + i, LONG) ? 1 : 0;
        }
        assertTrue(admitted < 50, "admitted " + admitted);
    }

    @Test
    void allocatesNothing() {
        assertEquals(0, AllocationMeter.bytesPerIteration(10_000, () -> {
            nowNanos += 1_000;
            admits(UDP, 5_000, LONG);
        }));
    }

    /** Fills the queue until it has stood for long enough. */
    private void fill(int protocol, int port) {
        for (int i = 0; i < 300; i++) {
            nowNanos += MILLISECOND / 10;
            admits(protocol, port, LONG);
        }
    }

    private long now() {
        clockReadings++;
        return nowNanos;
    }

    private boolean admits(int protocol, int port, int length) {
        packet.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x45);
        packet.set(U16, 2, (short) length);
        packet.set(ValueLayout.JAVA_BYTE, 9, (byte) protocol);
        packet.set(ValueLayout.JAVA_INT_UNALIGNED, 12, 0x0A00_000A);
        packet.set(ValueLayout.JAVA_INT_UNALIGNED, 16, 0x1400_000A);
        packet.set(U16, 20, (short) 40_000);
        packet.set(U16, 22, (short) port);
        return gate.admits(packet, 0, length);
    }
}
