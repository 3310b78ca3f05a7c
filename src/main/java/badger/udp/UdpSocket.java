package badger.udp;

import java.lang.foreign.Arena;

/**
 * A UDP socket. It is read through one {@link UdpReceiver}, by one thread, and written through any number of
 * {@link UdpSender}s, one for each writing thread. No call here or there blocks, but for
 * those named {@code awaitReadable}.
 */
public interface UdpSocket extends AutoCloseable {
    int localPort();

    /** The address and port that a connected socket sends from, which stay the same. */
    Endpoint localEndpoint();

    /** The reading end. Its small native state lives in {@code ownerArena}, which must outlive it. */
    UdpReceiver receiver(Arena ownerArena);

    /** A writing end for one thread at a time. Its small native state lives in {@code ownerArena}. */
    UdpSender sender(Arena ownerArena);

    /** Names what runs, on the poller's thread, when an armed socket becomes readable. Set once, before arming. */
    void onReadable(Runnable wakeUp);

    /** Arms one wake-up. If a datagram is already waiting, it comes at once. */
    void armReadable();

    /**
     * Lets no datagram be cut into IP fragments, neither here nor on the way, from now on; or lets it again. One that is longer
     * than the device takes then fails with EMSGSIZE.
     *
     * @return whether the kernel does so
     */
    boolean keepWhole(boolean isKeptWhole);

    /**
     * Ends the {@link UdpReceiver#awaitReadable(int)} that runs, or else the next one. Any thread; does nothing on a closed
     * socket.
     */
    void interrupt();

    /** Closes the socket, and ends {@link UdpReceiver#awaitReadable}. Safe to call twice and by any thread. */
    @Override
    void close();
}
