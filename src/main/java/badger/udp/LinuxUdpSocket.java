package badger.udp;

import badger.linux.Descriptor;
import badger.linux.EventFd;
import badger.linux.Linux;
import badger.linux.Syscalls;
import java.lang.foreign.Arena;

/** A UDP socket of the kernel. {@link #onReadable} and {@link #armReadable} are for the thread that receives. */
final class LinuxUdpSocket implements UdpSocket {
    private final Descriptor descriptor;
    private final EventFd interruption;
    private final boolean isIpv6;
    private final UdpOffloads offloads;
    private final Endpoint localEndpoint;
    private final Poller poller;
    private volatile Poller.Watch watch;

    /**
     * Takes over both descriptors.
     *
     * @param interruption ends waits for the socket
     */
    LinuxUdpSocket(
            Descriptor descriptor,
            EventFd interruption,
            boolean isIpv6,
            UdpOffloads offloads,
            Endpoint localEndpoint,
            Poller poller) {
        this.descriptor = descriptor;
        this.interruption = interruption;
        this.isIpv6 = isIpv6;
        this.offloads = offloads;
        this.localEndpoint = localEndpoint;
        this.poller = poller;
    }

    @Override
    public int localPort() {
        return localEndpoint.port();
    }

    @Override
    public Endpoint localEndpoint() {
        return localEndpoint;
    }

    @Override
    public UdpReceiver receiver(Arena ownerArena) {
        return new LinuxUdpReceiver(ownerArena, descriptor, interruption);
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
    public synchronized boolean keepWhole(boolean isKeptWhole) {
        if (descriptor.isClosed()) {
            return false;
        }
        try (Arena callArena = Arena.ofConfined()) {
            Syscalls syscalls = new Syscalls(callArena);
            return Linux.keepWhole(syscalls, descriptor.fd(), isIpv6, isKeptWhole) >= 0;
        }
    }

    @Override
    public synchronized void interrupt() {
        if (!descriptor.isClosed()) {
            interruption.signal();
        }
    }

    @Override
    public synchronized void close() {
        Poller.Watch ended = watch;
        if (ended != null) {
            ended.end();
        }
        descriptor.close();
        interruption.close();
    }
}
