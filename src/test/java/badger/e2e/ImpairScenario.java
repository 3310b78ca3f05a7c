package badger.e2e;

import badger.testing.Impairment;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two nodes on the internet with a bad path between them: how long the handshake took, and what became of numbered
 * datagrams.
 *
 * @param handshake what the later of the two took, by its own log
 * @param sent datagrams into the tunnel
 * @param received out of it
 * @param distinct of those, the different ones
 * @param late those that came after later ones
 * @param injected records with data that the path doubled meanwhile
 * @param replayed records that the receiving node refused as seen before
 * @param flooded packets that the nodes dropped, since they came in faster than the machine let them take
 */
record ImpairScenario(
        Duration handshake,
        long sent,
        long received,
        long distinct,
        long late,
        long injected,
        long replayed,
        long flooded) {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration STEP = Duration.ofSeconds(20);
    /** As it stands in the log: 1,928. */
    private static final Pattern CONNECTED = Pattern.compile(" connected endpoint=.* after ([0-9,]+) ms");

    private static final Pattern RECEIVED = Pattern.compile("received ([0-9]+) distinct ([0-9]+) late ([0-9]+)");
    private static final Pattern DOUBLED = Pattern.compile("to right: .* data duplicated ([0-9]+)");

    /** @param rate datagrams a second */
    static ImpairScenario run(Impairment impairment, long seed, int datagrams, int rate) {
        try (Lab lab = new Lab()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NetworkNamespace left = lab.publicHost("left", "203.0.113.10");
            NetworkNamespace right = lab.publicHost("right", "203.0.113.20");
            BackgroundProcess path = lab.impair("left", "right", impairment, seed);
            NodeProcess lower = lab.startNode(left, LOWER).awaitUp();
            NodeProcess upper = lab.startNode(right, UPPER).awaitUp();
            Ping.awaitFirst(left, UPPER, CONNECT);
            if (Ping.count(left, UPPER, 10, 56) != 10) {
                throw new AssertionError("pings were lost");
            }
            // What is still under way of all that must not be counted below.
            BackgroundProcess.pause(Duration.ofSeconds(4));
            long doubledBefore = doubled(path);
            long replayedBefore = dropped(upper, "inbound_replayed");
            long floodedBefore = flooded(lower, upper);
            Matcher received = transfer(lab, left, right, datagrams, rate);
            BackgroundProcess.pause(Duration.ofSeconds(4));
            long handshake = Math.max(handshakeMillis(lower), handshakeMillis(upper));
            return new ImpairScenario(
                    Duration.ofMillis(handshake),
                    datagrams,
                    Long.parseLong(received.group(1)),
                    Long.parseLong(received.group(2)),
                    Long.parseLong(received.group(3)),
                    doubled(path) - doubledBefore,
                    dropped(upper, "inbound_replayed") - replayedBefore,
                    flooded(lower, upper) - floodedBefore);
        }
    }

    private static Matcher transfer(Lab lab, NetworkNamespace left, NetworkNamespace right, int datagrams, int rate) {
        String count = Integer.toString(datagrams);
        BackgroundProcess receiver = lab.start(right, "receiver", line("receive", UPPER, count));
        receiver.awaitLog("bound", STEP);
        Duration atMost = Duration.ofSeconds(datagrams / rate).multipliedBy(3).plusSeconds(60);
        Command.require(atMost, left.inside(line("send", UPPER, count, Integer.toString(rate))));
        receiver.awaitExit(STEP);
        Matcher received = RECEIVED.matcher(receiver.log());
        if (!received.find()) {
            throw new AssertionError(receiver.log());
        }
        return received;
    }

    private static List<String> line(String... words) {
        List<String> line = UdpProbe.line(words);
        line.set(line.indexOf(UdpProbe.class.getName()), SequenceProbe.class.getName());
        return line;
    }

    private static long handshakeMillis(NodeProcess node) {
        Matcher connected = CONNECTED.matcher(node.process().log());
        if (!connected.find()) {
            throw new AssertionError(node.process().log());
        }
        return Long.parseLong(connected.group(1).replace(",", ""));
    }

    /** The path tells each second, if anything changed. */
    private static long doubled(BackgroundProcess path) {
        return Arrays.stream(path.log().split("\n"))
                .map(DOUBLED::matcher)
                .filter(Matcher::find)
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .max()
                .orElse(0);
    }

    private static long flooded(NodeProcess from, NodeProcess to) {
        return dropped(from, "outbound_flood") + dropped(to, "inbound_flood");
    }

    private static long dropped(NodeProcess node, String reason) {
        Command.Outcome outcome = node.namespace()
                .run(STEP, BadgerCommand.line("counters", "--json").toArray(String[]::new));
        JsonObject drops = Json.parse(outcome.output()).asObject().get("drops").asObject();
        JsonValue count = drops.get(reason);
        return count == null ? 0 : count.asLong();
    }
}
