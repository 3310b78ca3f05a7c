package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.connect.SessionTimings;
import badger.session.Session;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.Packets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two nodes with all their threads renew their sessions as often as the user says, without losing a packet.
 * {@code badger.model.LivenessTest} shows all times of a session's life.
 */
@Tag("mesh")
final class SessionTimersTest {
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";

    private final Mesh mesh = new Mesh();

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    @Test
    void sessionIsRenewedByTimeWithoutLosingAPacket() throws InterruptedException {
        SessionTimings timings = new SessionTimings(SessionTimings.KEEP_ALIVE, Duration.ofMillis(500));
        MeshNode a = mesh.start("198.51.100.1", Mesh.settings(A).withTimings(timings));
        MeshNode b = mesh.start("198.51.100.2", Mesh.settings(B).withTimings(timings));
        Mesh.awaitConnected(a, b);
        Set<Session> used = new HashSet<>();
        for (int i = 0; used.size() < 4; i++) {
            // On a machine that may be slow.
            assertTrue(i < 1_000, "sessions: " + used.size());
            byte[] there = Packets.ipv4(A, B, "there " + i);
            a.tun().send(there);
            assertArrayEquals(there, b.tun().take(2_000), "packet " + i);
            byte[] back = Packets.ipv4(B, A, "back " + i);
            b.tun().send(back);
            assertArrayEquals(back, a.tun().take(2_000), "reply " + i);
            used.add(a.peer(B).session());
            Thread.sleep(10);
        }
        assertEquals(0, b.tun().arrived(), "a packet came twice");
    }
}
