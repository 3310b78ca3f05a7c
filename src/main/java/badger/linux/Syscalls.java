package badger.linux;

import static badger.bindings.linux.linux_h.C_POINTER;

import badger.bindings.linux.linux_h;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls that Badger makes, under their man-page names (section 2). Each returns the result of the call, or
 * {@code -errno}. An instance is for one thread at a time. Its error state lives in the caller's arena.
 */
public final class Syscalls {
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));

    // open and ioctl are variadic in C. Badger passes no mode to open, because it creates no file, and one pointer to
    // ioctl.
    private static final MethodHandle OPEN = capturingErrno(
            linux_h.open.address(), linux_h.open.makeInvoker().descriptor(), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL = capturingErrno(
            linux_h.ioctl.address(),
            linux_h.ioctl.makeInvoker(C_POINTER).descriptor(),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = capturingErrno(linux_h.close$address(), linux_h.close$descriptor());
    private static final MethodHandle READ =
            capturingErrno(linux_h.read$address(), NativeAddress.ofNumbers(linux_h.read$descriptor()));
    private static final MethodHandle WRITE =
            capturingErrno(linux_h.write$address(), NativeAddress.ofNumbers(linux_h.write$descriptor()));
    private static final MethodHandle WRITEV = capturingErrno(linux_h.writev$address(), linux_h.writev$descriptor());
    private static final MethodHandle POLL = capturingErrno(linux_h.poll$address(), linux_h.poll$descriptor());
    private static final MethodHandle EVENTFD = capturingErrno(linux_h.eventfd$address(), linux_h.eventfd$descriptor());
    private static final MethodHandle EPOLL_CREATE1 =
            capturingErrno(linux_h.epoll_create1$address(), linux_h.epoll_create1$descriptor());
    private static final MethodHandle EPOLL_CTL =
            capturingErrno(linux_h.epoll_ctl$address(), linux_h.epoll_ctl$descriptor());
    private static final MethodHandle EPOLL_WAIT =
            capturingErrno(linux_h.epoll_wait$address(), linux_h.epoll_wait$descriptor());
    private static final MethodHandle SOCKET = capturingErrno(linux_h.socket$address(), linux_h.socket$descriptor());
    private static final MethodHandle BIND = capturingErrno(linux_h.bind$address(), linux_h.bind$descriptor());
    private static final MethodHandle CONNECT = capturingErrno(linux_h.connect$address(), linux_h.connect$descriptor());
    private static final MethodHandle SHUTDOWN =
            capturingErrno(linux_h.shutdown$address(), linux_h.shutdown$descriptor());
    private static final MethodHandle GETSOCKNAME =
            capturingErrno(linux_h.getsockname$address(), linux_h.getsockname$descriptor());
    private static final MethodHandle SETSOCKOPT =
            capturingErrno(linux_h.setsockopt$address(), linux_h.setsockopt$descriptor());
    private static final MethodHandle RECVMSG = capturingErrno(linux_h.recvmsg$address(), linux_h.recvmsg$descriptor());
    private static final MethodHandle SEND =
            capturingErrno(linux_h.send$address(), NativeAddress.ofNumbers(linux_h.send$descriptor()));
    private static final MethodHandle SENDMSG = capturingErrno(linux_h.sendmsg$address(), linux_h.sendmsg$descriptor());
    private static final MethodHandle SENDTO =
            capturingErrno(linux_h.sendto$address(), NativeAddress.ofNumbers(linux_h.sendto$descriptor()));

    private final MemorySegment callState;

    public Syscalls(Arena ownerArena) {
        callState = ownerArena.allocate(CALL_STATE);
    }

    /** open(2) of an existing file; {@code path} ends with a zero byte. */
    public int open(MemorySegment path, int flags) {
        try {
            return resultOrErrno((int) OPEN.invokeExact(callState, path, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public int close(int fd) {
        try {
            return resultOrErrno((int) CLOSE.invokeExact(callState, fd));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** ioctl(2) with a pointer argument, or with a number in a pointer's place. */
    public int ioctl(int fd, int request, MemorySegment argument) {
        try {
            return resultOrErrno((int) IOCTL.invokeExact(callState, fd, Integer.toUnsignedLong(request), argument));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public int read(int fd, MemorySegment into, long at, int capacity) {
        long buffer = NativeAddress.of(into, at, capacity);
        try {
            return resultOrErrno((long) READ.invokeExact(callState, fd, buffer, (long) capacity));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public int write(int fd, MemorySegment from, long at, int length) {
        long buffer = NativeAddress.of(from, at, length);
        try {
            return resultOrErrno((long) WRITE.invokeExact(callState, fd, buffer, (long) length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public int writev(int fd, IoVector from) {
        try {
            return resultOrErrno((long) WRITEV.invokeExact(callState, fd, from.segment(), from.count()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** poll(2); see {@link PollSet}. */
    int poll(MemorySegment pollfds, int count, int timeoutMillis) {
        try {
            return resultOrErrno((int) POLL.invokeExact(callState, pollfds, (long) count, timeoutMillis));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int eventfd(int initialValue, int flags) {
        try {
            return resultOrErrno((int) EVENTFD.invokeExact(callState, initialValue, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int epoll_create1(int flags) {
        try {
            return resultOrErrno((int) EPOLL_CREATE1.invokeExact(callState, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int epoll_ctl(int epoll, int operation, int fd, MemorySegment event) {
        try {
            return resultOrErrno((int) EPOLL_CTL.invokeExact(callState, epoll, operation, fd, event));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int epoll_wait(int epoll, MemorySegment events, int capacity, int timeoutMillis) {
        try {
            return resultOrErrno((int) EPOLL_WAIT.invokeExact(callState, epoll, events, capacity, timeoutMillis));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public int socket(int domain, int type, int protocol) {
        try {
            return resultOrErrno((int) SOCKET.invokeExact(callState, domain, type, protocol));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public int bind(int fd, SocketAddress address) {
        return bind(fd, address.segment(), address.length());
    }

    /** bind(2) to an address of another family, which is the whole segment. */
    int bind(int fd, MemorySegment address) {
        return bind(fd, address, (int) address.byteSize());
    }

    private int bind(int fd, MemorySegment address, int length) {
        try {
            return resultOrErrno((int) BIND.invokeExact(callState, fd, address, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public int connect(int fd, SocketAddress address) {
        try {
            return resultOrErrno((int) CONNECT.invokeExact(callState, fd, address.segment(), address.length()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public int shutdown(int fd, int how) {
        try {
            return resultOrErrno((int) SHUTDOWN.invokeExact(callState, fd, how));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * getsockname(2). {@code addressLength}, a socklen_t, holds the capacity before the call and the length after it.
     */
    int getsockname(int fd, MemorySegment address, MemorySegment addressLength) {
        try {
            return resultOrErrno((int) GETSOCKNAME.invokeExact(callState, fd, address, addressLength));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    int setsockopt(int fd, int level, int option, MemorySegment value) {
        try {
            return resultOrErrno(
                    (int) SETSOCKOPT.invokeExact(callState, fd, level, option, value, (int) value.byteSize()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** recvmsg(2) into the buffer that {@code header} was prepared for. */
    public int recvmsg(int fd, DatagramHeader header, int flags) {
        try {
            return resultOrErrno((long) RECVMSG.invokeExact(callState, fd, header.segment(), flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    public int send(int fd, MemorySegment from, long at, int length, int flags) {
        long buffer = NativeAddress.of(from, at, length);
        try {
            return resultOrErrno((long) SEND.invokeExact(callState, fd, buffer, (long) length, flags));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** sendmsg(2) of the buffer that {@code header} was prepared for, without flags. */
    public int sendmsg(int fd, SegmentedDatagram header) {
        try {
            return resultOrErrno((long) SENDMSG.invokeExact(callState, fd, header.segment(), 0));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** sendto(2) without flags. */
    public int sendto(int fd, MemorySegment from, long at, int length, SocketAddress to) {
        long buffer = NativeAddress.of(from, at, length);
        try {
            return resultOrErrno((long) SENDTO.invokeExact(
                    callState, fd, buffer, (long) length, 0, to.segment().address(), to.length()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int resultOrErrno(long result) {
        return result >= 0 ? (int) result : -(int) ERRNO.get(callState, 0L);
    }

    /** A native call itself throws nothing. What comes is the linker's complaint about an argument. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        throw new AssertionError(thrown);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle capturingErrno(
            MemorySegment function, FunctionDescriptor signature, Linker.Option... options) {
        Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 1, options.length);
        all[0] = Linker.Option.captureCallState("errno");
        return Linker.nativeLinker().downcallHandle(function, signature, all);
    }
}
