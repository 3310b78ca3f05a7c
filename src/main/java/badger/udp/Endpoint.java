package badger.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * An IP address and UDP port, as two numbers and a port, so that comparing it with a received source needs no object.
 * IPv4 has its IPv6-mapped form (RFC 4291, 2.5.5.2): a node may see a peer through an IPv4 or a dual-stack socket, and
 * both must give the same endpoint (paper row P13). Immutable.
 *
 * @param high the first eight bytes of the IPv6 address, big endian
 * @param low the last eight bytes
 * @param port 1 to 65535, or 0 if the port is not known
 */
public record Endpoint(long high, long low, int port) {
    private static final long MAPPED_PREFIX = 0x0000_FFFF_0000_0000L;
    private static final long MAPPED_MASK = 0xFFFF_FFFF_0000_0000L;

    public Endpoint {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port out of range: " + port);
        }
    }

    public static Endpoint of(InetAddress address, int port) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return ofIpv4((int) bigEndian(bytes, 0, 4), port);
        }
        return new Endpoint(bigEndian(bytes, 0, 8), bigEndian(bytes, 8, 8), port);
    }

    public static Endpoint of(InetSocketAddress address) {
        return of(address.getAddress(), address.getPort());
    }

    public static Endpoint ofIpv4(int address, int port) {
        return new Endpoint(0, MAPPED_PREFIX | Integer.toUnsignedLong(address), port);
    }

    public boolean isIpv4() {
        return high == 0 && (low & MAPPED_MASK) == MAPPED_PREFIX;
    }

    /** The IPv4 address, big endian in an int, if {@link #isIpv4}. */
    public int ipv4() {
        return (int) low;
    }

    public Endpoint withPort(int otherPort) {
        return new Endpoint(high, low, otherPort);
    }

    public boolean hasSameAddress(Endpoint other) {
        return high == other.high && low == other.low;
    }

    public InetAddress address() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        try {
            // InetAddress turns the mapped form into an Inet4Address.
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** {@code 203.0.113.7:9944} or {@code [2001:db8::1]:9944}; {@code relay:10.0.0.20} for a {@link RelayEndpoint}. */
    @Override
    public String toString() {
        if (RelayEndpoint.isOne(this)) {
            return "relay:"
                    + ofIpv4(RelayEndpoint.virtualAddress(this), 0).address().getHostAddress();
        }
        String host = address().getHostAddress();
        return isIpv4() ? host + ":" + port : "[" + host + "]:" + port;
    }

    private static long bigEndian(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | (bytes[i] & 0xFF);
        }
        return value;
    }
}
