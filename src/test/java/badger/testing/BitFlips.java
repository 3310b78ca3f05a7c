package badger.testing;

import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Udp;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/** Changes one bit of what UDP carries. */
public final class BitFlips {
    private BitFlips() {}

    /** A copy of a datagram's payload with one bit changed; the same one if it is empty. */
    public static byte[] ofPayload(byte[] payload, RandomGenerator random) {
        return flipped(payload, 0, random);
    }

    /**
     * Returns a copy of an IPv4 packet with one bit of its UDP payload changed, and the checksum made to fit where that
     * is asked for; the same packet if it is none of UDP, or only a fragment.
     */
    public static byte[] ofPacket(byte[] packet, boolean fixesChecksum, RandomGenerator random) {
        MemorySegment segment = MemorySegment.ofArray(packet);
        if (!Ipv4.isComplete(segment, 0, packet.length)
                || Ipv4.protocol(segment, 0) != Udp.PROTOCOL
                || Ipv4.isFragment(segment, 0)) {
            return packet;
        }
        int udp = Ipv4.headerBytes(segment, 0);
        int length = packet.length - udp;
        byte[] changed = flipped(packet, udp + Udp.HEADER_BYTES, random);
        MemorySegment copy = MemorySegment.ofArray(changed);
        if (fixesChecksum && Udp.isComplete(copy, udp, length) && Udp.checksum(copy, udp) != 0) {
            Udp.checksum(copy, udp, 0);
            int checksum = Checksum.finish(
                    Checksum.ipv4PseudoHeader(copy, 0, Udp.PROTOCOL, length) + Checksum.sum(copy, udp, length));
            // 0 would say that there is none (RFC 768).
            Udp.checksum(copy, udp, checksum == 0 ? 0xFFFF : checksum);
        }
        return changed;
    }

    private static byte[] flipped(byte[] bytes, int from, RandomGenerator random) {
        if (bytes.length <= from) {
            return bytes;
        }
        byte[] copy = bytes.clone();
        int at = from + random.nextInt(bytes.length - from);
        copy[at] ^= (byte) (1 << random.nextInt(8));
        return copy;
    }
}
