package badger.tun;

/**
 * The work that the kernel and this program leave to each other at a {@link Tun}. Without offloads, every packet is
 * whole and finished. Immutable.
 *
 * @param checksum packets may come and go without their TCP or UDP checksum
 * @param tso4 TCP over IPv4 may come and go as super-packets, which the other side cuts into segments
 * @param tso6 as {@code tso4}, over IPv6
 * @param uso as {@code tso4}, for UDP over both (Linux 6.2)
 */
public record TunOffloads(boolean checksum, boolean tso4, boolean tso6, boolean uso) {
    public static final TunOffloads NONE = new TunOffloads(false, false, false, false);
    public static final TunOffloads ALL = new TunOffloads(true, true, true, true);

    public boolean isAny() {
        return checksum || tso4 || tso6 || uso;
    }

    /** For the log: those present of {@code checksum+tso4+tso6+uso}, or {@code none}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text, checksum, "checksum");
        append(text, tso4, "tso4");
        append(text, tso6, "tso6");
        append(text, uso, "uso");
        return text.isEmpty() ? "none" : text.toString();
    }

    private static void append(StringBuilder text, boolean isThere, String name) {
        if (isThere) {
            text.append(text.isEmpty() ? "" : "+").append(name);
        }
    }
}
