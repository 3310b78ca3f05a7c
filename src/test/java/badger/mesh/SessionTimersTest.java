package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.connect.SessionTimings;
import badger.record.RecordProtection;
import badger.session.Session;
import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.Packets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions are renewed by time, without losing a packet, and kept alive as often as the user says. */
final class SessionTimersTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";

    private final Mesh mesh = new Mesh();
    private MeshNode a;
    private MeshNode b;

    @AfterEach
    void closeEverything() {
        mesh.close();
    }

    private void connect(SessionTimings timers) {
        a = mesh.start("198.51.100.1", Mesh.settings(A).withTimings(timers));
        b = mesh.start("198.51.100.2", Mesh.settings(B).withTimings(timers));
        Mesh.awaitConnected(a, b);
    }

    @Test
    void sessionIsRenewedByTimeWithoutLosingAPacket() throws InterruptedException {
        connect(new SessionTimings(SessionTimings.KEEP_ALIVE, Duration.ofMillis(500)));
        Set<Session> used = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            byte[] there = Packets.ipv4(A, B, "there " + i);
            a.tun().send(there);
            assertArrayEquals(there, b.tun().take(2_000), "packet " + i);
            byte[] back = Packets.ipv4(B, A, "back " + i);
            b.tun().send(back);
            assertArrayEquals(back, a.tun().take(2_000), "reply " + i);
            used.add(a.peer(B).session());
            Thread.sleep(10);
        }
        // In five seconds, on a machine that may be slow.
        assertTrue(used.size() >= 4, "sessions: " + used.size());
        assertEquals(0, b.tun().arrived(), "a packet came twice");
    }

    @Test
    void sessionOfTheDefaultLastsLonger() throws InterruptedException {
        connect(SessionTimings.DEFAULTS);
        Thread.sleep(1_000);
        Session session = a.peer(B).session();
        Thread.sleep(2_000);
        assertEquals(session, a.peer(B).session());
    }

    @Test
    void idleSessionIsKeptAliveAsOftenAsTheUserSays() throws InterruptedException {
        connect(new SessionTimings(Duration.ofMillis(300), SessionTimings.RENEWAL));
        AtomicInteger records = new AtomicInteger();
        mesh.internet().setLoss((from, to, datagram) -> {
            // Protected (RFC 9146, section 3) and empty, as no probe of the path is, of which there are some at first.
            boolean isKeepAlive = datagram[0] == 25 && datagram.length == RecordProtection.BADGER_OVERHEAD_BYTES;
            records.addAndGet(isKeepAlive ? 1 : 0);
            return false;
        });
        Thread.sleep(3_000);
        int seen = records.get();
        assertTrue(seen >= 8 && seen <= 24, "keep-alives of both ends in 3 s: " + seen);
    }

    @Test
    void keysAreUsedNoLongerThanThreeTimesTheirTime() throws InterruptedException {
        connect(new SessionTimings(SessionTimings.KEEP_ALIVE, Duration.ofMillis(500)));
        // Handshakes fail from now on, data would pass.
        mesh.internet().setLoss((from, to, datagram) -> datagram[0] == 22);
        assertTrue(
                MeshNode.await(SOON, () -> !a.isConnectedTo(B) && !b.isConnectedTo(A)),
                "the old keys are still in use");
        mesh.internet().setLoss((from, to, datagram) -> false);
        Mesh.awaitConnected(a, b);
    }
}
