package badger.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Packets number 1 to 9, each of which says its number in its length, its three tags and all of its bytes. */
final class TestPackets {
    /** What {@link #take} returns where the ring had no packet. */
    static final int NONE = -1;
    /** What {@link #take} returns for a packet whose parts do not say the same number. */
    static final int TORN = 0;

    private static final int SLOT_BYTES = 64;
    private static final int MOST = 9;
    private static final MemorySegment PACKETS = packets();

    private TestPackets() {}

    static PacketRing ring(int slots) {
        return new PacketRing(RecycledMemory.INSTANCE, slots, SLOT_BYTES);
    }

    static boolean offer(PacketRing ring, int number) {
        return ring.offer(PACKETS, (long) number * SLOT_BYTES, number, number, number, number);
    }

    /** Takes the oldest packet and overwrites its whole slot before giving it back. @return its number */
    static int take(PacketRing ring) {
        int number = ring.peek();
        if (number == NONE) {
            return NONE;
        }
        boolean isWhole = number >= 1
                && number <= MOST
                && ring.tagHigh() == number
                && ring.tagLow() == number
                && ring.tagPort() == number;
        for (int i = 0; isWhole && i < number; i++) {
            isWhole = ring.slots().get(ValueLayout.JAVA_BYTE, ring.peekAt() + i) == number;
        }
        for (int i = 0; i < SLOT_BYTES; i += Long.BYTES) {
            ring.slots().set(ValueLayout.JAVA_LONG, ring.peekAt() + i, -1L);
        }
        ring.release();
        return isWhole ? number : TORN;
    }

    private static MemorySegment packets() {
        MemorySegment packets = Arena.global().allocate((MOST + 1L) * SLOT_BYTES);
        for (int number = 1; number <= MOST; number++) {
            packets.asSlice((long) number * SLOT_BYTES, number).fill((byte) number);
        }
        return packets;
    }
}
