package badger.tun;

import java.lang.foreign.Arena;

/** A TUN device (Linux Documentation/networking/tuntap.rst): the kernel routes the mesh's packets into it. */
public interface Tun extends AutoCloseable {
    String name();

    /** The largest IP packet that goes through it, in bytes. */
    int mtu();

    /** What packets may be, in both directions; decided when the device was made. */
    TunOffloads offloads();

    /** The reading end of the first queue. */
    default TunReader reader(Arena ownerArena) {
        return reader(ownerArena, 0);
    }

    /** An end to write to the first queue. */
    default TunWriter writer(Arena ownerArena) {
        return writer(ownerArena, 0);
    }

    /** How many queues it has, at least one. The kernel keeps each flow to the queue that its packets were written to. */
    int queues();

    /** The end of a queue that {@code OutboundLoop} reads, one thread. Native state lives in {@code ownerArena}. */
    TunReader reader(Arena ownerArena, int queue);

    /** An end to write to a queue, one for each writing thread. Native state lives in {@code ownerArena}. */
    TunWriter writer(Arena ownerArena, int queue);

    /** Removes the device and ends a blocked {@link TunReader#read}. Safe to call twice and by any thread. */
    @Override
    void close();
}
