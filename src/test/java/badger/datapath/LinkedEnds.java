package badger.datapath;

import badger.aead.Aeads;
import badger.connect.ConnectMode;
import badger.connect.ConnectPolicy;
import badger.connect.ConnectSettings;
import badger.connect.PeerController;
import badger.connect.SessionTimings;
import badger.counter.Counters;
import badger.handshake.HandshakeSettings;
import badger.handshake.Psk;
import badger.linux.VirtioNetHeader;
import badger.peer.Candidates;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.peer.PeerDirectory;
import badger.session.PeerPath;
import badger.session.Session;
import badger.session.SessionSet;
import badger.testing.FakeTun;
import badger.testing.LinkedHandshake;
import badger.testing.NodeContexts;
import badger.testing.Packets;
import badger.testing.SendingSocket;
import badger.testing.WatchedBackend;
import badger.tun.GatherList;
import badger.tun.TunOffloads;
import badger.tun.TunWriter;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import badger.wire.Tcp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The sending half of one node and the receiving half of another, with a real session between them and a buffer as the
 * wire: everything that touches a packet except the system calls. For tests and benchmarks; one thread.
 */
public final class LinkedEnds implements AutoCloseable {
    private static final String SENDER = "10.0.0.20";
    private static final String RECEIVER = "10.0.0.10";
    private static final String OTHER = "10.0.0.11";
    private static final String IPV6_SENDER = "fd00::20";
    private static final String IPV6_RECEIVER = "fd00::10";
    private static final Endpoint ENDPOINT = Endpoint.ofIpv4(0xC6336401, 4_400);
    private static final int WIRE_BYTES = 128 * 1024;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment wire = arena.allocate(WIRE_BYTES, 64);
    private final MemorySegment buffer;
    private final MemorySegment packet;
    private final Psk psk = Psk.of("the key of both ends");
    private final Counters counters = new Counters();
    private final PeerDirectory peers = new PeerDirectory();
    private final Peer receiverAsPeer;
    private final Peer senderAsPeer;
    private final OutboundLoop outbound;
    private final SessionSet sessions;
    private final RecordReader reader;
    private int onTheWire;
    private int segmentBytes;
    private long delivered;
    private WatchedBackend newer;
    private int opensOfHandshake;

    /** Ends that carry single packets of {@code packetBytes} each. */
    public static LinkedEnds ofPackets(int packetBytes, String backend) throws Exception {
        byte[] packet = Packets.ipv4(SENDER, RECEIVER, new byte[packetBytes - 20]);
        return new LinkedEnds(behindHeader(packet), backend);
    }

    /** Ends that carry TCP super-packets, each of {@code segments} times {@code mss} bytes, without inner checksums. */
    public static LinkedEnds ofSuperPackets(int segments, int mss, String backend) throws Exception {
        byte[] packet = Packets.tcpSuperPacket(SENDER, RECEIVER, segments * mss);
        return new LinkedEnds(behindHeader(packet, VirtioNetHeader.GSO_TCPV4, 20, mss), backend);
    }

    /** As {@link #ofPackets}, over IPv6. */
    public static LinkedEnds ofIpv6Packets(int packetBytes, String backend) throws Exception {
        byte[] packet = Packets.ipv6(IPV6_SENDER, IPV6_RECEIVER, 253, new byte[packetBytes - 40]);
        return new LinkedEnds(behindHeader(packet), backend);
    }

    /** As {@link #ofSuperPackets}, over IPv6. */
    public static LinkedEnds ofIpv6SuperPackets(int segments, int mss, String backend) throws Exception {
        byte[] packet = Packets.tcpIpv6SuperPacket(IPV6_SENDER, IPV6_RECEIVER, segments * mss);
        return new LinkedEnds(behindHeader(packet, VirtioNetHeader.GSO_TCPV6, 40, mss), backend);
    }

    /** A packet as a read of the TUN returns it. */
    private static byte[] behindHeader(byte[] packet) {
        byte[] read = new byte[VirtioNetHeader.BYTES + packet.length];
        System.arraycopy(packet, 0, read, VirtioNetHeader.BYTES, packet.length);
        return read;
    }

