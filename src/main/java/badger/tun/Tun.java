package badger.tun;

import java.lang.foreign.Arena;

/**
 * A TUN device (Linux Documentation/networking/tuntap.rst), into which the kernel routes the mesh's packets. Any thread
 * may call.
 */
public interface Tun extends AutoCloseable {
    String name();

    /** The largest IP packet that goes through it, in bytes. */
    int mtu();

    /** The offloads of both directions, which are decided when the device is made. */
    TunOffloads offloads();

    /** The reading end of the first queue. */
    default TunReader reader(Arena ownerArena) {
        return reader(ownerArena, 0);
    }

    /** A writing end of the first queue. */
    default TunWriter writer(Arena ownerArena) {
        return writer(ownerArena, 0);
    }

    /** The number of queues, at least one. The kernel reads a flow into the queue that the flow was last written to. */
    int queues();

    /**
     * The reading end of a queue, for the one thread of its {@code OutboundLoop}. Its state is in {@code ownerArena}.
     */
    TunReader reader(Arena ownerArena, int queue);

    /** A writing end of a queue, one for each writing thread. Its native state lives in {@code ownerArena}. */
    TunWriter writer(Arena ownerArena, int queue);

    /** Removes the device and ends a blocked {@link TunReader#await}. Safe to call twice and by any thread. */
    @Override
    void close();
}
