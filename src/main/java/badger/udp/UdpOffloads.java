package badger.udp;

/**
 * What the kernel may do for many datagrams at once.
 *
 * @param gso cut one send into datagrams (UDP_SEGMENT, Linux 4.18)
 * @param gro join received datagrams of one size into one receive (UDP_GRO, Linux 5.0), on connected sockets
 */
public record UdpOffloads(boolean gso, boolean gro) {
    public static final UdpOffloads NONE = new UdpOffloads(false, false);
    public static final UdpOffloads ALL = new UdpOffloads(true, true);
}
