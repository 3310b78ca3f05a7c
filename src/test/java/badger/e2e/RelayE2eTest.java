package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes between whose routers nothing can be punched, and an IEX server that relays. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class RelayE2eTest {
    private static final String IEX = "203.0.113.1:9944";
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final String EASY = "10.0.0.30";
    /** Five seconds are what Badger wants; a busy machine may take twice as long before the test complains. */
    private static final Duration FIRST_PING = Duration.ofSeconds(10);

    private static final int STREAM_SECONDS = 15;

    @Test
    void hardRoutersAreRelayedAndAStreamSurvivesTheMoveToADirectPath() {
        try (Lab lab = Lab.ofQuickStarts()) {
            NetworkNamespace iexHost = lab.publicHost("iex", "203.0.113.1");
            BackgroundProcess iex =
                    lab.startIex(iexHost, "--relay").awaitListening().process();
            NodeProcess lower = startRelayed(lab, lab.home(1, RouterClass.HARD), LOWER);
            NodeProcess easy = startRelayed(lab, lab.home(3, RouterClass.EASY), EASY);
            NodeProcess upper = startRelayed(lab, lab.home(2, RouterClass.HARD), UPPER);
            List.of(lower, easy, upper).forEach(NodeProcess::awaitUp);
            Duration first = Ping.awaitFirst(lower.namespace(), UPPER, FIRST_PING);
            System.out.println("first relayed ping between hard NATs after " + first.toMillis() + " ms");
            Ping.awaitFirst(easy.namespace(), LOWER, FIRST_PING);
            assertEquals("relay:" + UPPER, peer(lower, UPPER).getString("endpoint", ""));
            assertEquals(IEX, peer(lower, UPPER).getString("relay", ""));

            try (BackgroundProcess server = Iperf.serve(lab, upper.namespace(), UPPER)) {
                BackgroundProcess stream = lab.start(
                        lower.namespace(),
                        "iperf3-client",
                        List.of("iperf3", "-c", UPPER, "-t", Integer.toString(STREAM_SECONDS), "-b", "5M", "-J"));
                BackgroundProcess.pause(Duration.ofSeconds(2));
                makeEasy(lab.namespace("home1"));
                makeEasy(lab.namespace("home2"));
                awaitMove(lower, UPPER);
                awaitMove(upper, LOWER);
                stream.await("the end of the stream", Duration.ofSeconds(STREAM_SECONDS + 15), () -> !stream.isAlive());
                assertTrue(server.isAlive());
                assertStreamWentOn(stream.log());
            }
            assertTrue(peer(lower, UPPER).get("relay").isNull());
            assertEquals(0, iex.stop(Duration.ofSeconds(2)));
            assertTrue(iex.log().contains("relayed in all: bytes="), iex.log());
            assertFalse(iex.log().contains("relayed in all: bytes=0 "), iex.log());
        }
    }

    private static void awaitMove(NodeProcess node, String peer) {
        node.process()
                .awaitLog(
                        "peer=" + peer + " moved endpoint=198\\.51\\.100\\.[12]:[0-9]+ before=relay:" + peer,
                        Duration.ofSeconds(25));
    }

    private static void assertStreamWentOn(String output) {
        JsonObject report = Json.parse(output).asObject();
        assertNull(report.get("error"), output);
        assertTrue(report.get("end").asObject().get("sum_received").asObject().getLong("bytes", 0) > 1_000_000, output);
        JsonArray intervals = report.get("intervals").asArray();
        JsonObject last =
                intervals.get(intervals.size() - 2).asObject().get("sum").asObject();
        assertTrue(last.getLong("bytes", 0) > 0, "the stream stood still at its end: " + last);
    }

    private static NodeProcess startRelayed(Lab lab, NetworkNamespace host, String vip) {
        return lab.startNodeAt(IEX, host, vip, "--relay", "auto");
    }

    /** From now on the NAT keeps one public port for every destination; what it did before is forgotten. */
    private static void makeEasy(NetworkNamespace router) {
        router.require("nft", "flush", "chain", "ip", "nat", "postrouting");
        router.require("nft", "add", "rule", "ip", "nat", "postrouting", "oifname", "wan", "masquerade");
        router.require("conntrack", "-F");
    }

    private static JsonObject peer(NodeProcess node, String vip) {
        String json = node.namespace()
                .require(BadgerCommand.line("counters", "--json").toArray(String[]::new));
        for (var each : Json.parse(json).asObject().get("peers").asArray()) {
            if (each.asObject().getString("virtual_ip", "").equals(vip)) {
                return each.asObject();
            }
        }
        throw new AssertionError("no peer " + vip + " in " + json);
    }
}
