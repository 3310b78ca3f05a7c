package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams go on where the internet silently swallows what is too large for it, and a wide link is used to the full. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class PathMtuE2eTest {
    private static final String LEFT_VIP = "10.0.0.10";
    private static final String RIGHT_VIP = "10.0.0.20";
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final int OVERHEAD = 28 + 42;
    private static final double LONGEST_GAP_SECONDS = 3;

    @Test
    void aStreamSurvivesBlackHolesThatAppearAndThoseThatAreThere() {
        try (Lab lab = new Lab()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NetworkNamespace left = publicHost(lab, "left", "198.51.100.1");
            NetworkNamespace right = publicHost(lab, "right", "198.51.100.2");
            lab.startNode(left, LEFT_VIP).awaitUp();
            NodeProcess rightNode = lab.startNode(right, RIGHT_VIP).awaitUp();
            Ping.awaitFirst(left, RIGHT_VIP, SOON);
            Iperf.serve(lab, right, RIGHT_VIP);

            BackgroundProcess stream = stream(lab, left, 11);
            BackgroundProcess.pause(Duration.ofSeconds(3));
            swallowBeyond(lab, 1_300);
            BackgroundProcess.pause(Duration.ofSeconds(4));
            swallowBeyond(lab, 1_280);
            assertGoesOn(stream, "black holes of 1,300 and then 1,280 bytes in mid-stream");
            assertMtu(right, LEFT_VIP, 1_280 - OVERHEAD);
            // The other end has only sent acknowledgements; its kernel learns when it sends more.
            assertGoesOn(stream(lab, left, 3, "--bidir"), "the same black hole, each way");
            assertMtu(left, RIGHT_VIP, 1_280 - OVERHEAD);
            assertTrue(
                    right.require("ip", "route", "get", LEFT_VIP).contains(" mtu 12"),
                    right.require("ip", "route", "get", LEFT_VIP));

            rightNode.process().stop(SOON);
            swallowBeyond(lab, 1_300);
            lab.startNode(right, RIGHT_VIP).awaitUp();
            Ping.awaitFirst(left, RIGHT_VIP, SOON);
            Iperf.serve(lab, right, RIGHT_VIP);
            assertGoesOn(stream(lab, left, 3), "a black hole from the start");
            assertMtu(right, LEFT_VIP, 1_300 - OVERHEAD);
        }
    }

    @Test
    void aLinkOf9000BytesIsFoundAndUsed() {
        try (Lab lab = new Lab()) {
            List<NetworkNamespace> ends = lab.pair("left", "203.0.113.10", "right", "203.0.113.20");
            ends.forEach(end -> end.require("ip", "link", "set", "eth0", "mtu", "9000"));
            NetworkNamespace left = ends.get(0);
            lab.startIex(left).awaitListening();
            lab.startNodeAt("203.0.113.10:9944", left, LEFT_VIP).awaitUp();
            lab.startNodeAt("203.0.113.10:9944", ends.get(1), RIGHT_VIP).awaitUp();
            Ping.awaitFirst(left, RIGHT_VIP, SOON);
            assertMtu(left, RIGHT_VIP, 8_900);
            assertEquals(3, Ping.countWhole(left, RIGHT_VIP, 3, 8_800));
            Iperf.serve(lab, ends.get(1), RIGHT_VIP);
            assertTrue(Iperf.send(left, RIGHT_VIP, 2) > 50e6);
        }
    }

    /** Cuts its datagrams itself, so that the lab's router sees them as they would be on a wire. */
    private static NetworkNamespace publicHost(Lab lab, String name, String address) {
        NetworkNamespace host = lab.publicHost(name, address);
        host.require("ethtool", "-K", "wan", "tx-udp-segmentation", "off");
        return host;
    }

    private static void swallowBeyond(Lab lab, int bytes) {
        lab.internet()
                .require(
                        "nft",
                        "table inet hole; delete table inet hole; table inet hole { chain forward { "
                                + "type filter hook forward priority filter; meta length > " + bytes + " drop; }; }");
    }

    /** One stream from the right end to the left, which counts what comes in each tenth of a second. */
    private static BackgroundProcess stream(Lab lab, NetworkNamespace left, int seconds, String... options) {
        List<String> command =
                new ArrayList<>(List.of("iperf3", "-c", RIGHT_VIP, "-t", "" + seconds, "-i", "0.1", "-b", "60M", "-J"));
        command.addAll(options.length == 0 ? List.of("-R") : List.of(options));
        return lab.start(left, "stream", command);
    }

    private static void assertGoesOn(BackgroundProcess stream, String where) {
        stream.awaitExit(Duration.ofSeconds(40));
        JsonObject report = Json.parse(stream.log()).asObject();
        double gap = 0;
        double longest = 0;
        for (JsonValue interval : report.get("intervals").asArray()) {
            JsonObject sum = interval.asObject().get("sum").asObject();
            gap = sum.getDouble("bytes", 0) > 0 ? 0 : gap + sum.getDouble("seconds", 0);
            longest = Math.max(longest, gap);
        }
        System.out.printf("%s: longest gap %.1f s%n", where, longest);
        assertTrue(longest <= LONGEST_GAP_SECONDS, where + ": nothing came for " + longest + " s");
        assertTrue(gap < 1, where + ": the stream ended in a gap of " + gap + " s");
    }

    private static void assertMtu(NetworkNamespace host, String peer, int best) {
        int mtu = mtu(host, peer);
        for (int i = 0; i < 30 && !(mtu <= best && mtu > best - 16); i++) {
            BackgroundProcess.pause(Duration.ofMillis(200));
            mtu = mtu(host, peer);
        }
        int last = mtu;
        assertTrue(last <= best && last > best - 16, () -> host.name() + ": " + last + " of " + best);
    }

    private static int mtu(NetworkNamespace host, String peer) {
        Command.Outcome counters = Command.run(SOON, host.inside(BadgerCommand.line("counters", "--json")));
        assertEquals(0, counters.status(), counters.output());
        for (JsonValue each :
                Json.parse(counters.output()).asObject().get("peers").asArray()) {
            if (each.asObject().getString("virtual_ip", "").equals(peer)) {
                return each.asObject().getInt("mtu", 0);
            }
        }
        throw new AssertionError(peer + " is unknown: " + counters.output());
    }
}
