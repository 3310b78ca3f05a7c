package badger.testing;

import badger.linux.VirtioNetHeader;
import badger.tun.GatherList;
import badger.tun.GatherListBytes;
import badger.tun.Tun;
import badger.tun.TunOffloads;
import badger.tun.TunReader;
import badger.tun.TunWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A TUN without a kernel: the test sends packets into the mesh by {@link #send} and takes arrivals by {@link #take}.
 * Like the kernel's it puts a {@link VirtioNetHeader} before each packet, and takes packets whole or in pieces.
 */
public final class FakeTun implements Tun {
    private static final int QUEUED_PACKETS = 4_096;
    private static final int ENOBUFS = 105;
    private static final int HEADER_BYTES = VirtioNetHeader.BYTES;
    private static final byte[] PLAIN = new byte[HEADER_BYTES];
    private static final Frame END = new Frame(PLAIN, new byte[0]);

    /** A packet or super-packet with the {@link VirtioNetHeader} it came with. */
    public static final class Frame {
        private final byte[] header;
        private final byte[] packet;

        private final int queue;

        private Frame(byte[] header, byte[] packet) {
            this(header, packet, 0);
        }

        private Frame(byte[] header, byte[] packet, int queue) {
            this.header = header;
            this.packet = packet;
            this.queue = queue;
        }

        /** That the node wrote it to. */
        public int queue() {
            return queue;
        }

        public byte[] header() {
            return header.clone();
        }

        public byte[] packet() {
            return packet.clone();
        }
    }

    private final List<ArrayBlockingQueue<Frame>> towardsMesh;
    private final ArrayBlockingQueue<Frame> fromMesh = new ArrayBlockingQueue<>(QUEUED_PACKETS);
    private final int mtu;
    private final TunOffloads offloads;
    private volatile boolean isClosed;

    /** One for plain packets. */
    public FakeTun(int mtu) {
        this(mtu, TunOffloads.NONE);
    }

    public FakeTun(int mtu, TunOffloads offloads) {
        this(mtu, offloads, 1);
    }

    public FakeTun(int mtu, TunOffloads offloads, int queues) {
        this.mtu = mtu;
        this.offloads = offloads;
        towardsMesh = Stream.generate(() -> new ArrayBlockingQueue<Frame>(QUEUED_PACKETS))
                .limit(queues)
                .toList();
    }

    /** What the host's kernel would route into the device. */
    public void send(byte[] packet) {
        send(PLAIN, packet);
    }

    /** As {@link #send(byte[])}, with the header the kernel would put before it. */
    public void send(byte[] header, byte[] packet) {
        send(0, header, packet);
    }

    /** As {@link #send(byte[], byte[])}, where the kernel chooses this queue. */
    public void send(int queue, byte[] header, byte[] packet) {
        if (header.length != HEADER_BYTES) {
            throw new IllegalArgumentException("a header of " + header.length + " bytes");
        }
        if (!towardsMesh.get(queue).offer(new Frame(header.clone(), packet.clone()))) {
            throw new IllegalStateException("the node does not read its TUN");
        }
    }

    /** The next packet the node handed to the kernel, without its header, or null if none comes in time. */
    public byte[] take(long millis) throws InterruptedException {
        Frame frame = takeFrame(millis);
        return frame == null ? null : frame.packet;
    }

    /** As {@link #take}, with its header. */
    public Frame takeFrame(long millis) throws InterruptedException {
        return fromMesh.poll(millis, TimeUnit.MILLISECONDS);
    }

    public int arrived() {
        return fromMesh.size();
    }

    public boolean isClosed() {
        return isClosed;
    }

    @Override
    public String name() {
        return "fake0";
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public TunOffloads offloads() {
        return offloads;
    }

    @Override
    public int queues() {
        return towardsMesh.size();
    }

    @Override
    public TunReader reader(Arena ownerArena, int queue) {
        return new Reader(towardsMesh.get(queue));
    }

    @Override
    public TunWriter writer(Arena ownerArena, int queue) {
        return new Writer(queue);
    }

    @Override
    public void close() {
        isClosed = true;
        for (ArrayBlockingQueue<Frame> each : towardsMesh) {
            if (!each.offer(END)) {
                each.clear();
                each.add(END);
            }
        }
    }

    private final class Reader implements TunReader {
        private final BlockingQueue<Frame> frames;
        /** Taken out while waiting, to be read next. */
        private Frame awaited;

        Reader(BlockingQueue<Frame> frames) {
            this.frames = frames;
        }

        @Override
        public int read(MemorySegment into, long at, int capacity) {
            Frame frame = isClosed ? END : awaited != null ? awaited : frames.poll();
            awaited = null;
            if (frame == null) {
                return NOTHING_WAITING;
            }
            int length = Math.min(capacity - HEADER_BYTES, frame.packet.length);
            MemorySegment.copy(frame.header, 0, into, ValueLayout.JAVA_BYTE, at, HEADER_BYTES);
            MemorySegment.copy(frame.packet, 0, into, ValueLayout.JAVA_BYTE, at + HEADER_BYTES, length);
            return length == 0 ? CLOSED : length;
        }

        @Override
        public void await() {
            try {
                awaited = frames.take();
            } catch (InterruptedException interrupted) {
                awaited = END;
            }
        }
    }

    private final class Writer implements TunWriter {
        private final int queue;

        Writer(int queue) {
            this.queue = queue;
        }

        @Override
        public int write(MemorySegment buffer, long at, int length) {
            return arrive(buffer.asSlice(at, HEADER_BYTES + length).toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public int write(GatherList pieces) {
            return arrive(GatherListBytes.of(pieces));
        }

        private int arrive(byte[] bytes) {
            if (!offloads.isAny() && !VirtioNetHeader.isPlain(MemorySegment.ofArray(bytes), 0)) {
                throw new AssertionError("an unfinished packet for a device without offloads");
            }
            byte[] header = Arrays.copyOf(bytes, HEADER_BYTES);
            byte[] packet = Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
            return fromMesh.offer(new Frame(header, packet, queue)) ? packet.length : -ENOBUFS;
        }
    }
}
