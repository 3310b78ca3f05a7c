package badger.offload;

import badger.testing.TunReads;
import badger.tun.LinuxTun;
import badger.tun.TunOffloads;
import badger.tun.TunReader;
import badger.tun.TunWriter;
import badger.wire.Ipv4Prefix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The kernel of this process's network namespace as a router between two TUN devices. Super-packets go into one device,
 * and the kernel's packets come out of the other, which has no offloads. So the test reads the kernel's own
 * segmentation and checksums (net/ipv4/tcp_offload.c, net/ipv4/udp_offload.c, and skb_checksum_help in net/core/dev.c).
 *
 * <p>Used by one thread. A second one reads the plain device.
 */
final class ForwardingKernel implements AutoCloseable {
    /** More packets than one exchange brings, because the plain device drops those beyond its queue. */
    private static final int QUEUE_PACKETS = 20_000;

    private static final int LARGEST_MTU = 65_535;
    private static final byte[] SENTINEL = sentinel();

    private final LinuxTun offloading;
    private final LinuxTun plain;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(10 + LARGEST_MTU);
    private final TunWriter writer;
    private final BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();
    private final Thread reading;

    ForwardingKernel() throws IOException, InterruptedException {
        offloading = LinuxTun.open("offloading", new Ipv4Prefix(0x0A01_0001, 24), LARGEST_MTU, TunOffloads.ALL);
        plain = LinuxTun.open("plain", new Ipv4Prefix(0x0A00_00FE, 24), LARGEST_MTU);
        writer = offloading.writer(arena);
        command("ip", "link", "set", "plain", "txqueuelen", Integer.toString(QUEUE_PACKETS));
        command("ip", "-6", "address", "add", "fd00::fffe/64", "dev", "plain", "nodad");
        // The source addresses of the packets are routed to the other device, which rp_filter would not allow.
        for (String setting : List.of("conf/all/rp_filter", "conf/offloading/rp_filter")) {
            Files.writeString(Path.of("/proc/sys/net/ipv4", setting), "0");
        }
        Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
        Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/forwarding"), "1");
        reading = Thread.ofPlatform().start(this::read);
    }

    /** Whether it takes UDP super-packets, as Linux 6.2 and later do. */
    boolean takesUdp() {
        return offloading.offloads().uso();
    }

    /** Writes the frames, except those that the kernel refuses, and returns the packets that it forwards, in order. */
    List<byte[]> forward(List<Frame> frames) throws InterruptedException {
        for (Frame frame : frames) {
            write(frame);
        }
        if (!write(Frame.plain(SENTINEL))) {
            throw new AssertionError("the kernel refuses a plain packet");
        }
        List<byte[]> forwarded = new ArrayList<>();
        byte[] last = forwardedBy(SENTINEL);
        while (true) {
            byte[] packet = arrived.poll(20, TimeUnit.SECONDS);
            if (packet == null) {
                throw new AssertionError("no packet came for 20 s, after " + forwarded.size());
            }
            if (Arrays.equals(packet, last)) {
                return forwarded;
            }
            forwarded.add(packet);
        }
    }

    /** The packet after one router: one hop less, and the IPv4 header checksum that belongs to it. */
    static byte[] forwardedBy(byte[] packet) {
        byte[] forwarded = packet.clone();
        forwarded[PacketBytes.isIpv4(packet) ? 8 : 7]--;
        if (PacketBytes.isIpv4(packet)) {
            PacketBytes.put16(forwarded, 10, 0);
            PacketBytes.put16(
                    forwarded, 10, 0xFFFF - PacketBytes.add(0, forwarded, 0, PacketBytes.ipHeaderBytes(packet)));
        }
        return forwarded;
    }

    private boolean write(Frame frame) {
        byte[] header = frame.virtioHeader();
        byte[] packet = frame.packet();
        MemorySegment.copy(header, 0, buffer, ValueLayout.JAVA_BYTE, 0, header.length);
        MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, header.length, packet.length);
        return writer.write(buffer, 0, packet.length) == packet.length;
    }

    private void read() {
        try (Arena readerArena = Arena.ofConfined()) {
            TunReader reader = plain.reader(readerArena);
            MemorySegment packet = readerArena.allocate(10 + LARGEST_MTU);
            int length = TunReads.next(reader, packet, 0, (int) packet.byteSize());
            while (length != TunReader.CLOSED) {
                byte[] bytes = new byte[length];
                MemorySegment.copy(packet, ValueLayout.JAVA_BYTE, 10, bytes, 0, length);
                if (isOfTest(bytes)) {
                    arrived.add(bytes);
                }
                length = TunReads.next(reader, packet, 0, (int) packet.byteSize());
            }
        }
    }

    /** Whether a packet has the source that {@link TestPacket} gives, and so does not come from the kernel itself. */
    private static boolean isOfTest(byte[] packet) {
        return PacketBytes.isIpv4(packet)
                ? PacketBytes.u32(packet, 12) <= 0x0A00_0002L
                : PacketBytes.u32(packet, 8) == 0xFD00_0000L && PacketBytes.u32(packet, 20) <= 2;
    }

    private static byte[] sentinel() {
        TestPacket packet = new TestPacket();
        packet.isUdp = true;
        packet.payload = "the end of one exchange".getBytes(StandardCharsets.US_ASCII);
        return packet.build();
    }

    private static void command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).inheritIO().start();
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("failed: " + String.join(" ", words));
        }
    }

    @Override
    public void close() {
        offloading.close();
        plain.close();
        try {
            reading.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        arena.close();
    }
}
