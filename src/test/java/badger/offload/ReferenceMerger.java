package badger.offload;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Says what a {@link Coalescer} must write, by the definition instead of by rules: packets may be one super-packet if
 * {@link Frame#segments} of it are those packets, bit for bit. Only the identification of a packet that may not be
 * fragmented can change.
 */
final class ReferenceMerger {
    private final MergeRules rules;

    ReferenceMerger(MergeRules rules) {
        this.rules = rules;
    }

    List<Frame> frames(List<byte[]> packets) {
        List<Frame> frames = new ArrayList<>();
        List<byte[]> run = new ArrayList<>();
        for (byte[] packet : packets) {
            if (!run.isEmpty() && !mayFollow(run, packet)) {
                frames.add(frame(run));
                run.clear();
            }
            run.add(packet);
        }
        if (!run.isEmpty()) {
            frames.add(frame(run));
        }
        return frames;
    }

    private boolean mayFollow(List<byte[]> run, byte[] packet) {
        if (run.size() == rules.maximumSegments()
                || !run.stream().allMatch(this::isMergeable)
                || !isMergeable(packet)) {
            return false;
        }
        if (!Arrays.equals(shape(run.get(0)), shape(packet))) {
            return false;
        }
        List<byte[]> joined = new ArrayList<>(run);
        joined.add(packet);
        byte[] merged = merged(joined);
        if (merged.length > 65_535) {
            return false;
        }
        List<byte[]> segments = superPacket(joined, merged).segments();
        if (segments.size() != joined.size()) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            if (!Arrays.equals(withoutNumber(segments.get(i)), withoutNumber(joined.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static int[] shape(byte[] packet) {
        return new int[] {
            PacketBytes.ipHeaderBytes(packet), PacketBytes.headerBytes(packet), PacketBytes.protocol(packet)
        };
    }

    private boolean isMergeable(byte[] packet) {
        if (!PacketBytes.hasTransport(packet) || !PacketBytes.hasValidIp(packet)) {
            return false;
        }
        int transportAt = PacketBytes.ipHeaderBytes(packet);
        if ((PacketBytes.isIpv4(packet) && transportAt > 20) || PacketBytes.headerBytes(packet) == packet.length) {
            return false;
        }
        if (!rules.checksumsArePartial() && !PacketBytes.hasValidTransport(packet)) {
            return false;
        }
        if (PacketBytes.protocol(packet) == PacketBytes.UDP) {
            return rules.mergesUdp() && PacketBytes.u16(packet, transportAt + 6) != 0;
        }
        int other = TestPacket.FIN | TestPacket.SYN | TestPacket.RST | TestPacket.URG | TestPacket.CWR;
        int flags = PacketBytes.u8(packet, transportAt + 13);
        return (PacketBytes.isIpv4(packet) ? rules.mergesTcp4() : rules.mergesTcp6())
                && (flags & other) == 0
                && (flags & TestPacket.ACK) != 0;
    }

    private byte[] withoutNumber(byte[] packet) {
        byte[] result = packet.clone();
        if (PacketBytes.isIpv4(packet) && (PacketBytes.u16(packet, 6) & 0x4000) != 0) {
            PacketBytes.put16(result, 4, 0);
            PacketBytes.finishIp(result);
        }
        if (rules.checksumsArePartial()) {
            PacketBytes.finishTransport(result);
        }
        return result;
    }

    private static byte[] merged(List<byte[]> run) {
        byte[] first = run.get(0);
        int headerBytes = PacketBytes.headerBytes(first);
        int length = headerBytes;
        for (byte[] packet : run) {
            length += packet.length - PacketBytes.headerBytes(packet);
        }
        byte[] merged = new byte[length];
        System.arraycopy(first, 0, merged, 0, headerBytes);
        int at = headerBytes;
        for (byte[] packet : run) {
            int payloadBytes = packet.length - PacketBytes.headerBytes(packet);
            System.arraycopy(packet, packet.length - payloadBytes, merged, at, payloadBytes);
            at += payloadBytes;
        }
        int transportAt = PacketBytes.ipHeaderBytes(first);
        if (PacketBytes.protocol(first) == PacketBytes.UDP) {
            PacketBytes.put16(merged, transportAt + 4, length - transportAt);
        } else {
            int lastFlags = PacketBytes.u8(run.get(run.size() - 1), transportAt + 13);
            merged[transportAt + 13] |= (byte) (lastFlags & TestPacket.PSH);
        }
        PacketBytes.finishIp(merged);
        PacketBytes.beginTransport(merged);
        return merged;
    }

    private static Frame superPacket(List<byte[]> run, byte[] merged) {
        int gsoSize = run.get(0).length - PacketBytes.headerBytes(run.get(0));
        int tcpType = PacketBytes.isIpv4(merged) ? 1 : 4;
        return Frame.superPacket(PacketBytes.protocol(merged) == PacketBytes.UDP ? 5 : tcpType, gsoSize, merged);
    }

    private Frame frame(List<byte[]> run) {
        byte[] first = run.get(0);
        if (run.size() > 1) {
            return superPacket(run, merged(run));
        }
        boolean isUdpWithout = PacketBytes.hasTransport(first)
                && PacketBytes.protocol(first) == PacketBytes.UDP
                && PacketBytes.u16(first, PacketBytes.checksumAt(first)) == 0;
        boolean isBegun = rules.checksumsArePartial() && PacketBytes.hasTransport(first) && !isUdpWithout;
        return isBegun ? Frame.partial(PacketBytes.begun(first)) : Frame.plain(first);
    }
}
