package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.ImpairedDirection;
import badger.testing.Impairment;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.Packets;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What arrives is what was sent, once, between two nodes in memory on a path that doubles, reorders and falsifies. */
@Tag("mesh")
final class ImpairedMeshTest {
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";
    private static final int PACKETS = 1_000;

    private final Mesh mesh = new Mesh();

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    @Test
    void falsifiedAndDoubledDatagramsLeaveNoTrace() throws InterruptedException {
        MeshNode a = mesh.start("198.51.100.1", A);
        MeshNode b = mesh.start("198.51.100.2", B);
        Mesh.awaitConnected(a, b);
        // Until something has passed, a node keeps only a few packets.
        byte[] first = Packets.ipv4(A, B, "first");
        a.tun().send(first);
        assertArrayEquals(first, b.tun().take(10_000));
        ImpairedDirection<?> path = mesh.internet()
                .impair(
                        Impairment.NONE
                                .withRoundTrip(Duration.ofMillis(40), 0.3)
                                .withDuplication(0.2)
                                .withReordering(0.2, 50)
                                .withFlips(0.1, true),
                        5);
        Set<String> sent = new HashSet<>();
        for (int number = 0; number < PACKETS; number++) {
            byte[] packet = Packets.ipv4(A, B, "packet " + number);
            sent.add(text(packet));
            a.tun().send(packet);
            if (number % 20 == 0) {
                Thread.sleep(5);
            }
        }
        Set<String> arrived = new HashSet<>();
        int count = 0;
        for (byte[] packet = b.tun().take(2_000);
                packet != null;
                packet = b.tun().take(2_000)) {
            count++;
            assertTrue(sent.contains(text(packet)), "this was never sent: " + text(packet));
            arrived.add(text(packet));
        }
        assertEquals(count, arrived.size(), "something came twice");
        assertTrue(path.counts().flipped() > PACKETS / 20, () -> path.counts().toString());
        // A slow machine loses some before the path, where the device's queue is full; what comes out must still be
        // most of them.
        assertTrue(count > PACKETS / 4, count + " of " + path.counts());
        assertTrue(count < PACKETS, "some were to be falsified");
    }

    private static String text(byte[] packet) {
        return HexFormat.of().formatHex(packet);
    }
}
