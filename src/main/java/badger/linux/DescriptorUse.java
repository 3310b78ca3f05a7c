package badger.linux;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One thread's use of a {@link Descriptor}: {@link #enter} before a call, {@link #leave} after it. It costs one fence,
 * and shares no cache line with the uses of other threads while the descriptor is open.
 */
public final class DescriptorUse {
    private static final VarHandle IN_CALL;

    static {
        try {
            IN_CALL = MethodHandles.lookup().findVarHandle(DescriptorUse.class, "inCall", boolean.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Descriptor descriptor;

    @SuppressWarnings("UnusedVariable") // Used through IN_CALL.
    private boolean inCall;

    DescriptorUse(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Begins a call.
     *
     * @return the file descriptor, valid until {@link #leave}; or {@code -EBADF} once it is closed, and then the caller
     *     must neither make the call nor call {@link #leave}
     */
    public int enter() {
        // Volatile here and in Descriptor.close: either close sees this call, or this call sees that it is closed.
        IN_CALL.setVolatile(this, true);
        if (descriptor.isClosed()) {
            leave();
            return -Errno.EBADF;
        }
        return descriptor.fd();
    }

    public void leave() {
        IN_CALL.setRelease(this, false);
    }

    boolean isInCall() {
        return (boolean) IN_CALL.getVolatile(this);
    }
}
