package badger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.datapath.Timers;
import badger.iex.IexServer;
import badger.iex.IexSettings;
import badger.peer.Session;
import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.testing.MeshNode;
import badger.testing.Packets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions are renewed by time, without losing a packet, and kept alive as often as the user says. */
final class SessionTimersTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String KEY = "a key of the mesh that is long enough";
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private final List<MeshNode> nodes = new ArrayList<>();
    private final IexServer iex = IexServer.start(iexHost, IexSettings.DEFAULTS);

    @AfterEach
    void closeEverything() {
        nodes.forEach(MeshNode::close);
        iex.close();
        internet.close();
    }

    @Test
    void sessionIsRenewedByTimeWithoutLosingAPacket() throws InterruptedException {
        Timers timers = new Timers(Timers.KEEP_ALIVE, Duration.ofMillis(500));
        MeshNode a = start("198.51.100.1", A, timers);
        MeshNode b = start("198.51.100.2", B, timers);
        awaitConnected(a, b);
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
        MeshNode a = start("198.51.100.1", A, Timers.DEFAULTS);
        MeshNode b = start("198.51.100.2", B, Timers.DEFAULTS);
        awaitConnected(a, b);
        Thread.sleep(1_000);
        Session session = a.peer(B).session();
        Thread.sleep(2_000);
        assertEquals(session, a.peer(B).session());
    }

    @Test
    void idleSessionIsKeptAliveAsOftenAsTheUserSays() throws InterruptedException {
        Timers timers = new Timers(Duration.ofMillis(300), Timers.RENEWAL);
        MeshNode a = start("198.51.100.1", A, timers);
        MeshNode b = start("198.51.100.2", B, timers);
        awaitConnected(a, b);
        AtomicInteger records = new AtomicInteger();
        internet.setLoss((from, to, datagram) -> {
            // Application data (RFC 6347, section 4.1); nothing else is in the tunnel.
            records.addAndGet(datagram[0] == 23 ? 1 : 0);
            return false;
        });
        Thread.sleep(3_000);
        int seen = records.get();
        assertTrue(seen >= 8 && seen <= 24, "keep-alives of both ends in 3 s: " + seen);
    }

    @Test
    void keysAreUsedNoLongerThanThreeTimesTheirTime() throws InterruptedException {
        Timers timers = new Timers(Timers.KEEP_ALIVE, Duration.ofMillis(500));
        MeshNode a = start("198.51.100.1", A, timers);
        MeshNode b = start("198.51.100.2", B, timers);
        awaitConnected(a, b);
        // Handshakes fail from now on, data would pass.
        internet.setLoss((from, to, datagram) -> datagram[0] == 22);
        assertTrue(
                MeshNode.await(SOON, () -> !a.isConnectedTo(B) && !b.isConnectedTo(A)),
                "the old keys are still in use");
        internet.setLoss((from, to, datagram) -> false);
        awaitConnected(a, b);
    }

    private static void awaitConnected(MeshNode a, MeshNode b) {
        assertTrue(
                MeshNode.await(SOON, () -> a.isConnectedTo(b.virtualIp()) && b.isConnectedTo(a.virtualIp())),
                "the nodes did not connect");
    }

    private MeshNode start(String host, String virtualIp, Timers timers) {
        MeshNode node =
                MeshNode.startWithTimers(internet.host(host), iexHost.endpoint(iex.port()), virtualIp, KEY, timers);
        nodes.add(node);
        return node;
    }
}
