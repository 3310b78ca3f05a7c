package badger.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FlowHashTest {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int AT = 3;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment packet = arena.allocate(100);

    @AfterEach
    void closeArena() {
        arena.close();
    }

    @Test
    void everyFlowHasOneQueueAndNeighbouringPortsAreSpread() {
        for (int queues : new int[] {1, 2, 3, 4, 16}) {
            int[] flows = new int[queues];
            for (int port = 40_000; port < 41_000; port++) {
                ipv4(TCP, 5, 0, port);
                int queue = FlowHash.of(packet, AT, 60, queues);
                packet.set(ValueLayout.JAVA_BYTE, AT + 40, (byte) port);
                packet.set(U16, AT + 4, (short) port);
                assertEquals(queue, FlowHash.of(packet, AT, 60, queues), "payload and number are not the flow's");
                flows[queue]++;
            }
            for (int each : flows) {
                assertTrue(each > 700 / queues && each < 1_300 / queues + 1, queues + " queues, one has " + each);
            }
        }
    }

    @Test
    void whatHasNoPortsSharesAQueue() {
        ipv4(ICMP, 5, 0, 0);
        int shared = FlowHash.of(packet, AT, 60, 4);
        Random random = new Random(7);
        for (int i = 0; i < 100; i++) {
            ipv4(ICMP, 5, 0, random.nextInt(0x10000));
            assertEquals(shared, FlowHash.of(packet, AT, 60, 4));
            ipv4(TCP, 5, 0x2000, random.nextInt(0x10000));
            assertEquals(shared, FlowHash.of(packet, AT, 60, 4), "a first fragment stays with the others");
            ipv4(TCP, 15, 0, random.nextInt(0x10000));
            assertEquals(shared, FlowHash.of(packet, AT, 60, 4), "the packet ends with its options");
        }
    }

    @Test
    void portsBehindOptionsAndInIpv6AreSeen() {
        boolean[][] isUsed = new boolean[2][4];
        for (int port = 0; port < 64; port++) {
            ipv4(TCP, 6, 0, 0);
            packet.set(U16, AT + 26, (short) port);
            isUsed[0][FlowHash.of(packet, AT, 60, 4)] = true;
            packet.fill((byte) 0);
            packet.set(ValueLayout.JAVA_BYTE, AT, (byte) 0x60);
            packet.set(ValueLayout.JAVA_BYTE, AT + 6, (byte) TCP);
            packet.set(U16, AT + 42, (short) port);
            isUsed[1][FlowHash.of(packet, AT, 60, 4)] = true;
        }
        for (boolean[] each : isUsed) {
            assertTrue(each[0] && each[1] && each[2] && each[3]);
        }
    }

    @Test
    void portsAreThereForTcpAndUdpWhereTheyAreWhole() {
        for (int words = 5; words <= 15; words++) {
            for (int protocol = 0; protocol < 256; protocol++) {
                for (int fragment : new int[] {0, 0x4000, 0x8000, 0x2000, 0x0001, 0x1FFF}) {
                    ipv4(protocol, words, fragment, 0xFFFF);
                    boolean isWhole = (fragment & 0x3FFF) == 0;
                    assertPorts(4 * words, isWhole && (protocol == TCP || protocol == UDP));
                }
            }
        }
        for (int protocol = 0; protocol < 256; protocol++) {
            packet.fill((byte) 0);
            packet.set(ValueLayout.JAVA_BYTE, AT, (byte) 0x60);
            packet.set(ValueLayout.JAVA_BYTE, AT + 6, (byte) protocol);
            assertPorts(40, protocol == TCP || protocol == UDP);
        }
    }

    /** Nothing can be read behind the packet, and its last bytes are not taken for ports. */
    private void assertPorts(int headerBytes, boolean mayHavePorts) {
        packet.asSlice(AT + headerBytes).fill((byte) 0xFF);
        for (int payloadBytes : new int[] {0, 3, 4, 8}) {
            int length = headerBytes + payloadBytes;
            MemorySegment whole = packet.asSlice(0, AT + length);
            int expected = mayHavePorts && payloadBytes >= 4 ? -1 : 0;
            assertEquals(expected, FlowHash.ports(whole, AT, length), () -> headerBytes + " and " + payloadBytes);
        }
    }

    private void ipv4(int protocol, int headerWords, int fragment, int port) {
        packet.fill((byte) 0);
        packet.set(ValueLayout.JAVA_BYTE, AT, (byte) (0x40 | headerWords));
        packet.set(ValueLayout.JAVA_BYTE, AT + 9, (byte) protocol);
        packet.set(U16, AT + 6, (short) fragment);
        packet.set(U16, AT + 20, (short) port);
        packet.set(U16, AT + 22, (short) 443);
    }
}
