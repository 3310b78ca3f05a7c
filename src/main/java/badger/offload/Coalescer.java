package badger.offload;

import badger.linux.VirtioNetHeader;
import badger.wire.Checksum;
import badger.wire.Ipv4;
import badger.wire.Ipv6;
import badger.wire.Tcp;
import badger.wire.Udp;
import java.lang.foreign.MemorySegment;

/**
 * Joins packets that came one after the other into a super-packet, if the kernel would cut that super-packet into
 * exactly these packets, and hands them on in order.
 *
 * <p>It keeps one run of packets at a time. A packet that does not continue the run ends it. Nothing is copied: the
 * packets stay where they were decrypted, one buffer for all packets between two calls of {@link #flush}, and the first
 * one's headers are rewritten in place. Used by one thread, the peer's.
 */
public final class Coalescer {
    /** Takes what goes to the TUN. Each packet follows directly behind its virtio header. */
    public interface Sink {
        /** Takes one packet; {@code length} counts virtio header and packet, in bytes. */
        void write(MemorySegment buffer, long virtioHeaderAt, int length);

        /** Takes one super-packet, whose pieces one call must write. They are valid during this call only. */
        void writeMerged(MemorySegment buffer, MergedRanges pieces);
    }

    /** The most that the length field of an IP header can say, headers included. */
    private static final int MAXIMUM_BYTES = 65_535;

    private final Sink sink;
    private final FlowKey key = new FlowKey();
    private final MergedRanges pieces = new MergedRanges();
    private MergeRules rules;

    private MemorySegment buffer;
    private long firstAt;

    /** The length of the super-packet that the run makes; of its packet while there is one only. */
    private int totalBytes;

    private int gsoSize;
    private boolean endsWithPush;
    private boolean isFirstVerified;

    public Coalescer(Sink sink, MergeRules rules) {
        this.sink = sink;
        this.rules = rules;
    }

    /** Flushes, and applies other rules from now on. */
    public void rules(MergeRules rules) {
        flush();
        this.rules = rules;
    }

    /**
     * Takes a packet. It may be handed on at once, by a later call, or by {@link #flush}. Its buffer must not change
     * until then.
     *
     * @param packetAt its offset; the {@link VirtioNetHeader#BYTES} before it are overwritten
     * @return whether it joined the packet before it
     */
    public boolean add(MemorySegment buffer, long packetAt, int length) {
        if (pieces.count() > 0) {
            if (continues(buffer, packetAt, length)) {
                append(packetAt, length);
                return true;
            }
            flush();
        }
        start(buffer, packetAt, length);
        return false;
    }

    /** Hands on the run that is still kept, if any. */
    public void flush() {
        int count = pieces.count();
        if (count == 0) {
            return;
        }
        if (count == 1) {
            writeAlone(buffer, firstAt, totalBytes, key.ipHeaderBytes());
        } else {
            writeSuperPacket();
        }
        pieces.clear();
    }

    private void start(MemorySegment packetBuffer, long packetAt, int length) {
        int ipHeaderBytes = Transport.offset(packetBuffer, packetAt, length);
        if (ipHeaderBytes == Transport.NONE || !startsRun(packetBuffer, packetAt, length, ipHeaderBytes)) {
            writeAlone(packetBuffer, packetAt, length, ipHeaderBytes);
            return;
        }
        key.set(packetBuffer, packetAt, ipHeaderBytes);
        buffer = packetBuffer;
        firstAt = packetAt;
        totalBytes = length;
        gsoSize = length - key.headerBytes();
        endsWithPush = false;
        isFirstVerified = rules.checksumsArePartial();
        pieces.add(packetAt - VirtioNetHeader.BYTES, VirtioNetHeader.BYTES + length);
    }

    private boolean startsRun(MemorySegment packetBuffer, long packetAt, int length, int ipHeaderBytes) {
        boolean isTcp = Transport.protocol(packetBuffer, packetAt) == Tcp.PROTOCOL;
        return (isTcp ? rules.mergesTcp(Transport.isIpv4(packetBuffer, packetAt)) : rules.mergesUdp())
                && rules.maximumSegments() > 1
                && FlowKey.isMergeable(packetBuffer, packetAt, length, ipHeaderBytes)
                // No packet may follow one with PSH.
                && !(isTcp && Tcp.isPsh(packetBuffer, packetAt + ipHeaderBytes));
    }

    private boolean continues(MemorySegment packetBuffer, long packetAt, int length) {
        int payloadBytes = length - key.headerBytes();
        return packetBuffer.equals(buffer)
                && payloadBytes <= gsoSize
                && totalBytes + payloadBytes <= MAXIMUM_BYTES
                && key.matches(packetBuffer, packetAt, length, pieces.count(), totalBytes - key.headerBytes())
                && areVerified(packetAt, length);
    }

