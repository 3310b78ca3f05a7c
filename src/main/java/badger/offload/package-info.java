/**
 * Super-packets: what the kernel hands over in one piece is cut into packets, and packets that came one after the other
 * are joined into what the kernel takes in one piece. No class here allocates after its constructor.
 */
package badger.offload;
