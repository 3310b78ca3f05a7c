package badger.discovery;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.ProbeAnswer;
import badger.peer.IexInbox;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What has come from IEX and waits for the thread of {@link IexLink}, which alone takes it out. Any thread puts in. */
public final class IexMessages implements IexInbox {
    /** Maps that may wait; a newer one makes an older one worthless anyway. */
    private static final int MOST = 8;

    private static final Message WAKE_UP = new Message(MemorySegment.NULL, 0, 0, 0);

    /** A datagram of IEX's, copied. */
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

        /** The port that it came from; 0 for that of the maps. */
        int otherPort() {
            return otherPort;
        }
    }

    private final ArrayBlockingQueue<Message> messages = new ArrayBlockingQueue<>(MOST);
    private final Counters counters;

    public IexMessages(Counters counters) {
        this.counters = counters;
    }

    /** Takes a datagram; copies it. When the queue is full, the oldest goes. */
    @Override
    public void offer(MemorySegment buffer, long at, int length) {
        Message message = new Message(buffer, at, length, 0);
        while (!messages.offer(message)) {
            messages.poll();
        }
    }

    /** Takes a datagram from another port, if there is room: maps are worth more. */
    @Override
    public void offerFromAnotherPort(MemorySegment buffer, long at, int length, int port) {
        boolean isTaken = length <= ProbeAnswer.MAXIMUM_BYTES && messages.offer(new Message(buffer, at, length, port));
        if (!isTaken) {
            counters.count(DropReason.PROBE_ANSWER_REFUSED);
        }
    }

    /** Has {@link #await} return. */
    public void wakeUp() {
        // Where the queue is full it is about to return anyway.
        boolean _ = messages.offer(WAKE_UP);
    }

    /** The next message; null after that time without one, or when something else is to be done. */
    Message await(long nanos) throws InterruptedException {
        Message next = messages.poll(nanos, TimeUnit.NANOSECONDS);
        return next == WAKE_UP ? null : next;
    }

    /** Forgets what waits. */
    void clear() {
        messages.clear();
    }
}
