/**
 * UDP as Badger sees it: {@link badger.udp.UdpNetwork} opens sockets, a {@link badger.udp.UdpReceiver} reads one and
 * {@link badger.udp.UdpSender}s write it. The implementation is the kernel's; tests have one in memory.
 * {@link badger.udp.Endpoint} names an address and port, and {@link badger.udp.RelaySocket} adds endpoints that are
 * reached by way of IEX.
 *
 * <p>A receiver or sender belongs to one thread at a time, and its native memory to the arena that the thread gives.
 * The package has two threads of its own: {@code badger-poller}, which wakes the threads of armed sockets, and
 * {@code badger-network-changes}.
 */
package badger.udp;
