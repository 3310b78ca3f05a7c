package badger.tun;

import java.lang.foreign.Arena;

/** A TUN device (Linux Documentation/networking/tuntap.rst): the kernel routes the mesh's packets into it. */
public interface Tun extends AutoCloseable {
    String name();

    /** The largest IP packet that goes through it, in bytes. */
    int mtu();

    /** What packets may be, in both directions; decided when the device was made. */
    TunOffloads offloads();

    /** The end that {@code OutboundLoop} reads, one thread. Native state lives in {@code ownerArena}. */
    TunReader reader(Arena ownerArena);

    /** An end to write to, one for each writing thread. Native state lives in {@code ownerArena}. */
    TunWriter writer(Arena ownerArena);

    /** Removes the device and ends a blocked {@link TunReader#read}. Safe to call twice and by any thread. */
    @Override
    void close();
}
