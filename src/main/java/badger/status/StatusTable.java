package badger.status;

import badger.counter.Ratio;
import badger.counter.Traffic;
import java.time.Duration;
import java.util.Formatter;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** A {@link NodeStatus} as a table for people. */
public final class StatusTable {
    private static final String COUNT = "  %-34s %,20d%n";

    private StatusTable() {}

    /** The lines, each with its line end. */
    public static String text(NodeStatus status) {
        try (Formatter text = new Formatter(Locale.ROOT)) {
            write(status, text);
            return text.toString();
        }
    }

    private static void write(NodeStatus status, Formatter text) {
        text.format(
                "%s: node %s, process %d, up %s, NAT %s%n",
                status.device(), status.virtualIp(), status.process(), time(status.up()), status.natClass());
        for (Traffic.Section section : Traffic.Section.values()) {
            text.format("%n%s%n", section.title());
            for (Traffic what : Traffic.values()) {
                if (what.section() == section) {
                    text.format(COUNT, what.description(), status.traffic().of(what));
                }
            }
        }
        addRatios(text, status);
        addDrops(text, status);
        addPeers(text, status);
    }

    /** The value with one digit behind the point, or a hyphen if there is none. */
    static String ratio(OptionalDouble ratio) {
        return ratio.isPresent() ? String.format(Locale.ROOT, "%,.1f", ratio.getAsDouble()) : "-";
    }

    private static void addRatios(Formatter text, NodeStatus status) {
        text.format("%n%-36s %20s   %s%n", "Ratios", "", "a full TCP stream, the way its data goes");
        for (Ratio ratio : Ratio.values()) {
            text.format(
                    "  %-34s %20s   %s %,d%n",
                    ratio.description(),
                    ratio(ratio.of(status.traffic())),
                    ratio.isMoreBetter() ? "at least" : "at most",
                    ratio.target());
        }
    }

    private static void addDrops(Formatter text, NodeStatus status) {
        text.format("%nDrops%n");
        if (status.drops().isEmpty()) {
            text.format("  none%n");
        }
        new TreeMap<>(status.drops()).forEach((reason, count) -> text.format(COUNT, reason, count));
    }

    private static void addPeers(Formatter text, NodeStatus status) {
        text.format(
                "%n%-16s %-24s %-9s %5s %15s %19s %15s %19s%n",
                "Peers", "endpoint", "NAT", "MTU", "records out", "bytes out", "records in", "bytes in");
        if (status.peers().isEmpty()) {
            text.format("  none%n");
        }
        for (NodeStatus.PeerStatus peer : status.peers()) {
            text.format(
                    "%-16s %-24s %-9s %5s %,15d %,19d %,15d %,19d%n",
                    peer.virtualIp(),
                    place(peer),
                    peer.natClass(),
                    peer.mtu() == 0 ? "-" : Integer.toString(peer.mtu()),
                    peer.recordsSealed(),
                    peer.sealedBytes(),
                    peer.recordsOpened(),
                    peer.openedBytes());
            if (!peer.isConnected() && peer.unreachable() != null) {
                text.format("%-16s %s%n", "", peer.unreachable());
            }
        }
    }

    private static String place(NodeStatus.PeerStatus peer) {
        if (peer.relay() != null) {
            return "relayed by " + peer.relay();
        }
        if (peer.isConnected()) {
            return peer.endpoint();
        }
        if (peer.isDormant()) {
            return "dormant";
        }
        return peer.unreachable() == null ? "not connected" : "unreachable";
    }

    private static String time(Duration time) {
        String text = String.format(
                Locale.ROOT, "%d:%02d:%02d", time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart());
        return time.toDays() == 0 ? text : time.toDays() + " days " + text;
    }
}
