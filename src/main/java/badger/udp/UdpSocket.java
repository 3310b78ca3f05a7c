package badger.udp;

import java.lang.foreign.Arena;

/**
 * A UDP socket. One thread reads it through one {@link UdpReceiver}. Any number of threads write it, each through a
 * {@link UdpSender} of its own. No call blocks, here or there, except those named {@code awaitReadable}.
 */
public interface UdpSocket extends AutoCloseable {
    int localPort();

    /** The address and port that a connected socket sends from. They never change. */
    Endpoint localEndpoint();

    /** The reading end. Its native state lives in {@code ownerArena}, which must outlive it. */
    UdpReceiver receiver(Arena ownerArena);

    /** A writing end for one thread at a time. Its native state lives in {@code ownerArena}. */
    UdpSender sender(Arena ownerArena);

    /** Sets what the poller's thread runs when the armed socket becomes readable. Called once, before arming. */
    void onReadable(Runnable wakeUp);

    /** Arms one wake-up. It comes at once if a datagram waits already. */
    void armReadable();

    /**
     * Forbids, or allows again, that datagrams are cut into IP fragments, here or on the way. While it is forbidden,
     * sending a datagram that is longer than the device takes fails with EMSGSIZE.
     *
     * @return whether the kernel obeys
     */
    boolean keepWhole(boolean isKeptWhole);

    /**
     * Ends the running {@link UdpReceiver#awaitReadable(int)}, or else the next one. Any thread may call. It does
     * nothing on a closed socket.
     */
    void interrupt();

    /** Closes the socket, and ends {@link UdpReceiver#awaitReadable}. Safe to call twice and by any thread. */
    @Override
    void close();
}
