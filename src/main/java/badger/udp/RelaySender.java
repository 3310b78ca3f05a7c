package badger.udp;

import badger.linux.Errno;
import badger.wire.RelayFrame;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sends datagrams for a {@link RelayEndpoint} as {@link RelayFrame}s to IEX, and all others unchanged. Used by one
 * thread at a time. The frames lie in a buffer in the owner's arena, which the first frame allocates.
 */
final class RelaySender implements UdpSender {
    /** The largest payload of UDP over IPv4, and so the most that a sender takes at once. */
    private static final int BUFFER_BYTES = 65_507;

    private final UdpSender sender;
    private final Relay relay;
    private final Arena arena;
    private MemorySegment frames;

    RelaySender(UdpSender sender, Relay relay, Arena ownerArena) {
        this.sender = sender;
        this.relay = relay;
        this.arena = ownerArena;
    }

    @Override
    public int send(MemorySegment from, long at, int length) {
        return sender.send(from, at, length);
    }

    @Override
    public int send(MemorySegment from, long at, int length, Endpoint to) {
        if (!RelayEndpoint.isOne(to)) {
            return sender.send(from, at, length, to);
        }
        Relay.Offer offer = relay.offer();
        if (offer == null || length > RelayFrame.MOST_PAYLOAD_BYTES) {
            return offer == null ? -Errno.ENETUNREACH : -Errno.EMSGSIZE;
        }
        int framed = frame(0, from, at, length, to, offer);
        int result = sender.send(frames, 0, framed, offer.iex());
        return result < 0 ? result : length;
    }

    @Override
    public int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
        return sender.sendSegments(from, at, length, segmentBytes);
    }

    @Override
    public int sendSegments(MemorySegment from, long at, int length, int segmentBytes, Endpoint to) {
        if (!RelayEndpoint.isOne(to)) {
            return sender.sendSegments(from, at, length, segmentBytes, to);
        }
        Relay.Offer offer = relay.offer();
        if (offer == null || segmentBytes > RelayFrame.MOST_PAYLOAD_BYTES) {
            return offer == null ? -Errno.ENETUNREACH : -Errno.EMSGSIZE;
        }
        int frameBytes = RelayFrame.HEADER_BYTES + segmentBytes;
        int batchBytes = BUFFER_BYTES / frameBytes * segmentBytes;
        int sent = 0;
        while (sent < length) {
            int batch = Math.min(batchBytes, length - sent);
            int result = sendFramed(from, at + sent, batch, segmentBytes, to, offer);
            if (result < 0) {
                return sent == 0 ? result : sent;
            }
            sent += result;
            if (result < batch) {
                return sent;
            }
        }
        return sent;
    }

    @Override
    public long sends() {
        return sender.sends();
    }

    @Override
    public long refusals() {
        return sender.refusals();
    }

    @Override
    public long segmentationFallbacks() {
        return sender.segmentationFallbacks();
    }

    /** Datagrams of one size make frames of one size, so that they can leave together as they would without frames. */
    private int sendFramed(MemorySegment from, long at, int length, int segmentBytes, Endpoint to, Relay.Offer offer) {
        int framed = 0;
        for (int done = 0; done < length; done += segmentBytes) {
            framed += frame(framed, from, at + done, Math.min(segmentBytes, length - done), to, offer);
        }
        int frameBytes = RelayFrame.HEADER_BYTES + segmentBytes;
        int result = sender.sendSegments(frames, 0, framed, frameBytes, offer.iex());
        if (result < 0) {
            return result;
        }
        return Math.min(length, (result + frameBytes - 1) / frameBytes * segmentBytes);
    }

    /** @return the length of the frame */
    private int frame(int frameAt, MemorySegment from, long at, int length, Endpoint to, Relay.Offer offer) {
        if (frames == null) {
            frames = arena.allocate(BUFFER_BYTES, 64);
        }
        RelayFrame.write(frames, frameAt, RelayEndpoint.virtualAddress(to), offer.token());
        MemorySegment.copy(from, at, frames, frameAt + RelayFrame.HEADER_BYTES, length);
        return RelayFrame.HEADER_BYTES + length;
    }
}
