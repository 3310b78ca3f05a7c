package badger.datapath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import badger.connect.ConnectMode;
import badger.connect.ConnectPolicy;
import badger.connect.ConnectSettings;
import badger.connect.SessionTimings;
import badger.counter.Counters;
import badger.counter.Traffic;
import badger.discovery.IexMessages;
import badger.handshake.HandshakeSettings;
import badger.handshake.Psk;
import badger.linux.VirtioNetHeader;
import badger.peer.Candidates;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.peer.PeerTask;
import badger.session.Session;
import badger.testing.FakeInternet;
import badger.testing.FakeTun;
import badger.testing.FakeUdpNetwork;
import badger.testing.MeshNode;
import badger.testing.Packets;
import badger.time.Clock;
import badger.tun.TunOffloads;
import badger.udp.MainSocket;
import badger.udp.Relay;
import badger.udp.SharedSender;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two data paths that know each other without an IEX. */
final class DataPathTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String A = "10.0.0.10";
    private static final String B = "10.0.0.20";

    private final FakeInternet internet = new FakeInternet();
    private final Psk psk = Psk.of("a key of the mesh that is long enough");
    private End a;
    private End b;

    @AfterEach
    void closeEverything() {
        a.dataPath.close();
        b.dataPath.close();
        internet.close();
    }

    @Test
    void sessionWhoseKeyIsUsedUpIsReplacedAtOnce() throws InterruptedException {
        int limit = 50;
        a = new End("198.51.100.1", A, limit);
        b = new End("198.51.100.2", B, limit);
        connect();
        assertTrue(MeshNode.await(SOON, () -> a.peer.isConnected() && b.peer.isConnected()), "not connected");
        Object first = a.peer.session();
        for (int i = 0; i < 3 * limit; i++) {
            byte[] packet = Packets.ipv4(A, B, "packet " + i);
            a.tun.send(packet);
            assertArrayEquals(packet, b.tun.take(5_000), "packet " + i);
        }
        assertTrue(first != a.peer.session());
    }

    @Test
    void handshakeThatEndsAfterThePeerIsGoneLeavesNothingBehind() throws InterruptedException {
        a = new End("198.51.100.1", A, 1_000);
        b = new End("198.51.100.2", B, 1_000);
        connect();
        assertTrue(MeshNode.await(SOON, () -> a.peer.isConnected() && b.peer.isConnected()), "not connected");
        assertNotNull(a.peer.session());
        a.dataPath.close(a.peer);
        assertTrue(MeshNode.await(SOON, () -> !b.peer.isConnected()), "no farewell");
        assertTrue(MeshNode.await(SOON, () -> a.network.openSockets() == 1), "the peer's socket is still open");
        AtomicBoolean isDiscarded = new AtomicBoolean();
        a.peer.post(new PeerTask() {
            @Override
            public void run(long nowNanos) {
                throw new AssertionError("there is no thread to run it");
            }

            @Override
            public void discard() {
                isDiscarded.set(true);
            }
        });
        assertTrue(MeshNode.await(SOON, isDiscarded::get), "what comes late must be let go of");
    }

    /** Two threads of each end send at once; the packets of each arrive in order, and none arrives twice. */
    @Test
    void severalQueuesSendSideBySideAndEachInItsOrder() throws InterruptedException {
        a = new End("198.51.100.1", A, 1 << 20, 2);
        b = new End("198.51.100.2", B, 1 << 20, 2);
        connect();
        assertTrue(MeshNode.await(SOON, () -> a.peer.isConnected() && b.peer.isConnected()), "not connected");
        int[] next = new int[2];
        byte[] header = new byte[VirtioNetHeader.BYTES];
        for (int sent = 0; sent < 400; sent++) {
            for (int queue = 0; queue < 2; queue++) {
                a.tun.send(queue, header, Packets.ipv4(A, B, queue + ":" + sent));
            }
            for (int i = 0; i < 2; i++) {
                byte[] packet = b.tun.take(5_000);
                assertNotNull(packet, "after " + sent);
                String[] text = new String(packet, 20, packet.length - 20, StandardCharsets.US_ASCII).split(":", -1);
                assertEquals(next[Integer.parseInt(text[0])]++, Integer.parseInt(text[1]));
            }
        }
    }

    @Test
    void countsOfAClosedPeerStayInTheSumsOfTheNode() throws InterruptedException {
        a = new End("198.51.100.1", A, 1_000);
        b = new End("198.51.100.2", B, 1_000);
        connect();
        assertTrue(MeshNode.await(SOON, () -> a.peer.isConnected() && b.peer.isConnected()), "not connected");
        for (int i = 0; i < 5; i++) {
            a.tun.send(Packets.ipv4(A, B, "packet " + i));
            assertNotNull(b.tun.take(5_000), "packet " + i);
            b.tun.send(Packets.ipv4(B, A, "reply " + i));
            assertNotNull(a.tun.take(5_000), "reply " + i);
        }
        assertTrue(MeshNode.await(SOON, () -> a.of(Traffic.TUN_WRITES) == 5), "the last write was not counted");
        Peer closed = a.peer;
        a.dataPath.close(closed);
        assertTrue(MeshNode.await(SOON, () -> a.network.openSockets() == 1), "the peer's socket is still open");
        b.know(a);
        a.know(b);
        assertTrue(MeshNode.await(SOON, () -> a.peer.isConnected()), "not connected again");
        assertEquals(0, a.peer.traffic().sums().of(Traffic.TUN_WRITES));
        assertEquals(5, closed.traffic().sums().of(Traffic.TUN_WRITES));
        assertEquals(5, a.of(Traffic.TUN_WRITES));
        long ofBoth = closed.traffic().sums().of(Traffic.RECORDS_SEALED)
                + a.peer.traffic().sums().of(Traffic.RECORDS_SEALED);
        assertTrue(ofBoth >= 5);
        assertTrue(a.of(Traffic.RECORDS_SEALED) >= ofBoth);
    }

    private void connect() {
        a.know(b);
        b.know(a);
    }

    /** One data path with everything around it. */
    private final class End {
        private final FakeTun tun;
        private final FakeUdpNetwork network;
        private final MainSocket socket;
        private final PeerDirectory directory = new PeerDirectory();
        private final DataPath dataPath;
        private final int address;
        private final Counters counters = new Counters();
        private Peer peer;

        End(String host, String virtualIp, int recordLimit) {
            this(host, virtualIp, recordLimit, 1);
        }

        End(String host, String virtualIp, int recordLimit, int queues) {
            tun = new FakeTun(1_400, TunOffloads.NONE, queues);
            network = internet.host(host);
            socket = new MainSocket(network, 0);
            address = Ipv4Prefix.parseAddress(virtualIp).orElseThrow();
            HandshakeSettings handshakes = HandshakeSettings.of(psk, virtualIp, Aeads.preferred())
                    .withRecordLimit(recordLimit)
                    .withSealers(Session.sealers(queues));
            Ipv4Prefix ownPrefix = new Ipv4Prefix(address, 16);
            SharedSender mainSender = new SharedSender(socket::current, Arena.ofAuto());
            dataPath = new DataPath(
                    new DataPath.Seams(tun, network, socket),
                    NodeAddresses.of(ownPrefix),
                    new NodeContext(directory, mainSender, Relay.never(), _ -> {}, tun.mtu(), counters, Clock.SYSTEM),
                    ConnectSettings.of(
                            ownPrefix,
                            handshakes,
                            SessionTimings.DEFAULTS,
                            new ConnectMode(ConnectPolicy.DEFAULT),
                            () -> {}),
                    new IexMessages(counters));
            dataPath.start();
        }

        long of(Traffic what) {
            return counters.traffic().sums().of(what);
        }

        void know(End other) {
            peer = dataPath.open(other.address, new Candidates(other.network.endpoint(other.socket.localPort()), null));
            directory.replace(List.of(peer));
            dataPath.start(peer);
        }
    }
}
