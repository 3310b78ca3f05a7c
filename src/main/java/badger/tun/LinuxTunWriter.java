package badger.tun;

import badger.linux.Descriptor;
import badger.linux.DescriptorUse;
import badger.linux.IoVector;
import badger.linux.Syscalls;
import badger.linux.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Writes to a {@link LinuxTun}: one write(2) or writev(2) for each packet, which runs the kernel's receive path on this
 * thread.
 */
final class LinuxTunWriter implements TunWriter {
    private static final int HEADER_BYTES = VirtioNetHeader.BYTES;

    private final DescriptorUse descriptorUse;
    private final Syscalls syscalls;
    private final boolean hasHeaders;

    LinuxTunWriter(Arena ownerArena, Descriptor descriptor, boolean hasHeaders) {
        descriptorUse = descriptor.use(ownerArena);
        syscalls = new Syscalls(ownerArena);
        this.hasHeaders = hasHeaders;
    }

    @Override
    public int write(MemorySegment buffer, long at, int length) {
        if (!hasHeaders && !VirtioNetHeader.isPlain(buffer, at)) {
            throw unfinished();
        }
        int fd = descriptorUse.enter();
        if (fd < 0) {
            return fd;
        }
        try {
            return hasHeaders
                    ? withoutHeader(syscalls.write(fd, buffer, at, HEADER_BYTES + length))
                    : syscalls.write(fd, buffer, at + HEADER_BYTES, length);
        } finally {
            descriptorUse.leave();
        }
    }

    @Override
    public int write(GatherList pieces) {
        if (!hasHeaders && !pieces.isPlain()) {
            throw unfinished();
        }
        int fd = descriptorUse.enter();
        if (fd < 0) {
            return fd;
        }
        try {
            IoVector vector = pieces.vector();
            if (hasHeaders) {
                return withoutHeader(syscalls.writev(fd, vector));
            }
            vector.skip(HEADER_BYTES);
            int result = syscalls.writev(fd, vector);
            vector.skip(-HEADER_BYTES);
            return result;
        } finally {
            descriptorUse.leave();
        }
    }

    private static int withoutHeader(int result) {
        return result < 0 ? result : result - HEADER_BYTES;
    }

    private static AssertionError unfinished() {
        return new AssertionError("an unfinished packet for a device without offloads");
    }
}
