package badger.udp;

/**
 * What the kernel may do for many datagrams at once. Immutable.
 *
 * @param gso cut one send into datagrams (UDP_SEGMENT, Linux 4.18)
 * @param gro join received datagrams of one size into one receive (UDP_GRO, Linux 5.0), on connected sockets
 * @param oddTail add a datagram of one byte to a send whose datagrams have equal lengths: kernels 7.0 to 7.1.4 corrupt
 *     such sends with some network cards (tailscale#19777)
 */
public record UdpOffloads(boolean gso, boolean gro, boolean oddTail) {
    public static final UdpOffloads NONE = new UdpOffloads(false, false, false);
    public static final UdpOffloads ALL = new UdpOffloads(true, true, false);
}
