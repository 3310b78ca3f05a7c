package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.counter.DropReason;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.Packets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bursts of packets for two peers arrive as they were sent, whichever of them left together. */
@Tag("mesh")
final class BurstTest {
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";
    private static final String C = "10.0.0.30";
    private static final int BURST = 150;

    private final Mesh mesh = new Mesh();

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    @Test
    void packetsOfAllLengthsToTwoPeersArriveInOrder() throws InterruptedException {
        MeshNode a = mesh.start("198.51.100.1", A);
        MeshNode b = mesh.start("198.51.100.2", B);
        MeshNode c = mesh.start("198.51.100.3", C);
        awaitCarried(a, b);
        awaitCarried(a, c);
        Random random = new Random(1);
        int[] lengths = {0, 20, 20, 20, 20, 500, 1_380, 1_380, 1_380};
        for (int burst = 0; burst < 10; burst++) {
            List<byte[]> toB = new ArrayList<>();
            List<byte[]> toC = new ArrayList<>();
            String to = B;
            for (int i = 0; i < BURST; i++) {
                to = random.nextInt(8) == 0 ? (to.equals(B) ? C : B) : to;
                byte[] payload = new byte[lengths[random.nextInt(4) == 0 ? random.nextInt(9) : burst % 9]];
                random.nextBytes(payload);
                byte[] packet = Packets.ipv4(A, to, payload);
                (to.equals(B) ? toB : toC).add(packet);
                a.tun().send(packet);
            }
            assertArrive(toB, b);
            assertArrive(toC, c);
        }
        List<DropReason> dropped = a.node().counters().nonZero().keySet().stream()
                .filter(reason -> reason.name().startsWith("OUTBOUND"))
                .toList();
        assertEquals(List.of(), dropped);
    }

    private static void assertArrive(List<byte[]> packets, MeshNode at) throws InterruptedException {
        for (byte[] packet : packets) {
            assertArrayEquals(packet, at.tun().take(5_000));
        }
    }

    private static void awaitCarried(MeshNode a, MeshNode b) throws InterruptedException {
        Mesh.awaitConnected(a, b);
        // A server keeps its first packets, which a burst must not be.
        byte[] first = Packets.ipv4(a.virtualIp(), b.virtualIp(), "first");
        a.tun().send(first);
        assertArrayEquals(first, b.tun().take(5_000));
    }
}
