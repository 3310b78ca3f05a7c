package badger.tun;

import static badger.tun.TunScenario.expect;
import static badger.tun.TunScenario.expectText;

import badger.linux.VirtioNetHeader;
import badger.testing.TunReads;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A device with IPv6 addresses, for {@link TunScenario}. */
final class Ipv6Scenario {
    private static final NodeAddresses ADDRESSES = new NodeAddresses(
            new Ipv4Prefix(0x0A4D0001, 16), List.of(prefix("fd00:77::1", 64), prefix("fd00:78::1", 112)));
    private static final int CAPACITY = 4_096;
    private static final int PACKET_AT = VirtioNetHeader.BYTES;
    private static final int PAYLOAD_AT = PACKET_AT + Ipv6.HEADER_BYTES;
    private static final int ICMPV6 = 58;
    private static final int UDP = 17;
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Ipv6Scenario() {}

    static void run(TunOffloads offloads) throws Exception {
        try (Tun tun = LinuxTun.open("badger0", ADDRESSES, 1_400, offloads);
                Arena arena = Arena.ofConfined()) {
            String shown = TunScenario.run("ip", "-6", "-o", "address", "show", "badger0", "scope", "global");
            expectText(shown, "inet6 fd00:77::1/64 ");
            expectText(shown, "inet6 fd00:78::1/112 ");
            expect(!shown.contains("tentative"), "not usable at once: " + shown);
            String routes = TunScenario.run("ip", "-6", "route");
            expectText(routes, "fd00:77::/64 dev badger0 ");
            expectText(routes, "fd00:78::/112 dev badger0 ");
            expect(!routes.contains("default"), "routes: " + routes);
            overlaps();

            TunReader reader = tun.reader(arena);
            TunWriter writer = tun.writer(arena);
            MemorySegment packet = arena.allocate(CAPACITY);
            for (String peer : List.of("fd00:77::2", "fd00:78::2")) {
                ping(reader, writer, packet, peer);
                udpRoundTrip(reader, writer, packet, peer);
            }
        }
        expect(!TunScenario.run("ip", "-o", "link").contains("badger0"), "the device outlived its close");
        tooSmallAnMtu();
    }

    static void refused(String sentence) throws Exception {
        try (Tun tun = LinuxTun.open("badger0", ADDRESSES, 1_400, TunOffloads.NONE)) {
            throw new AssertionError("was opened: " + tun.name());
        } catch (TunException e) {
            System.out.println(e.getMessage());
            expectText(e.getMessage(), "fd00:77::1/64");
            expectText(e.getMessage(), sentence);
            expect(!e.isPrivilege() && !e.getMessage().contains("\n"), "not one sentence on the configuration");
        }
        expect(!TunScenario.run("ip", "-o", "link").contains("badger0"), "the refused device stayed");
        try (Tun tun = LinuxTun.open("badger0", ADDRESSES.ipv4(), 1_400)) {
            expect(tun.name().equals("badger0"), "IPv4 alone needs no IPv6");
        }
    }

    private static void tooSmallAnMtu() {
        try (Tun tun = LinuxTun.open("badger0", ADDRESSES, 1_279, TunOffloads.NONE)) {
            throw new AssertionError("was opened: " + tun.name());
        } catch (TunException e) {
            expectText(e.getMessage(), "The MTU must be from 1280 to 65535, not 1279.");
        }
    }

    private static void overlaps() {
        expect(
                LinuxTun.overlappingRoute(prefix("fd00:77:0:0:1::5", 80))
                        .orElse("")
                        .equals("fd00:77:0:0:0:0:0:0/64 on badger0"),
                "overlap was not named");
        expect(LinuxTun.overlappingRoute(prefix("fd00:79::5", 64)).isEmpty(), "an overlap of nothing");
    }

    private static void ping(TunReader reader, TunWriter writer, MemorySegment packet, String peer) throws Exception {
        Process ping = new ProcessBuilder("ping", "-6", "-n", "-c", "1", "-W", "20", peer)
                .redirectErrorStream(true)
                .start();
        int length = readFor(reader, packet, peer, ICMPV6);
        expect(Ipv6.isComplete(packet, PACKET_AT, length), "no whole packet");
        swap(packet, PACKET_AT + 8, PACKET_AT + 24, 16);
        // Type 128 becomes 129, and the checksum becomes smaller by the difference (RFC 1624).
        packet.set(ValueLayout.JAVA_BYTE, PAYLOAD_AT, (byte) 129);
        int checksum = Short.toUnsignedInt(packet.get(U16, PAYLOAD_AT + 2)) + 0xFFFF - 0x0100;
        packet.set(U16, PAYLOAD_AT + 2, (short) (checksum + (checksum >>> 16)));
        VirtioNetHeader.putPlain(packet, 0);
        expect(writer.write(packet, 0, length) == length, "write of the echo reply");
        expect(ping.waitFor(30, TimeUnit.SECONDS) && ping.exitValue() == 0, "ping had no answer from " + peer);
    }

    private static void udpRoundTrip(TunReader reader, TunWriter writer, MemorySegment packet, String peer)
            throws Exception {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(
                    "badger".getBytes(StandardCharsets.US_ASCII), 6, InetAddress.ofLiteral(peer), 5_000));
            int length = readFor(reader, packet, peer, UDP);
            expect(length == 54, "length of the datagram: " + length);
            // Exchanging addresses and ports leaves the checksum right, also one that is only begun.
            swap(packet, PACKET_AT + 8, PACKET_AT + 24, 16);
            swap(packet, PAYLOAD_AT, PAYLOAD_AT + 2, 2);
            expect(writer.write(packet, 0, length) == length, "write of a datagram");
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.setSoTimeout(20_000);
            socket.receive(answer);
            expect(answer.getLength() == 6 && answer.getPort() == 5_000, "the datagram's answer");
        }
    }

    /** Skips other packets that the host sends on a new device. */
    private static int readFor(TunReader reader, MemorySegment packet, String destination, int nextHeader) {
        Ipv6Address wanted = Ipv6Address.parse(destination).orElseThrow();
        while (true) {
            int length = TunReads.next(reader, packet, 0, CAPACITY);
            expect(length > 0, "the device was closed");
            if (Ipv6.isComplete(packet, PACKET_AT, length)
                    && Ipv6.nextHeader(packet, PACKET_AT) == nextHeader
                    && Ipv6.destinationHigh(packet, PACKET_AT) == wanted.high()
                    && Ipv6.destinationLow(packet, PACKET_AT) == wanted.low()) {
                return length;
            }
        }
    }

    private static void swap(MemorySegment packet, long first, long second, int bytes) {
        byte[] saved = packet.asSlice(first, bytes).toArray(ValueLayout.JAVA_BYTE);
        packet.asSlice(first, bytes).copyFrom(packet.asSlice(second, bytes));
        packet.asSlice(second, bytes).copyFrom(MemorySegment.ofArray(saved));
    }

    private static Ipv6Prefix prefix(String address, int length) {
        return new Ipv6Prefix(Ipv6Address.parse(address).orElseThrow(), length);
    }
}
