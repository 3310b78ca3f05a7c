package badger.tun;

import badger.linux.VirtioNetHeader;
import badger.testing.TunReads;
import badger.udp.Endpoint;
import badger.udp.LinuxUdpNetwork;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import badger.wire.Ipv4Prefix;
import java.io.DataInputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Super-packets through a device of the kernel and back, in the network namespace of {@link LinuxTunTest}. All packets
 * that the host sends to 10.77.0.2 come back to it with both addresses exchanged, so that the host talks with itself
 * through the device. The exchange changes no checksum: right ones stay right and unfinished ones unfinished.
 */
final class SuperPacketScenario {
    private static final int OWN = 0x0A4D0001;
    private static final int PEER = 0x0A4D0002;
    private static final int TRANSFER_BYTES = 20_000_000;
    private static final int DATAGRAM_BYTES = 1_200;
    private static final int DATAGRAMS = 30;
    private static final int MAXIMUM_SUPER_PACKET = 40_000;
    private static final int IP = VirtioNetHeader.BYTES;

    private int longestRead;
    private int tcpSuperPackets;
    private int udpSuperPackets;
    private boolean hasUso;

    private SuperPacketScenario() {}

    static void run() throws Exception {
        SuperPacketScenario scenario = new SuperPacketScenario();
        Thread mirror;
        try (LinuxTun tun = LinuxTun.open("badger0", new Ipv4Prefix(OWN, 16), 1_400, TunOffloads.ALL)) {
            System.out.println("offloads: " + tun.offloads());
            expect(
                    tun.offloads().checksum()
                            && tun.offloads().tso4()
                            && tun.offloads().tso6(),
                    "not all granted");
            expect(tun.limitSuperPackets(MAXIMUM_SUPER_PACKET), "the limit was refused");
            expect(
                    !new String(
                                    new ProcessBuilder("ip", "-d", "link", "show", "badger0")
                                            .start()
                                            .getInputStream()
                                            .readAllBytes(),
                                    StandardCharsets.UTF_8)
                            .contains("gso_max_size 65536"),
                    "the limit was not kept");
            mirror = Thread.ofPlatform().start(() -> scenario.reflect(tun));
            tcp();
            scenario.hasUso = tun.offloads().uso();
            if (scenario.hasUso) {
                udp();
            }
        }
        mirror.join();
        System.out.println("longest " + scenario.longestRead + ", TCP " + scenario.tcpSuperPackets + ", UDP "
                + scenario.udpSuperPackets);
        expect(scenario.tcpSuperPackets > 100, "too few TCP super-packets");
        expect(scenario.udpSuperPackets == 1 || !scenario.hasUso, scenario.udpSuperPackets + " UDP super-packets");
        expect(
                scenario.longestRead > MAXIMUM_SUPER_PACKET / 2 && scenario.longestRead <= MAXIMUM_SUPER_PACKET,
                "the longest super-packet had " + scenario.longestRead + " bytes");
    }

    private void reflect(Tun tun) {
        try (Arena arena = Arena.ofConfined()) {
            TunReader reader = tun.reader(arena);
            TunWriter writer = tun.writer(arena);
            GatherList pieces = new GatherList(arena, 3);
            MemorySegment buffer = arena.allocate(IP + 65_535);
            int length = TunReads.next(reader, buffer, 0, (int) buffer.byteSize());
            while (length != TunReader.CLOSED) {
                if (buffer.get(ValueLayout.JAVA_BYTE, IP) >> 4 == 4) {
                    count(VirtioNetHeader.gsoType(buffer, 0), length);
                    int source = buffer.get(ValueLayout.JAVA_INT_UNALIGNED, IP + 12);
                    int destination = buffer.get(ValueLayout.JAVA_INT_UNALIGNED, IP + 16);
                    buffer.set(ValueLayout.JAVA_INT_UNALIGNED, IP + 12, destination);
                    buffer.set(ValueLayout.JAVA_INT_UNALIGNED, IP + 16, source);
                    expect(write(writer, pieces, buffer, length) == length, "write of " + length);
                }
                length = TunReads.next(reader, buffer, 0, (int) buffer.byteSize());
            }
        }
    }

    /** Writes a long packet in pieces and a short one whole. */
    private static int write(TunWriter writer, GatherList pieces, MemorySegment buffer, int length) {
        if (length < 1_000) {
            return writer.write(buffer, 0, length);
        }
        pieces.clear();
        pieces.add(buffer, 0, IP + 100);
        pieces.add(buffer, IP + 100, 400);
        pieces.add(buffer, IP + 500, length - 500);
        expect(pieces.bytes() == IP + length && pieces.count() == 3, "sum of the pieces");
        return writer.write(pieces);
    }

    private void count(int gsoType, int length) {
        longestRead = Math.max(longestRead, length);
        int type = gsoType & ~VirtioNetHeader.GSO_ECN;
        tcpSuperPackets += type == VirtioNetHeader.GSO_TCPV4 ? 1 : 0;
        udpSuperPackets += type == VirtioNetHeader.GSO_UDP_L4 ? 1 : 0;
    }

    private static void tcp() throws Exception {
        byte[] sent = new byte[TRANSFER_BYTES];
        new Random(5).nextBytes(sent);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {10, 77, 0, 1}))) {
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = server.accept();
                        DataInputStream in = new DataInputStream(socket.getInputStream())) {
                    return in.readNBytes(TRANSFER_BYTES);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (Socket socket =
                            new Socket(InetAddress.getByAddress(new byte[] {10, 77, 0, 2}), server.getLocalPort());
                    OutputStream out = socket.getOutputStream()) {
                out.write(sent);
                out.flush();
                expect(Arrays.equals(received.get(), sent), "the transfer was damaged");
            }
        }
    }

    /** Many datagrams, sent at once, go through the device as one super-packet and are received at once. */
    private static void udp() {
        try (LinuxUdpNetwork network = new LinuxUdpNetwork();
                Arena arena = Arena.ofConfined();
                UdpSocket main = network.bind(0);
                UdpSocket socket = network.connect(main.localPort(), Endpoint.ofIpv4(PEER, main.localPort()))) {
            MemorySegment buffer = arena.allocate(65_535).fill((byte) 9);
            UdpSender sender = socket.sender(arena);
            UdpReceiver receiver = socket.receiver(arena);
            int length = DATAGRAM_BYTES * DATAGRAMS - 7;
            expect(sender.sendSegments(buffer, 0, length, DATAGRAM_BYTES) == length, "send");
            int received = 0;
            int calls = 0;
            while (received < length && receiver.awaitReadable()) {
                int result = receiver.receive(buffer, 0, 65_535);
                expect(result > 0 && receiver.segmentBytes() >= DATAGRAM_BYTES - 7, "receive: " + result);
                received += result;
                calls++;
            }
            expect(received == length && calls == 1, received + " bytes in " + calls + " receives");
        }
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
