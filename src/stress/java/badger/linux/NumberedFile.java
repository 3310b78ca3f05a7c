package badger.linux;

import badger.bindings.linux.linux_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An eventfd(2) that holds a number of its own, so that a read of it tells whether it reached this file, another one
 * that got the same descriptor, or none.
 */
final class NumberedFile {
    static final String OWN = "own";
    static final String CLOSED = "closed";
    static final String STRANGE = "strange";

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final ThreadLocal<Reader> READERS = ThreadLocal.withInitial(Reader::new);

    private final int number = NUMBERS.incrementAndGet();
    private final int fd;
    private boolean isDrained;

    NumberedFile() {
        int flags = linux_h.EFD_CLOEXEC() | linux_h.EFD_NONBLOCK();
        fd = LinuxException.check("eventfd", READERS.get().syscalls.eventfd(number, flags), "");
    }

    int fd() {
        return fd;
    }

    /** One call as the program makes them, on the one thread that uses this file. @return one of the words above */
    String callThrough(DescriptorUse use) {
        int entered = use.enter();
        if (entered == -Errno.EBADF) {
            return CLOSED;
        }
        try {
            return entered == fd && isOwn(READERS.get().read(entered)) ? OWN : STRANGE;
        } finally {
            use.leave();
        }
    }

    /** The first read takes the number; an eventfd without one has nothing to read. */
    private boolean isOwn(long read) {
        long expected = isDrained ? -Errno.EAGAIN : number;
        isDrained = true;
        return read == expected;
    }

    private static final class Reader {
        private final Syscalls syscalls = new Syscalls(Arena.ofAuto());
        private final MemorySegment value = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);

        /** The value in the eventfd, or {@code -errno}. */
        long read(int fd) {
            int length = syscalls.read(fd, value, 0, Long.BYTES);
            return length < 0 ? length : value.get(ValueLayout.JAVA_LONG, 0);
        }
    }
}
