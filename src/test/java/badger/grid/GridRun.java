package badger.grid;

import badger.e2e.BadgerCommand;
import badger.e2e.Command;
import badger.e2e.IexProcess;
import badger.e2e.Lab;
import badger.e2e.NetworkNamespace;
import badger.e2e.NodeProcess;
import badger.e2e.Ping;
import badger.e2e.UdpProbe;
import badger.grid.GridCell.Setting;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One run of a cell in its lab: a new IEX server and two new nodes, which end with it. Used by one thread. */
final class GridRun {
    private static final String IEX = "203.0.113.1";
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final List<String> PORTS = List.of("3000", "3001");
    private static final String[] NOTHING = {};
    private static final String RELAYED = "relay";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration QUESTION = Duration.ofSeconds(10);
    private static final Pattern LAN = Pattern.compile("192\\.168\\..*");
    private static final Pattern BETWEEN = Pattern.compile("(172\\.16|100\\.64)\\..*");

    private final Lab lab;
    private final GridCell cell;
    private final List<NetworkNamespace> hosts;
    private final NetworkNamespace server;

    GridRun(Lab lab, GridCell cell) {
        this.lab = lab;
        this.cell = cell;
        server = lab.publicHost("iex", IEX);
        hosts = cell.hosts().apply(lab);
    }

    /** Both nodes start at once, as the larger address leads the one at left or the one at right. */
    GridAttempt run(boolean isLeftLeading, Duration patience) {
        boolean isEarly = cell.setting() == Setting.EARLY;
        boolean isRelay = cell.setting() == Setting.RELAY;
        IexProcess iex = lab.startIex(server, isRelay ? new String[] {"--relay"} : NOTHING)
                .awaitListening();
        if (isEarly) {
            sendEarlyPacket();
        }
        String leftVip = isLeftLeading ? UPPER : LOWER;
        String rightVip = isLeftLeading ? LOWER : UPPER;
        long start = System.nanoTime();
        NodeProcess left = startNode(hosts.get(0), leftVip);
        NodeProcess right = startNode(hosts.get(1), rightVip);
        try {
            left.process().awaitLog("is up:", START);
            right.process().awaitLog("is up:", START);
            if (isEarly) {
                hosts.forEach(host -> ports(host, "32768 60999"));
            }
            Duration untilUp = Duration.ofNanos(System.nanoTime() - start);
            Optional<Duration> first = Ping.tryFirst(left.namespace(), rightVip, patience);
            if (first.isPresent()) {
                String path = path(explain(left, rightVip)) + " / " + path(explain(right, leftVip));
                GridCell.Outcome outcome = path.contains(RELAYED) ? GridCell.Outcome.RELAYED : GridCell.Outcome.DIRECT;
                return new GridAttempt(outcome, untilUp.plus(first.get()), first.get(), path);
            }
            GridAttempt attempt = unconnected(left, right);
            if (attempt.outcome() != cell.expected()) {
                tell(left, rightVip);
                tell(right, leftVip);
            }
            return attempt;
        } finally {
            left.process().kill();
            right.process().kill();
            iex.process().kill();
        }
    }

    private NodeProcess startNode(NetworkNamespace host, String vip) {
        String[] options = cell.setting() == Setting.RELAY ? new String[] {"--relay", "auto"} : NOTHING;
        return lab.startNodeAt(IEX + ":9944", host, vip, options);
    }

    /**
     * Sends from the leader's ports before the leader is there. Its router then knows the flow, and the other router
     * knows it as taken.
     */
    private void sendEarlyPacket() {
        for (String router : List.of("home1", "home2")) {
            lab.namespace(router).run(QUESTION, "conntrack", "-F");
        }
        // So that each node's port is known before it starts, and yet its own choice, which it may change.
        hosts.forEach(host -> ports(host, "3000 3001"));
        for (String from : PORTS) {
            for (String to : PORTS) {
                String answer = Command.require(
                        QUESTION, hosts.get(0).inside(UdpProbe.line("ask", from, "198.51.100.2:" + to)));
                if (!answer.contains("answer none")) {
                    throw new AssertionError("somebody answered the early packet: " + answer);
                }
            }
        }
    }

    private static void ports(NetworkNamespace host, String range) {
        host.require("sysctl", "-qw", "net.ipv4.ip_local_port_range=" + range);
    }

    /** Whoever wants to know why it did not come out as expected needs more than the table. */
    private static void tell(NodeProcess node, String peer) {
        System.err.println(node.process().log());
        System.err.println(explain(node, peer));
    }

    /** It counts as unreachable only if each node said so, once, with a reason, in its log and among its events. */
    private static GridAttempt unconnected(NodeProcess left, NodeProcess right) {
        String reason = "";
        boolean isSaid = true;
        for (List<NodeProcess> ends : List.of(List.of(left, right), List.of(right, left))) {
            NodeProcess node = ends.get(0);
            List<String> lines = node.process()
                    .log()
                    .lines()
                    .filter(line -> line.contains("unreachable"))
                    .toList();
            List<String> events = new ArrayList<>();
            JsonValue list = explain(node, ends.get(1).vip()).get("events");
            if (list != null) {
                list.asArray().forEach(event -> events.add(event.asObject().getString("event", "")));
            }
            isSaid &= lines.size() == 1 && events.contains("unreachable");
            if (node.vip().equals(left.vip()) && !lines.isEmpty()) {
                reason = lines.getFirst()
                        .replaceFirst(".*?unreachable[: ]*", "")
                        .replaceFirst(": no direct path.*", "")
                        .strip();
            }
        }
        return new GridAttempt(
                isSaid ? GridCell.Outcome.UNREACHABLE : null,
                Duration.ZERO,
                Duration.ZERO,
                reason.isEmpty() ? "no session, no reason" : reason);
    }

    /** What kind of address the peer is reached at. */
    private static String path(JsonObject explanation) {
        JsonValue endpoint = explanation.get("endpoint");
        if (endpoint == null || endpoint.isNull()) {
            return "none";
        }
        String text = endpoint.asString();
        if (text.startsWith("relay:")) {
            return RELAYED;
        }
        if (LAN.matcher(text).matches()) {
            return "LAN";
        }
        return BETWEEN.matcher(text).matches() ? "carrier" : "public";
    }

    /** What {@code badger explain} says; an empty object when it says nothing. */
    private static JsonObject explain(NodeProcess node, String peer) {
        Command.Outcome outcome = node.namespace()
                .run(QUESTION, BadgerCommand.line("explain", peer, "--json").toArray(String[]::new));
        return outcome.output().startsWith("{") ? Json.parse(outcome.output()).asObject() : Json.object();
    }
}
