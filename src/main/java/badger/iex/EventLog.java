package badger.iex;

import badger.message.MapEntry;
import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Writes one line for each event, but a bounded number of lines, because strangers can cause events. Addresses are
 * printed from their numbers, so that no text of a sender reaches the log. Any thread may call.
 */
final class EventLog {
    private static final Logger LOGGER = System.getLogger("badger.iex");
    private static final int LINES_PER_SECOND = 20;
    private static final int BURST = 200;

    private final RateLimit lines = new RateLimit(LINES_PER_SECOND, BURST);
    private long suppressed;

    void event(String what, MapEntry entry, int nodes, long nowNanos) {
        write(
                Level.INFO,
                what + " vip=" + Ipv4Prefix.format(entry.virtualIp())
                        + (entry.virtualIpv6().isEmpty() ? "" : "," + entry.virtualIpv6()) + " endpoint="
                        + entry.publicEndpoint()
                        + " private=" + (entry.privateEndpoint() == null ? "-" : entry.privateEndpoint()) + " nodes="
                        + nodes,
                nowNanos);
    }

    void conflict(Outcome.Conflict conflict, Endpoint claimant, long nowNanos) {
        write(
                Level.WARNING,
                "conflict vip=" + conflict.address() + " holder=" + conflict.holder() + " refused=" + claimant,
                nowNanos);
    }

    void full(Outcome.Rejected why, Endpoint refused, long nowNanos) {
        String reason = why == Outcome.Rejected.TOO_MANY_NODES
                ? "the table is full (--max-nodes)"
                : "too many nodes at one address (--max-nodes-per-address)";
        write(Level.WARNING, "refused endpoint=" + refused + ": " + reason, nowNanos);
    }

    /** Reports what was relayed since the last such line, and in all. */
    void relayed(long lately, long datagrams, long bytes, long nowNanos) {
        write(Level.INFO, "relayed bytes=" + lately + " total=" + bytes + " datagrams=" + datagrams, nowNanos);
    }

    void warning(String text, long nowNanos) {
        write(Level.WARNING, text, nowNanos);
    }

    private synchronized void write(Level level, String line, long nowNanos) {
        if (!lines.tryTake(nowNanos)) {
            suppressed++;
            return;
        }
        if (suppressed > 0) {
            LOGGER.log(Level.WARNING, suppressed + " lines left out");
            suppressed = 0;
        }
        LOGGER.log(level, line);
    }
}
