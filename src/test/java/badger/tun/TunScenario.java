package badger.tun;

import badger.linux.AesGcmCipher;
import badger.linux.Errno;
import badger.linux.IpsecMbGcm;
import badger.linux.VirtioNetHeader;
import badger.testing.TunReads;
import badger.wire.Ipv4Prefix;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@link LinuxTunTest} runs this in a process and a network namespace of its own. Exit code 0 means success; otherwise
 * the output tells what failed.
 */
final class TunScenario {
    private static final Ipv4Prefix ADDRESS = new Ipv4Prefix(0x0A4D0001, 16);
    private static final int CAPACITY = 2_048;

    /** The offset of the packet in a buffer, behind its virtio header. */
    private static final int IP = VirtioNetHeader.BYTES;

    private static final int IPV4 = 4;
    private static final int ICMP = 1;
    private static final int UDP = 17;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private TunScenario() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "traffic" -> traffic(TunOffloads.NONE);
            case "offload-traffic" -> traffic(TunOffloads.ALL);
            case "ipv6" -> Ipv6Scenario.run(arguments[1].equals("true") ? TunOffloads.ALL : TunOffloads.NONE);
            case "ipv6-refused" -> Ipv6Scenario.refused(arguments[1]);
            case "super-packets" -> SuperPacketScenario.run();
            case "queues" -> QueueScenario.run();
            case "two" -> two();
            case "errors" -> errors();
            case "close" -> closing();
            case "removed" -> removed();
            case "allocation" -> allocation(TunOffloads.NONE);
            case "offload-allocation" -> allocation(TunOffloads.ALL);
            case "refused" -> refused(arguments[1]);
            case "no-libcrypto" -> expect(!AesGcmCipher.isAvailable(), "libcrypto.so.3 is hidden but was found");
            case "no-ipsec-mb" -> expect(!IpsecMbGcm.isAvailable(), "libIPSec_MB.so.1 is hidden but was found");
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void traffic(TunOffloads offloads) throws Exception {
        try (Tun tun = LinuxTun.open("badger0", ADDRESS, 1_400, offloads);
                Arena arena = Arena.ofConfined()) {
            expect(tun.name().equals("badger0") && tun.mtu() == 1_400, "name or MTU");
            expectText(run("ip", "-4", "-o", "address", "show", "badger0"), "inet 10.77.0.1/16 ");
            String link = run("ip", "-o", "link", "show", "badger0");
            expectText(link, "mtu 1400 ");
            expectText(link, ",UP,");
            expectText(run("ip", "-d", "link", "show", "badger0"), "persist off");
            String routes = run("ip", "-4", "route").trim();
            expect(routes.matches("10\\.77\\.0\\.0/16 dev badger0 .* src 10\\.77\\.0\\.1"), "routes: " + routes);

            TunReader reader = tun.reader(arena);
            TunWriter writer = tun.writer(arena);
            MemorySegment packet = arena.allocate(CAPACITY);
            Process ping = new ProcessBuilder("ping", "-n", "-c", "1", "-W", "20", "10.77.0.2")
                    .redirectErrorStream(true)
                    .start();
            int length = readProtocol(reader, packet, ICMP);
            answerPing(packet);
            expect(writer.write(packet, 0, length) == length, "write of the echo reply");
            expect(ping.waitFor(30, TimeUnit.SECONDS) && ping.exitValue() == 0, "ping had no answer");

            udpRoundTrip(reader, writer, packet);
            refusesAnUnfinishedPacket(writer, packet, offloads);
            expect(writer.write(packet.fill((byte) 0), 0, 60) == -Errno.EINVAL, "no IP packet, but it was taken");
            run("ip", "link", "set", "badger0", "down");
            packet.set(ValueLayout.JAVA_BYTE, IP, (byte) 0x45);
            expect(writer.write(packet, 0, 60) == -Errno.EIO, "the device is down, but took a packet");
        }
        expect(!run("ip", "-o", "link").contains("badger0"), "the device outlived its close");
    }

    private static void refusesAnUnfinishedPacket(TunWriter writer, MemorySegment packet, TunOffloads offloads) {
        if (offloads.isAny()) {
            return;
        }
        VirtioNetHeader.put(packet, 0, VirtioNetHeader.NEEDS_CSUM, VirtioNetHeader.GSO_NONE, 0, 0, 20, 6);
        try {
            int result = writer.write(packet, 0, 60);
            throw new IllegalStateException("a plain device took an unfinished packet: " + result);
        } catch (AssertionError expected) {
            System.out.println(expected.getMessage());
        }
    }