    /** As the other method, for a TCP super-packet. */
    private static byte[] behindHeader(byte[] packet, int gsoType, int ipHeaderBytes, int mss) {
        byte[] read = behindHeader(packet);
        VirtioNetHeader.put(
                MemorySegment.ofArray(read),
                0,
                VirtioNetHeader.NEEDS_CSUM,
                gsoType,
                ipHeaderBytes + 20,
                mss,
                ipHeaderBytes,
                Tcp.CHECKSUM_OFFSET);
        return read;
    }

    /** @param read the bytes of a read of the TUN, its {@link VirtioNetHeader} first */
    private LinkedEnds(byte[] read, String backend) throws Exception {
        packet = arena.allocate(read.length).copyFrom(MemorySegment.ofArray(read));
        LinkedHandshake handshake = new LinkedHandshake(psk, backend, SENDER, RECEIVER);
        Candidates candidates = new Candidates(ENDPOINT, null);

        receiverAsPeer = new Peer(address(RECEIVER), candidates, 2_048);
        receiverAsPeer.updateVirtualIpv6(ownAddresses(RECEIVER, IPV6_RECEIVER).ipv6Addresses());
        receiverAsPeer.useSession(
                new Session(handshake.client.get(10, TimeUnit.SECONDS), path(), 0, receiverAsPeer.traffic()));
        peers.replace(List.of(receiverAsPeer));
        outbound = new OutboundLoop(
                new FakeTun(1_400),
                0,
                NodeContexts.of().with(peers).with(counters).build(),
                ownAddresses(SENDER, IPV6_SENDER));
        buffer = outbound.prepare(arena);

        senderAsPeer = new Peer(address(SENDER), candidates, 2_048);
        senderAsPeer.updateVirtualIpv6(ownAddresses(SENDER, IPV6_SENDER).ipv6Addresses());
        ConnectSettings connecting = ConnectSettings.of(
                ownAddresses(RECEIVER, IPV6_RECEIVER).ipv4(),
                HandshakeSettings.of(psk, RECEIVER, Aeads.named(backend)),
                SessionTimings.DEFAULTS,
                new ConnectMode(ConnectPolicy.DEFAULT),
                () -> {});
        NodeContext node = NodeContexts.of().with(counters).build();
        PeerController controller =
                new PeerController(senderAsPeer, node, connecting, (endpoint, isReplacement) -> path());
        sessions = controller.sessions();
        sessions.add(handshake.server.get(10, TimeUnit.SECONDS), ENDPOINT, 0, 0);
        InboundGate gate = new InboundGate(
                List.of(new CountingWriter()),
                TunOffloads.ALL,
                new InboundGate.Addresses(senderAsPeer, ownAddresses(RECEIVER, IPV6_RECEIVER)),
                counters,
                senderAsPeer.traffic().open(),
                arena);
        reader = new RecordReader(senderAsPeer, controller, null, gate, arena);
    }

    /** Does what the outbound loop does with a packet that it has read: look up, seal, send. */
    public int send() {
        return sendBatch(1);
    }

    /** As {@link #send}, with several packets that are read one after the other and leave as one send. */
    public int sendBatch(int packets) {
        for (int i = 0; i < packets; i++) {
            long at = outbound.nextPacketAt();
            MemorySegment.copy(packet, 0, buffer, at - VirtioNetHeader.BYTES, packet.byteSize());
            outbound.forward(buffer, at, (int) packet.byteSize() - VirtioNetHeader.BYTES);
        }
        outbound.caughtUp(buffer);
        return onTheWire;
    }

    /**
     * As {@link #send}, but a packet for another peer waits before this one, and that peer's session ends meanwhile.
     *
     * @return whether the other packet was kept for the next session
     */
    public boolean sendAfterOneWhoseSessionEnds(String backend) throws Exception {
        Candidates candidates = new Candidates(ENDPOINT, null);
        Peer other = new Peer(address(OTHER), candidates, 2_048);
        Session ending = new Session(
                new LinkedHandshake(psk, backend, SENDER, RECEIVER).client.get(10, TimeUnit.SECONDS),
                path(),
                0,
                other.traffic());
        other.useSession(ending);
        peers.replace(List.of(receiverAsPeer, other));
        byte[] early = behindHeader(Packets.ipv4(SENDER, OTHER, new byte[100]));
        MemorySegment.copy(
                early, 0, buffer, ValueLayout.JAVA_BYTE, OutboundLoop.PACKET_AT - VirtioNetHeader.BYTES, early.length);
        outbound.forward(buffer, OutboundLoop.PACKET_AT, early.length - VirtioNetHeader.BYTES);
        ending.close();
        send();
        boolean isKept = other.hasKept();
        other.free();
        return isKept;
    }

