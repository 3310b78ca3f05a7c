package badger.testing;

import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Builds inner packets for tests. */
public final class Packets {
    private static final int HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int EXPERIMENTAL = 253;

    private Packets() {}

    /** An IPv4 packet of an experimental protocol (RFC 3692: 253) with {@code payload}; its checksum is right. */
    public static byte[] ipv4(String source, String destination, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(HEADER_BYTES + payload.length);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
        packet.putInt(0).put((byte) 64).put((byte) EXPERIMENTAL).putShort((short) 0);
        packet.putInt(Ipv4Prefix.parseAddress(source).orElseThrow());
        packet.putInt(Ipv4Prefix.parseAddress(destination).orElseThrow());
        int sum = 0;
        for (int i = 0; i < HEADER_BYTES; i += 2) {
            sum += Short.toUnsignedInt(packet.getShort(i));
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        packet.putShort(10, (short) ~sum);
        return packet.put(payload).array();
    }

    /** An IPv4 packet of TCP with the ACK flag and {@code payloadBytes}; its TCP checksum is left to be computed. */
    public static byte[] tcpSuperPacket(String source, String destination, int payloadBytes) {
        byte[] tcp = new byte[20 + payloadBytes];
        ByteBuffer.wrap(tcp)
                .putShort((short) 5_201)
                .putShort((short) 40_000)
                .putInt(1)
                .putInt(1)
                .putShort((short) 0x5010);
        byte[] packet = ipv4(source, destination, tcp);
        // Another protocol, another header checksum: the two bytes are summed as one word with the TTL.
        packet[9] = 6;
        ByteBuffer header = ByteBuffer.wrap(packet).putShort(10, (short) 0);
        int sum = 0;
        for (int i = 0; i < HEADER_BYTES; i += 2) {
            sum += Short.toUnsignedInt(header.getShort(i));
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        header.putShort(10, (short) ~((sum & 0xFFFF) + (sum >>> 16)));
        return packet;
    }

    /** An IPv6 packet with {@code payload} behind its header. */
    public static byte[] ipv6(String source, String destination, int nextHeader, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(IPV6_HEADER_BYTES + payload.length);
        packet.putInt(0x6000_0000)
                .putShort((short) payload.length)
                .put((byte) nextHeader)
                .put((byte) 64);
        for (String text : new String[] {source, destination}) {
            Ipv6Address address = Ipv6Address.parse(text).orElseThrow();
            packet.putLong(address.high()).putLong(address.low());
        }
        return packet.put(payload).array();
    }

    /** An IPv6 packet of an experimental protocol with {@code payload}. */
    public static byte[] ipv6(String source, String destination, String payload) {
        return ipv6(source, destination, EXPERIMENTAL, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #tcpSuperPacket}, over IPv6, and with a payload that tells every byte's place. */
    public static byte[] tcpIpv6SuperPacket(String source, String destination, int payloadBytes) {
        ByteBuffer tcp = ByteBuffer.allocate(20 + payloadBytes);
        tcp.putShort((short) 5_201)
                .putShort((short) 40_000)
                .putInt(1)
                .putInt(1)
                .putInt(0x5010_0000)
                .putInt(0);
        for (int i = 0; i < payloadBytes; i++) {
            tcp.put((byte) (i * 31 + i / 251));
        }
        return ipv6(source, destination, 6, tcp.array());
    }

    public static byte[] ipv4(String source, String destination, String payload) {
        return ipv4(source, destination, payload.getBytes(StandardCharsets.UTF_8));
    }
}