    private static void udpRoundTrip(TunReader reader, TunWriter writer, MemorySegment packet) throws Exception {
        InetAddress own = InetAddress.getByAddress(new byte[] {10, 77, 0, 1});
        InetAddress peer = InetAddress.getByAddress(new byte[] {10, 77, 0, 3});
        try (DatagramSocket socket = new DatagramSocket(0, own)) {
            socket.send(new DatagramPacket("badger".getBytes(StandardCharsets.US_ASCII), 6, peer, 5_000));
            int length = readProtocol(reader, packet, UDP);
            expect(length == 34, "length of the datagram: " + length);
            // Exchanging addresses and ports leaves both checksums right.
            swap(packet, 12, 16, 4);
            swap(packet, 20, 22, 2);
            expect(writer.write(packet, 0, length) == length, "write of a datagram");
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.setSoTimeout(20_000);
            socket.receive(answer);
            expect(answer.getLength() == 6 && answer.getPort() == 5_000, "the datagram's answer");
        }
    }

    private static void two() throws Exception {
        Ipv4Prefix other = new Ipv4Prefix(0x0A4E0001, 24);
        try (Tun first = LinuxTun.open("badger0", ADDRESS, 1_400);
                Tun second = LinuxTun.open("badger1", other, 1_280);
                Arena arena = Arena.ofConfined()) {
            expect(!first.name().equals(second.name()), "two devices of one name");
            String routes = run("ip", "-4", "route");
            expectText(routes, "10.77.0.0/16 dev badger0 ");
            expectText(routes, "10.78.0.0/24 dev badger1 ");
            expect(
                    LinuxTun.overlappingRoute(new Ipv4Prefix(0x0A4D0801, 24))
                            .orElse("")
                            .equals("10.77.0.0/16 on badger0"),
                    "overlap was not named");
            expect(LinuxTun.overlappingRoute(new Ipv4Prefix(0x0A4F0001, 16)).isEmpty(), "an overlap of nothing");

            MemorySegment packet = arena.allocate(CAPACITY);
            try (DatagramSocket socket = new DatagramSocket()) {
                InetAddress behindSecond = InetAddress.getByAddress(new byte[] {10, 78, 0, 9});
                socket.send(new DatagramPacket(new byte[72], 72, behindSecond, 9));
            }
            expect(readProtocol(second.reader(arena), packet, UDP) == 100, "the second device's packet");
        }
    }

    private static void errors() {
        try (Tun first = LinuxTun.open("badger0", ADDRESS, 1_400)) {
            expectRefusal(first.name(), 1_400, "is in use by another program", false);
            expectRefusal("lo", 1_400, "it is no TUN", false);
            expectRefusal("a-name-of-16-chr", 1_400, "use 1 to 15 letters", false);
            expectRefusal("", 1_400, "use 1 to 15 letters", false);
            expectRefusal("a/b", 1_400, "use 1 to 15 letters", false);
            expectRefusal("badger1", 67, "The MTU must be from 68 to 65535, not 67.", false);
        }
    }

