/**
 * The TUN device: {@link badger.tun.Tun} with its readers and writers, and {@link badger.tun.LinuxTun}, the kernel's.
 * Tests have one in memory.
 *
 * <p>A reader or writer belongs to one thread, and its native memory to the arena that the thread gives. Packets lie in
 * the buffers of that thread. The package starts no thread.
 */
package badger.tun;
