package badger.udp;

import badger.linux.DatagramHeader;
import badger.linux.Descriptor;
import badger.linux.DescriptorUse;
import badger.linux.Errno;
import badger.linux.EventFd;
import badger.linux.PollSet;
import badger.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Reads a {@link LinuxUdpSocket}: one recvmsg(2) for each datagram, or for those that the kernel has joined. */
final class LinuxUdpReceiver implements UdpReceiver {
    private final Descriptor descriptor;
    private final DescriptorUse descriptorUse;
    private final Syscalls syscalls;
    private final DatagramHeader header;
    private final PollSet readable;
    private final EventFd interruption;
    private final PollSet readableOrInterrupted;
    private final MemorySegment interruptionValue;
    private int segmentBytes;

    /** @param interruption ends a wait; it belongs to the socket */
    LinuxUdpReceiver(Arena ownerArena, Descriptor descriptor, EventFd interruption) {
        this.interruption = interruption;
        this.descriptor = descriptor;
        descriptorUse = descriptor.use(ownerArena);
        syscalls = new Syscalls(ownerArena);
        header = new DatagramHeader(ownerArena);
        readable = new PollSet(ownerArena, descriptor.fd());
        readableOrInterrupted = new PollSet(ownerArena, descriptor.fd(), interruption.fd());
        interruptionValue = ownerArena.allocate(EventFd.VALUE_BYTES, Long.BYTES);
    }

    @Override
    public int receive(MemorySegment into, long at, int capacity) {
        int fd = descriptorUse.enter();
        if (fd < 0) {
            return fd;
        }
        try {
            header.receiveInto(into, at, capacity);
            int length = syscalls.recvmsg(fd, header, 0);
            segmentBytes = header.joinedBytes(length);
            return length;
        } finally {
            descriptorUse.leave();
        }
    }

    @Override
    public int segmentBytes() {
        return segmentBytes;
    }

    @Override
    public boolean awaitReadable() {
        if (descriptorUse.enter() < 0) {
            return false;
        }
        try {
            int ready;
            do {
                // Closing shuts the socket down first, which ends the poll.
                ready = readable.await(syscalls, PollSet.FOREVER);
            } while (ready == -Errno.EINTR && !descriptor.isClosed());
            return !descriptor.isClosed();
        } finally {
            descriptorUse.leave();
        }
    }

    @Override
    public boolean awaitReadable(int timeoutMillis) {
        if (descriptorUse.enter() < 0) {
            return false;
        }
        try {
            int ready = readableOrInterrupted.await(syscalls, timeoutMillis);
            if (ready > 0 && readableOrInterrupted.isReady(1)) {
                interruption.clear(syscalls, interruptionValue);
            }
            return ready > 0 && readableOrInterrupted.isReady(0);
        } finally {
            descriptorUse.leave();
        }
    }

    @Override
    public long sourceHigh() {
        return header.source().high();
    }

    @Override
    public long sourceLow() {
        return header.source().low();
    }

    @Override
    public int sourcePort() {
        return header.source().port();
    }
}