    /** The kernel trusts what is merged, so no wrong checksum may get in. A partial one cannot be wrong. */
    private boolean areVerified(long packetAt, int length) {
        if (rules.checksumsArePartial()) {
            return true;
        }
        if (!isFirstVerified) {
            isFirstVerified = isVerified(firstAt, totalBytes);
        }
        return isFirstVerified && isVerified(packetAt, length);
    }

    private boolean isVerified(long packetAt, int length) {
        int ipHeaderBytes = key.ipHeaderBytes();
        int transportBytes = length - ipHeaderBytes;
        int protocol = key.isTcp() ? Tcp.PROTOCOL : Udp.PROTOCOL;
        return Checksum.isValid(Transport.pseudoHeader(buffer, packetAt, protocol, transportBytes)
                + Checksum.sum(buffer, packetAt + ipHeaderBytes, transportBytes));
    }

    /** Also ends the run when no packet can follow: after a shorter packet, after PSH, or when it is full. */
    private void append(long packetAt, int length) {
        int headerBytes = key.headerBytes();
        int payloadBytes = length - headerBytes;
        pieces.add(packetAt + headerBytes, payloadBytes);
        totalBytes += payloadBytes;
        endsWithPush = key.isTcp() && Tcp.isPsh(buffer, packetAt + key.ipHeaderBytes());
        if (endsWithPush || payloadBytes < gsoSize || pieces.count() == rules.maximumSegments()) {
            flush();
        }
    }

    /** @param ipHeaderBytes the offset of its transport header, or {@link Transport#NONE} */
    private void writeAlone(MemorySegment packetBuffer, long packetAt, int length, int ipHeaderBytes) {
        long virtioHeaderAt = packetAt - VirtioNetHeader.BYTES;
        VirtioNetHeader.putPlain(packetBuffer, virtioHeaderAt);
        if (rules.checksumsArePartial() && ipHeaderBytes != Transport.NONE) {
            beginChecksum(packetBuffer, packetAt, length, ipHeaderBytes);
        }
        sink.write(packetBuffer, virtioHeaderAt, VirtioNetHeader.BYTES + length);
    }

    /** Makes the kernel finish the checksum, whatever the field holds. A UDP packet without one stays so (RFC 768). */
    private static void beginChecksum(MemorySegment buffer, long packetAt, int length, int ipHeaderBytes) {
        long transportAt = packetAt + ipHeaderBytes;
        int protocol = Transport.protocol(buffer, packetAt);
        if (protocol == Udp.PROTOCOL && Udp.checksum(buffer, transportAt) == 0) {
            return;
        }
        int sum = Checksum.fold(Transport.pseudoHeader(buffer, packetAt, protocol, length - ipHeaderBytes));
        if (protocol == Tcp.PROTOCOL) {
            Tcp.checksum(buffer, transportAt, sum);
        } else {
            Udp.checksum(buffer, transportAt, sum);
        }
        long virtioHeaderAt = packetAt - VirtioNetHeader.BYTES;
        VirtioNetHeader.flags(buffer, virtioHeaderAt, VirtioNetHeader.NEEDS_CSUM);
        VirtioNetHeader.hdrLen(
                buffer, virtioHeaderAt, ipHeaderBytes + Transport.headerBytes(buffer, transportAt, protocol));
        VirtioNetHeader.csumStart(buffer, virtioHeaderAt, ipHeaderBytes);
        VirtioNetHeader.csumOffset(buffer, virtioHeaderAt, Transport.checksumOffset(protocol));
    }

    private void writeSuperPacket() {
        int ipHeaderBytes = key.ipHeaderBytes();
        long transportAt = firstAt + ipHeaderBytes;
        if (key.isIpv4()) {
            rewriteIpv4();
        } else {
            Ipv6.payloadLength(buffer, firstAt, totalBytes - ipHeaderBytes);
        }
        if (!key.isTcp()) {
            Udp.length(buffer, transportAt, totalBytes - ipHeaderBytes);
        } else if (endsWithPush) {
            Tcp.flags(buffer, transportAt, Tcp.flags(buffer, transportAt) | Tcp.PSH);
        }
        long virtioHeaderAt = firstAt - VirtioNetHeader.BYTES;
        beginChecksum(buffer, firstAt, totalBytes, ipHeaderBytes);
        VirtioNetHeader.gsoType(buffer, virtioHeaderAt, gsoType());
        VirtioNetHeader.gsoSize(buffer, virtioHeaderAt, gsoSize);
        sink.writeMerged(buffer, pieces);
    }

    private void rewriteIpv4() {
        Ipv4.totalLength(buffer, firstAt, totalBytes);
        Ipv4.headerChecksum(buffer, firstAt, 0);
        Ipv4.headerChecksum(buffer, firstAt, Checksum.of(buffer, firstAt, key.ipHeaderBytes()));
    }

    private int gsoType() {
        if (!key.isTcp()) {
            return VirtioNetHeader.GSO_UDP_L4;
        }
        return key.isIpv4() ? VirtioNetHeader.GSO_TCPV4 : VirtioNetHeader.GSO_TCPV6;
    }
}
