package badger.offload;

import java.util.HexFormat;

/** Headers in byte arrays, the slow and obvious way. It shares no code with the classes that it checks. */
final class PacketBytes {
    static final int TCP = 6;
    static final int UDP = 17;

    private PacketBytes() {}

    static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xFF;
    }

    static int u16(byte[] bytes, int at) {
        return u8(bytes, at) << 8 | u8(bytes, at + 1);
    }

    static long u32(byte[] bytes, int at) {
        return (long) u16(bytes, at) << 16 | u16(bytes, at + 2);
    }

    static void put8(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
    }

    static void put16(byte[] bytes, int at, int value) {
        put8(bytes, at, value >>> 8);
        put8(bytes, at + 1, value);
    }

    static void put32(byte[] bytes, int at, long value) {
        put16(bytes, at, (int) (value >>> 16));
        put16(bytes, at + 2, (int) value);
    }

    static boolean isIpv4(byte[] packet) {
        return packet.length > 0 && u8(packet, 0) >>> 4 == 4;
    }

    static int ipHeaderBytes(byte[] packet) {
        return isIpv4(packet) ? (u8(packet, 0) & 0xF) * 4 : 40;
    }

    static int protocol(byte[] packet) {
        return u8(packet, isIpv4(packet) ? 9 : 6);
    }

    static int headerBytes(byte[] packet) {
        int transportAt = ipHeaderBytes(packet);
        return transportAt + (protocol(packet) == TCP ? (u8(packet, transportAt + 12) >>> 4) * 4 : 8);
    }

    static int checksumAt(byte[] packet) {
        return ipHeaderBytes(packet) + (protocol(packet) == TCP ? 16 : 6);
    }

    /** The end-around sum of 16-bit words; an odd last byte is padded with zero. */
    static int add(int sum, byte[] bytes, int from, int to) {
        int result = sum;
        for (int at = from; at < to; at += 2) {
            int word = at + 1 < to ? u16(bytes, at) : u8(bytes, at) << 8;
            result += word;
            result = (result & 0xFFFF) + (result >>> 16);
        }
        return result;
    }

    static int pseudoSum(byte[] packet) {
        int from = isIpv4(packet) ? 12 : 8;
        int to = isIpv4(packet) ? 20 : 40;
        byte[] rest = new byte[4];
        put16(rest, 0, protocol(packet));
        put16(rest, 2, packet.length - ipHeaderBytes(packet));
        return add(add(0, packet, from, to), rest, 0, 4);
    }

    /** Makes the lengths and the IPv4 header's checksum right. */
    static void finishIp(byte[] packet) {
        if (isIpv4(packet)) {
            put16(packet, 2, packet.length);
            put16(packet, 10, 0);
            put16(packet, 10, 0xFFFF - add(0, packet, 0, ipHeaderBytes(packet)));
        } else {
            put16(packet, 4, packet.length - 40);
        }
    }

    /** Makes the checksum of TCP or UDP right. */
    static void finishTransport(byte[] packet) {
        put16(packet, checksumAt(packet), 0);
        int checksum = 0xFFFF - add(pseudoSum(packet), packet, ipHeaderBytes(packet), packet.length);
        put16(packet, checksumAt(packet), checksum == 0 && protocol(packet) == UDP ? 0xFFFF : checksum);
    }

    /** Begins the checksum of TCP or UDP, as in a packet with NEEDS_CSUM. */
    static void beginTransport(byte[] packet) {
        put16(packet, checksumAt(packet), pseudoSum(packet));
    }

    static boolean hasValidTransport(byte[] packet) {
        return add(pseudoSum(packet), packet, ipHeaderBytes(packet), packet.length) == 0xFFFF;
    }

    static boolean hasValidIp(byte[] packet) {
        return !isIpv4(packet) || add(0, packet, 0, ipHeaderBytes(packet)) == 0xFFFF;
    }

    /** Whether the packet is one whole IP packet, no fragment, with a whole TCP header or UDP datagram in it. */
    static boolean hasTransport(byte[] packet) {
        if (packet.length < 20) {
            return false;
        }
        boolean isIpv4 = isIpv4(packet);
        boolean isWhole = isIpv4
                ? u16(packet, 2) == packet.length && (u16(packet, 6) & 0x3FFF) == 0 && ipHeaderBytes(packet) >= 20
                : packet.length >= 40 && u8(packet, 0) >>> 4 == 6 && 40 + u16(packet, 4) == packet.length;
        if (!isWhole) {
            return false;
        }
        int at = ipHeaderBytes(packet);
        int rest = packet.length - at;
        return switch (protocol(packet)) {
            case TCP -> rest >= 20 && headerBytes(packet) >= at + 20 && headerBytes(packet) <= packet.length;
            case UDP -> rest >= 8 && u16(packet, at + 4) == rest;
            default -> false;
        };
    }

    /** The packet as it goes to a peer that finishes checksums. */
    static byte[] begun(byte[] packet) {
        byte[] begun = packet.clone();
        boolean isUdpWithout = hasTransport(packet) && protocol(packet) == UDP && u16(packet, checksumAt(packet)) == 0;
        if (hasTransport(packet) && !isUdpWithout) {
            beginTransport(begun);
        }
        return begun;
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
