package badger.discovery;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.ProbeAnswer;
import badger.peer.IexInbox;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The messages from IEX that wait for the thread of {@link IexLink}, which alone takes them out. Any thread puts in.
 */
public final class IexMessages implements IexInbox {
    /** Maps that may wait; a newer one makes an older one worthless anyway. */
    private static final int MOST = 8;

    private static final Message WAKE_UP = new Message(MemorySegment.NULL, 0, 0, 0);

    /** A copied datagram from IEX. */
    static final class Message {
        private final byte[] bytes;
        private final int otherPort;

        private Message(MemorySegment buffer, long at, int length, int otherPort) {
            this.bytes = buffer.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
            this.otherPort = otherPort;
        }

        byte[] bytes() {
            return bytes;
        }

        /** The port that the message came from; 0 for the port of the maps. */
        int otherPort() {
            return otherPort;
        }
    }

    private final ArrayBlockingQueue<Message> messages = new ArrayBlockingQueue<>(MOST);
    private final Counters counters;

    public IexMessages(Counters counters) {
        this.counters = counters;
    }

    /** Takes a datagram; copies it. When the queue is full, it drops the oldest. */
    @Override
    public void offer(MemorySegment buffer, long at, int length) {
        Message message = new Message(buffer, at, length, 0);
        while (!messages.offer(message)) {
            messages.poll();
        }
    }

    /** Takes a datagram from another port, if there is room: maps are more important. */
    @Override
    public void offerFromAnotherPort(MemorySegment buffer, long at, int length, int port) {
        boolean isTaken = length <= ProbeAnswer.MAXIMUM_BYTES && messages.offer(new Message(buffer, at, length, port));
        if (!isTaken) {
            counters.count(DropReason.PROBE_ANSWER_REFUSED);
        }
    }

    /** Makes {@link #await} return. */
    public void wakeUp() {
        // With a full queue, await returns soon anyway.
        boolean _ = messages.offer(WAKE_UP);
    }

    /** The next message; null if none came in that time, or if there is other work. */
    Message await(long nanos) throws InterruptedException {
        Message next = messages.poll(nanos, TimeUnit.NANOSECONDS);
        return next == WAKE_UP ? null : next;
    }

    void clear() {
        messages.clear();
    }
}
