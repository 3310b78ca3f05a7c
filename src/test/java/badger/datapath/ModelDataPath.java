package badger.datapath;

import badger.connect.IncomingCalls;
import badger.connect.PeerController;
import badger.linux.VirtioNetHeader;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.testing.FakeTun;
import badger.testing.NodeContexts;
import badger.tun.GatherList;
import badger.tun.TunOffloads;
import badger.tun.TunWriter;
import badger.udp.Endpoint;
import badger.wire.NodeAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;

/**
 * Moves the packets of one peer, both ways, without its threads and sockets: the caller hands in what was read. One
 * thread.
 */
public final class ModelDataPath implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final OutboundLoop outbound;
    private final MemorySegment buffer;
    private final MemorySegment datagram = arena.allocate(PeerLoop.DATAGRAM_BYTES, 64);
    private final RecordReader reader;

    /** @param delivered receives each packet that enters the host */
    public ModelDataPath(
            Peer peer,
            PeerController controller,
            NodeContext node,
            IncomingCalls incomingCalls,
            NodeAddresses own,
            Consumer<byte[]> delivered) {
        outbound = new OutboundLoop(new FakeTun(NodeContexts.TUN_MTU), 0, node, own);
        buffer = outbound.prepare(arena);
        InboundGate gate = new InboundGate(
                List.of(new Writer(delivered)),
                TunOffloads.NONE,
                new InboundGate.Addresses(peer, own),
                node.counters(),
                peer.traffic().open(),
                arena);
        reader = new RecordReader(peer, controller, incomingCalls, gate, arena);
        controller.prepare(arena);
    }

    /** A packet was read from the TUN. */
    public void send(byte[] packet) {
        long at = outbound.nextPacketAt();
        buffer.asSlice(at - VirtioNetHeader.BYTES, VirtioNetHeader.BYTES).fill((byte) 0);
        MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, at, packet.length);
        outbound.forward(buffer, at, packet.length);
        outbound.caughtUp(buffer);
    }

    /** Sets the arrival time of everything that is read until the next call. */
    public void startRound(long nowNanos) {
        reader.startRound(nowNanos);
    }

    /** A datagram with records came. */
    public void receive(byte[] bytes, Endpoint source) {
        MemorySegment.copy(bytes, 0, datagram, ValueLayout.JAVA_BYTE, 0, bytes.length);
        reader.read(datagram, 0, bytes.length, source);
        reader.flush();
        reader.caughtUp();
    }

    /** As {@link RecordReader#takeNews}. */
    public boolean takeNews() {
        return reader.takeNews();
    }

    @Override
    public void close() {
        arena.close();
    }

    private record Writer(Consumer<byte[]> delivered) implements TunWriter {
        @Override
        public int write(MemorySegment segment, long at, int length) {
            delivered.accept(segment.asSlice(at + VirtioNetHeader.BYTES, length).toArray(ValueLayout.JAVA_BYTE));
            return length;
        }

        @Override
        public int write(GatherList packets) {
            throw new AssertionError("without offloads nothing is joined");
        }
    }
}
