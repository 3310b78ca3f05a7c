package badger.udp;

import badger.linux.Descriptor;
import badger.linux.EventFd;
import java.lang.foreign.Arena;

/** A UDP socket of the kernel. {@link #onReadable} and {@link #armReadable} belong to the one thread that receives. */
final class LinuxUdpSocket implements UdpSocket {
    private final Descriptor descriptor;
    private final boolean isIpv6;
    private final UdpOffloads offloads;
    private final int localPort;
    private final Poller poller;
    private volatile Poller.Watch watch;
    private EventFd interruption;

    LinuxUdpSocket(Descriptor descriptor, boolean isIpv6, UdpOffloads offloads, int localPort, Poller poller) {
        this.descriptor = descriptor;
        this.isIpv6 = isIpv6;
        this.offloads = offloads;
        this.localPort = localPort;
        this.poller = poller;
    }

    @Override
    public int localPort() {
        return localPort;
    }

    @Override
    public UdpReceiver receiver(Arena ownerArena) {
        return new LinuxUdpReceiver(ownerArena, descriptor, this::interruption);
    }

    @Override
    public UdpSender sender(Arena ownerArena) {
        return new LinuxUdpSender(ownerArena, descriptor, isIpv6, offloads);
    }

    Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public synchronized void onReadable(Runnable wakeUp) {
        if (!descriptor.isClosed()) {
            watch = poller.watch(descriptor, wakeUp);
        }
    }

    @Override
    public void armReadable() {
        Poller.Watch armed = watch;
        if (armed != null) {
            armed.arm();
        } else if (!descriptor.isClosed()) {
            throw new IllegalStateException("onReadable comes first");
        }
    }

    @Override
    public synchronized void interrupt() {
        if (!descriptor.isClosed()) {
            interruption().signal();
        }
    }

    /** Opens what {@link #interrupt} needs, which would otherwise be opened when it is first needed. */
    void prepareInterruption() {
        EventFd unused = interruption();
        assert unused.fd() >= 0;
    }

    /** Closed with the socket. */
    private synchronized EventFd interruption() {
        if (interruption == null) {
            interruption = EventFd.open();
        }
        return interruption;
    }

    @Override
    public synchronized void close() {
        Poller.Watch ended = watch;
        if (ended != null) {
            ended.end();
        }
        boolean wasClosed = descriptor.isClosed();
        descriptor.close();
        if (interruption != null && !wasClosed) {
            interruption.close();
        }
    }
}
