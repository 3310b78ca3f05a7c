package badger.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.iex.IexServer;
import badger.iex.IexSettings;
import badger.session.Session;
import badger.udp.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Two connected nodes, A and the leader B, and somebody who can send datagrams in anybody's name. Whatever is sent,
 * {@link #assertUnharmed} holds at the end.
 */
public final class BesiegedPair implements AutoCloseable {
    public static final String A = "10.0.0.10";
    public static final String B = "10.0.0.20";
    public static final String KEY = "a key of the mesh that is long enough";
    public static final Duration SOON = Duration.ofSeconds(10);

    private static final int UNREAD_AT_MOST = 256;
    private static final long GROWTH_BYTES = 16L << 20;
    private static final List<String> LOOPS =
            List.of("badger-outbound", "badger-main-socket", "badger-timer", "badger-iex-link");

    /** A datagram on its way between the two nodes. */
    public static final class Captured {
        private final Endpoint from;
        private final Endpoint to;
        private final byte[] datagram;

        Captured(Endpoint from, Endpoint to, byte[] datagram) {
            this.from = from;
            this.to = to;
            this.datagram = datagram;
        }

        public Endpoint from() {
            return from;
        }

        public Endpoint to() {
            return to;
        }

        public byte[] datagram() {
            return datagram.clone();
        }
    }

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork iexHost = internet.host("203.0.113.1");
    private final FakeUdpNetwork hostOfA = internet.host("198.51.100.1");
    private final FakeUdpNetwork hostOfB = internet.host("198.51.100.2");
    private final IexServer iex = IexServer.start(iexHost, IexSettings.DEFAULTS);
    private final List<Captured> captured = Collections.synchronizedList(new ArrayList<>());
    private final ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final Thread.UncaughtExceptionHandler formerHandler = Thread.getDefaultUncaughtExceptionHandler();
    private final MeshNode a;
    private final MeshNode b;
    private final Session sessionOfA;
    private final Session sessionOfB;
    private final long heapBytes;
    private final Map<DropReason, Long> dropsOfA;

    public BesiegedPair() throws InterruptedException {
        Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> faults.add(fault));
        internet.setLoss((from, to, datagram) -> {
            if (from.hasSameAddress(hostOfA.endpoint(0)) != to.hasSameAddress(hostOfA.endpoint(0))
                    && datagram[0] != '{') {
                captured.add(new Captured(from, to, datagram));
            }
            return false;
        });
        a = MeshNode.start(hostOfA, iexEndpoint(), MeshNode.settings(A, KEY));
        b = MeshNode.start(hostOfB, iexEndpoint(), MeshNode.settings(B, KEY));
        assertTrue(MeshNode.await(SOON, () -> a.isConnectedTo(B) && b.isConnectedTo(A)), "not connected");
        for (int i = 0; i < 20; i++) {
            exchange("before " + i);
        }
        sessionOfA = a.peer(B).session();
        sessionOfB = b.peer(A).session();
        dropsOfA = a.node().counters().nonZero();
        heapBytes = usedHeapBytes();
    }

    public FakeInternet internet() {
        return internet;
    }

    public MeshNode a() {
        return a;
    }

    public MeshNode b() {
        return b;
    }

    public Endpoint endpointOfA() {
        return hostOfA.endpoint(a.node().port());
    }

    public Endpoint endpointOfB() {
        return hostOfB.endpoint(b.node().port());
    }

    public Endpoint iexEndpoint() {
        return iexHost.endpoint(iex.port());
    }

    /** A host's endpoint that has nothing to do with the mesh; hosts and ports count from 0. */
    public Endpoint stranger(int host, int port) {
        return internet.host("192.0.2." + (host + 1)).endpoint(1_024 + port);
    }

    /** What was sent between A and anybody but IEX so far, in the order of sending. */
    public List<Captured> captured() {
        synchronized (captured) {
            return List.copyOf(captured);
        }
    }

    /** Sends to A, as slowly as A reads, so that nothing is lost before it is looked at. */
    public void forge(Endpoint from, byte[] datagram) {
        forge(from, endpointOfA(), hostOfA, datagram);
    }

    /** Sends to both nodes, each time in the name of the other one. */
    public void forgeToBoth(byte[] datagram) {
        forge(endpointOfB(), datagram);
        forge(endpointOfA(), endpointOfB(), hostOfB, datagram);
    }

    public void replay(Captured old) {
        forge(old.from(), old.to(), old.to().equals(endpointOfA()) ? hostOfA : hostOfB, old.datagram());
    }

    /** How often A has dropped for that reason since the two were connected. */
    public long dropped(DropReason reason) {
        return a.node().counters().dropped(reason) - dropsOfA.getOrDefault(reason, 0L);
    }

    /** What A has dropped for any reason since then. */
    public long dropped() {
        return List.of(DropReason.values()).stream().mapToLong(this::dropped).sum();
    }

    /** Waits until A has dropped that much, for each reason that is named. */
    public void awaitDropped(long atLeast, DropReason... reasons) {
        for (DropReason reason : reasons) {
            assertTrue(
                    MeshNode.await(SOON, () -> dropped(reason) >= atLeast),
                    () -> reason + ": " + dropped(reason) + " of " + atLeast + " in "
                            + a.node().counters().nonZero());
        }
    }

    /** Nothing came through, the sessions are the same and work, every loop lives, and memory is as it was. */
    public void assertUnharmed() throws InterruptedException {
        assertTrue(MeshNode.await(SOON, () -> hostOfA.unreadDatagrams() == 0 && hostOfB.unreadDatagrams() == 0));
        assertEquals(0, a.tun().arrived(), "something reached the TUN of A");
        assertEquals(0, b.tun().arrived(), "something reached the TUN of B");
        exchange("after");
        assertSame(sessionOfA, a.peer(B).session(), "the session of A was replaced");
        assertSame(sessionOfB, b.peer(A).session(), "the session of B was replaced");
        assertEquals(List.of(), List.copyOf(faults), "a thread ended by a fault");
        for (String loop : LOOPS) {
            long alive = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals(loop))
                    .count();
            assertTrue(alive >= 2, "of " + loop + ", " + alive + " are alive");
        }
        captured.clear();
        long growth = usedHeapBytes() - heapBytes;
        assertTrue(growth < GROWTH_BYTES, "the heap has grown by " + growth + " bytes");
    }

    /** One packet each way, which must come through at the first try. */
    public void exchange(String text) throws InterruptedException {
        byte[] there = Packets.ipv4(A, B, text);
        a.tun().send(there);
        assertArrayEquals(there, b.tun().take(5_000), text);
        byte[] back = Packets.ipv4(B, A, text);
        b.tun().send(back);
        assertArrayEquals(back, a.tun().take(5_000), text);
    }

    @Override
    public void close() {
        a.close();
        b.close();
        iex.close();
        internet.close();
        Thread.setDefaultUncaughtExceptionHandler(formerHandler);
    }

    private void forge(Endpoint from, Endpoint to, FakeUdpNetwork host, byte[] datagram) {
        internet.forge(from, to, datagram);
        assertTrue(MeshNode.await(SOON, () -> host.unreadDatagrams() < UNREAD_AT_MOST), "the node reads no more");
    }

    private static long usedHeapBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