    private static void closing() throws Exception {
        for (int i = 0; i < 20; i++) {
            Tun tun = LinuxTun.open("badger0", ADDRESS, 1_400);
            AtomicInteger result = new AtomicInteger(-1);
            Thread thread = Thread.ofPlatform().start(() -> {
                try (Arena threadArena = Arena.ofConfined()) {
                    MemorySegment packet = threadArena.allocate(CAPACITY);
                    TunReader reader = tun.reader(threadArena);
                    int length;
                    do {
                        length = TunReads.next(reader, packet, 0, CAPACITY);
                    } while (length > 0);
                    result.set(length);
                }
            });
            TimeUnit.MILLISECONDS.sleep(i);
            tun.close();
            tun.close();
            expect(thread.join(Duration.ofSeconds(20)), "the read did not end");
            expect(result.get() == TunReader.CLOSED, "the read ended with " + result);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment packet = arena.allocate(CAPACITY);
                expect(tun.writer(arena).write(packet, 0, 60) == -Errno.EBADF, "a write after close");
                expect(TunReads.next(tun.reader(arena), packet, 0, CAPACITY) == TunReader.CLOSED, "a read after close");
            }
        }
    }

    private static void removed() throws Exception {
        Tun tun = LinuxTun.open("badger0", ADDRESS, 1_400);
        Thread thread = Thread.ofPlatform().start(() -> {
            try (Arena threadArena = Arena.ofConfined()) {
                MemorySegment packet = threadArena.allocate(CAPACITY);
                TunReader reader = tun.reader(threadArena);
                while (TunReads.next(reader, packet, 0, CAPACITY) != TunReader.CLOSED) {
                    Thread.onSpinWait();
                }
            }
        });
        TimeUnit.MILLISECONDS.sleep(200);
        run("ip", "link", "delete", "badger0");
        TimeUnit.MILLISECONDS.sleep(200);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(thread.threadId());
        TimeUnit.SECONDS.sleep(2);
        long nanos = threads.getThreadCpuTime(thread.threadId()) - before;
        expect(nanos < TimeUnit.MILLISECONDS.toNanos(500), "a reader without device used " + nanos + " ns in 2 s");
        tun.close();
        expect(thread.join(Duration.ofSeconds(20)), "the read did not end");
    }

    private static void allocation(TunOffloads offloads) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Tun tun = LinuxTun.open("badger0", ADDRESS, 1_400, offloads);
                Arena arena = Arena.ofShared()) {
            TunReader reader = tun.reader(arena);
            TunWriter writer = tun.writer(arena);
            MemorySegment packet = arena.allocate(CAPACITY);
            Process ping = new ProcessBuilder("ping", "-n", "-c", "1", "-W", "20", "10.77.0.2")
                    .redirectErrorStream(true)
                    .start();
            int length = readProtocol(reader, packet, ICMP);
            ping.destroyForcibly();
            // An echo request from the peer. The host answers each one, and the answer is the next packet to read.
            swap(packet, 12, 16, 4);
            MemorySegment request = arena.allocate(IP + length).copyFrom(packet.asSlice(0, IP + length));
            GatherList pieces = new GatherList(arena, 2);
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < 60 && allocated != 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 1_000; i++) {
                    expect(writer.write(request, 0, length) == length, "write");
                    expect(TunReads.next(reader, packet, 0, CAPACITY) > 0, "read");
                    pieces.clear();
                    pieces.add(request, 0, IP + 20);
                    pieces.add(request, IP + 20, length - 20);
                    expect(writer.write(pieces) == length, "write of pieces");
                    expect(TunReads.next(reader, packet, 0, CAPACITY) > 0, "read");
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            expect(allocated == 0, allocated + " bytes allocated in 1000 packets");
        }
    }

    private static void refused(String expected) {
        expectRefusal("badger0", 1_400, expected, true);
    }

    private static void expectRefusal(String name, int mtu, String sentence, boolean isPrivilege) {
        try (Tun tun = LinuxTun.open(name, ADDRESS, mtu)) {
            throw new AssertionError("was opened: " + tun.name());
        } catch (TunException e) {
            System.out.println(e.getMessage());
            expectText(e.getMessage(), sentence);
            expect(e.isPrivilege() == isPrivilege, "isPrivilege is " + e.isPrivilege());
        }
    }

    /** Skips other packets that the host sends on a new device, such as IPv6 router solicitations. */
    private static int readProtocol(TunReader reader, MemorySegment packet, int protocol) {
        while (true) {
            int length = TunReads.next(reader, packet, 0, CAPACITY);
            expect(length > 0, "the device was closed");
            boolean isIpv4 = packet.get(ValueLayout.JAVA_BYTE, IP) >> 4 == IPV4;
            if (isIpv4 && packet.get(ValueLayout.JAVA_BYTE, IP + 9) == protocol) {
                return length;
            }
        }
    }

    /** Turns an echo request into its reply: type 8 becomes 0, and the checksum grows by the difference (RFC 1624). */
    private static void answerPing(MemorySegment packet) {
        swap(packet, 12, 16, 4);
        packet.set(ValueLayout.JAVA_BYTE, IP + 20, (byte) 0);
        int checksum = Short.toUnsignedInt(packet.get(U16, IP + 22)) + 0x0800;
        packet.set(U16, IP + 22, (short) (checksum + (checksum >>> 16)));
    }

    private static void swap(MemorySegment packet, long first, long second, int bytes) {
        byte[] saved = packet.asSlice(IP + first, bytes).toArray(ValueLayout.JAVA_BYTE);
        packet.asSlice(IP + first, bytes).copyFrom(packet.asSlice(IP + second, bytes));
        packet.asSlice(IP + second, bytes).copyFrom(MemorySegment.ofArray(saved));
    }

    static void expectText(String text, String part) {
        expect(text.contains(part), "\"" + part + "\" is missing in: " + text);
    }

    static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        expect(process.waitFor(10, TimeUnit.SECONDS), "no end: " + String.join(" ", command));
        return output;
    }
}