    /** As {@link #send}, but the next packet read has no destination. @return the bytes on the wire then */
    public int sendBeforeOneForNobody() {
        MemorySegment.copy(packet, 0, buffer, OutboundLoop.READ_AT, packet.byteSize());
        outbound.forward(buffer, OutboundLoop.PACKET_AT, (int) packet.byteSize() - VirtioNetHeader.BYTES);
        byte[] lost = behindHeader(Packets.ipv4(SENDER, "10.0.0.99", new byte[100]));
        long at = outbound.nextPacketAt();
        MemorySegment.copy(lost, 0, buffer, ValueLayout.JAVA_BYTE, at - VirtioNetHeader.BYTES, lost.length);
        outbound.forward(buffer, at, lost.length - VirtioNetHeader.BYTES);
        return onTheWire;
    }

    /** Does what the peer's thread does with the datagram on the wire: open, check, write. */
    public long receive() {
        for (int at = 0; at < onTheWire; at += segmentBytes) {
            reader.read(wire, at, Math.min(segmentBytes, onTheWire - at), ENDPOINT);
        }
        reader.flush();
        reader.caughtUp();
        return delivered;
    }

    /** Returns, and resets, whether the receiver's sessions have to be looked at because of what it has received. */
    public boolean takeNews() {
        return reader.takeNews();
    }

    /** Receives the peer's keep-alive. */
    public void receiveKeepAlive() {
        Session session = receiverAsPeer.session();
        session.transmit(buffer, Session.HEADROOM_BYTES, 0);
        receive();
    }

    /** Gives the receiver a session of newer keys, while the sender still uses the one that it has. */
    public void supersede(String backend) throws Exception {
        newer = new WatchedBackend(Aeads.named(backend), () -> {});
        LinkedHandshake handshake = new LinkedHandshake(psk, newer, SENDER, RECEIVER);
        sessions.add(handshake.server.get(10, TimeUnit.SECONDS), ENDPOINT, 0, 0);
        handshake.client.get(10, TimeUnit.SECONDS).protection().close();
        opensOfHandshake = newer.opens.get();
    }

    /** How many records were tried in vain with the newer keys, after {@link #supersede}. */
    public int triedInVain() {
        return newer.opens.get() - opensOfHandshake;
    }

    public Counters counters() {
        return counters;
    }

    @Override
    public void close() {
        sessions.close();
        receiverAsPeer.session().close();
        receiverAsPeer.free();
        senderAsPeer.free();
        psk.close();
        arena.close();
    }

    private PeerPath path() {
        return new PeerPath(ENDPOINT, new WireSocket(), null, () -> {});
    }

    private static NodeAddresses ownAddresses(String ipv4, String ipv6) {
        return new NodeAddresses(
                new Ipv4Prefix(address(ipv4), 16),
                List.of(new Ipv6Prefix(Ipv6Address.parse(ipv6).orElseThrow(), 64)));
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }

    /** Counts each write, like a kernel that takes everything. */
    private final class CountingWriter implements TunWriter {
        @Override
        public int write(MemorySegment segment, long at, int length) {
            delivered++;
            return length;
        }

        @Override
        public int write(GatherList pieces) {
            delivered++;
            return (int) pieces.bytes() - VirtioNetHeader.BYTES;
        }
    }

    /** Puts each datagram on the wire, in place of the one before. */
    private final class WireSocket extends SendingSocket {
        private long sends;

        WireSocket() {
            super(ENDPOINT);
        }

        @Override
        public int send(MemorySegment from, long at, int length) {
            MemorySegment.copy(from, at, wire, 0, length);
            onTheWire = length;
            segmentBytes = length;
            sends++;
            return length;
        }

        @Override
        public int sendSegments(MemorySegment from, long at, int length, int bytes) {
            send(from, at, length);
            segmentBytes = bytes;
            return length;
        }

        @Override
        public long sends() {
            return sends;
        }
    }
}
