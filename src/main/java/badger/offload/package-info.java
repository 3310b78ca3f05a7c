/**
 * Super-packets: {@link badger.offload.Segmenter} cuts what the kernel hands over in one piece into packets,
 * {@link badger.offload.Coalescer} joins packets that came one after the other into what the kernel takes in one piece,
 * and {@link badger.offload.Fragmenter} cuts packets for a path that is too narrow.
 *
 * <p>Each object belongs to one thread, a loop that reads the TUN or the thread of a peer, and has its own memory in an
 * arena of that thread. Packets stay in the buffer of the caller, where headers are written in place. No class here
 * allocates after its constructor.
 */
package badger.offload;
