/**
 * Bounded queues of packets between threads, off the heap: {@link badger.memory.PacketRing} for one producer and one
 * consumer, without locks, and {@link badger.memory.PendingPackets} for any thread, with one. No thread runs here. The
 * memory belongs to the arena that the caller gives to a constructor, and no call allocates after that.
 */
package badger.memory;
