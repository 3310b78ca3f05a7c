package badger.udp;

/**
 * The endpoint of a peer that is reached by way of IEX: an address of the discard-only prefix 100::/64 (RFC 6666),
 * which no host has, with the peer's virtual address in its last bytes. It never reaches the kernel, because
 * {@link RelaySocket} handles it.
 */
public final class RelayEndpoint {
    private static final long DISCARD_ONLY_PREFIX = 0x0100_0000_0000_0000L;
    private static final int PORT = 1;

    private RelayEndpoint() {}

    public static Endpoint of(int virtualAddress) {
        return new Endpoint(DISCARD_ONLY_PREFIX, Integer.toUnsignedLong(virtualAddress), PORT);
    }

    public static boolean isOne(Endpoint endpoint) {
        return isOne(endpoint.high());
    }

    /**
     * As {@link #isOne(Endpoint)}, for an address alone.
     *
     * @param high the first half of the address
     */
    public static boolean isOne(long high) {
        return high == DISCARD_ONLY_PREFIX;
    }

    /** The virtual address of the peer, if {@link #isOne(Endpoint)}. */
    public static int virtualAddress(Endpoint endpoint) {
        return (int) endpoint.low();
    }
}
