package badger.tun;

import badger.linux.Descriptor;
import badger.linux.DescriptorUse;
import badger.linux.Errno;
import badger.linux.EventFd;
import badger.linux.LinuxException;
import badger.linux.PollSet;
import badger.linux.Syscalls;
import badger.linux.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Reads a {@link LinuxTun}, one packet with each system call. */
final class LinuxTunReader implements TunReader {
    /** The pause after another program removed the device. Only closing can follow. */
    private static final int REMOVED_PAUSE_MILLIS = 1_000;

    private static final int HEADER_BYTES = VirtioNetHeader.BYTES;

    private final Descriptor descriptor;
    private final DescriptorUse descriptorUse;
    private final Syscalls syscalls;
    private final PollSet readableOrClosing;
    private final PollSet closingOnly;
    private final boolean hasHeaders;

    LinuxTunReader(Arena ownerArena, Descriptor descriptor, EventFd closing, boolean hasHeaders) {
        this.descriptor = descriptor;
        descriptorUse = descriptor.use(ownerArena);
        syscalls = new Syscalls(ownerArena);
        readableOrClosing = new PollSet(ownerArena, descriptor.fd(), closing.fd());
        closingOnly = new PollSet(ownerArena, closing.fd());
        this.hasHeaders = hasHeaders;
    }

    @Override
    public int read(MemorySegment into, long at, int capacity) {
        int fd = descriptorUse.enter();
        if (fd < 0) {
            return CLOSED;
        }
        try {
            while (!descriptor.isClosed()) {
                int result = hasHeaders
                        ? syscalls.read(fd, into, at, capacity)
                        : syscalls.read(fd, into, at + HEADER_BYTES, capacity - HEADER_BYTES);
                if (result > 0) {
                    return packetLength(result, into, at);
                }
                if (result == -Errno.EAGAIN) {
                    return NOTHING_WAITING;
                }
                handleError(result);
            }
            return CLOSED;
        } finally {
            descriptorUse.leave();
        }
    }

    @Override
    public void await() {
        if (descriptorUse.enter() < 0) {
            return;
        }
        try {
            readableOrClosing.await(syscalls, PollSet.FOREVER);
        } finally {
            descriptorUse.leave();
        }
    }

    private int packetLength(int result, MemorySegment into, long at) {
        if (hasHeaders) {
            return result - HEADER_BYTES;
        }
        VirtioNetHeader.putPlain(into, at);
        return result;
    }

    private void handleError(int result) {
        if (result == -Errno.EBADFD || result == -Errno.EIO) {
            // Another program deleted the device (tun_chr_read_iter, tun.c). Its descriptor is in error from now on, so
            // waiting for it would return at once each time.
            closingOnly.await(syscalls, REMOVED_PAUSE_MILLIS);
        } else if (result != -Errno.EINTR) {
            throw new LinuxException("read", -result, "TUN");
        }
    }
}
