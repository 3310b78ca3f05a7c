package badger.tun;

import badger.linux.VirtioNetHeader;
import badger.testing.TunReads;
import badger.wire.Checksum;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A device with two queues; part of {@link TunScenario}. */
final class QueueScenario {
    private static final NodeAddresses ADDRESS = NodeAddresses.of(new Ipv4Prefix(0x0A4D0001, 16));
    private static final int CAPACITY = 2_048;
    private static final int IP = VirtioNetHeader.BYTES;
    private static final int UDP = 17;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private QueueScenario() {}

    /** Answers to a socket are written to one queue. From then on the kernel uses that queue only for the socket. */
    static void run() throws Exception {
        InetAddress own = InetAddress.getByAddress(new byte[] {10, 77, 0, 1});
        InetAddress peer = InetAddress.getByAddress(new byte[] {10, 77, 0, 3});
        try (LinuxTun tun = LinuxTun.open("badger0", ADDRESS, 1_400, TunOffloads.ALL, 2)) {
            // The readers may still be running when the device has closed.
            Arena arena = Arena.ofAuto();
            TunScenario.expect(tun.queues() == 2, "queues: " + tun.queues());
            TunScenario.expectText(TunScenario.run("ip", "-d", "link", "show", "badger0"), "multi_queue");
            TunScenario.expect(tun.offloads().tso4() && tun.offloads().uso(), "offloads: " + tun.offloads());
            LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
            for (int queue = 0; queue < 2; queue++) {
                int number = queue;
                TunReader reader = tun.reader(arena, queue);
                MemorySegment buffer = arena.allocate(CAPACITY);
                Thread.ofPlatform().daemon().start(() -> reportPorts(reader, buffer, number, seen));
            }
            MemorySegment packet = arena.allocate(CAPACITY);
            for (int i = 0; i < 8; i++) {
                int queue = i % 2;
                try (DatagramSocket socket = new DatagramSocket(0, own)) {
                    DatagramPacket datagram =
                            new DatagramPacket("badger".getBytes(StandardCharsets.US_ASCII), 6, peer, 5_000);
                    socket.send(datagram);
                    TunScenario.expect(seen.poll(20, TimeUnit.SECONDS) != null, "the first datagram was not read");
                    int length = udpTo(packet, socket.getLocalPort());
                    TunScenario.expect(
                            tun.writer(arena, queue).write(packet, 0, length) == length, "write to queue " + queue);
                    socket.setSoTimeout(20_000);
                    socket.receive(new DatagramPacket(new byte[100], 100));
                    socket.send(datagram);
                    String expected = queue + " " + socket.getLocalPort();
                    String got = seen.poll(20, TimeUnit.SECONDS);
                    TunScenario.expect(expected.equals(got), "expected " + expected + ", but it was " + got);
                }
            }
        }
    }

    private static void reportPorts(
            TunReader reader, MemorySegment buffer, int queue, LinkedBlockingQueue<String> seen) {
        while (TunReads.next(reader, buffer, 0, CAPACITY) != TunReader.CLOSED) {
            if (buffer.get(ValueLayout.JAVA_BYTE, IP + 9) == UDP) {
                seen.add(queue + " " + (buffer.get(U16, IP + 20) & 0xFFFF));
            }
        }
    }

    /** A datagram from 10.77.0.3, port 5000, to 10.77.0.1 without UDP checksum; returns its length. */
    private static int udpTo(MemorySegment packet, int port) {
        packet.fill((byte) 0);
        byte[] headers = {0x45, 0, 0, 34, 0, 0, 0x40, 0, 64, UDP, 0, 0, 10, 77, 0, 3, 10, 77, 0, 1};
        MemorySegment.copy(headers, 0, packet, ValueLayout.JAVA_BYTE, IP, headers.length);
        packet.set(U16, IP + 10, (short) Checksum.of(packet, IP, headers.length));
        packet.set(U16, IP + 20, (short) 5_000);
        packet.set(U16, IP + 22, (short) port);
        packet.set(U16, IP + 24, (short) 14);
        return 34;
    }
}
