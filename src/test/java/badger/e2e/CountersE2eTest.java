package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code badger counters} asks real nodes, two of which share the name of their device. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class CountersE2eTest {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofSeconds(20);

    /**
     * What comes with a new device and with nodes that find each other: IPv6 and multicast of the kernel's own, pings
     * before there is a session, punches, cookies, and a handshake of both at once.
     */
    private static final Set<String> EXPECTED_DROPS = Set.of(
            "outbound_not_ipv4",
            "outbound_multicast",
            "outbound_no_peer",
            "outbound_pending_full",
            "inbound_punch",
            "inbound_cookie_sent",
            "inbound_no_session",
            "inbound_control_refused",
            "inbound_unknown_source");

    @TempDir
    Path directory;

    @Test
    void packetsTravelTogetherAndNoneIsDroppedForAnUnexpectedReason() {
        try (Lab lab = new Lab()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NodeProcess lower =
                    lab.startNode(lab.home(1, RouterClass.EASY), LOWER).awaitUp();
            NodeProcess upper =
                    lab.startNode(lab.home(2, RouterClass.EASY), UPPER).awaitUp();
            Ping.awaitFirst(lower.namespace(), UPPER, CONNECT);
            BackgroundProcess watch =
                    lab.start(lower.namespace(), "watch", BadgerCommand.line("counters", "--watch", "500ms"));
            try (BackgroundProcess server = Iperf.serve(lab, lower.namespace(), LOWER)) {
                JsonObject[] before = {counters(lower), counters(upper)};
                double upload = Iperf.send(upper.namespace(), LOWER, 3);
                JsonObject[] between = {counters(lower), counters(upper)};
                assertTravelTogether(before[1], between[1], before[0], between[0]);
                double download = Iperf.receive(upper.namespace(), LOWER, 3);
                assertTravelTogether(between[0], counters(lower), between[1], counters(upper));
                assertTrue(server.isAlive() && upload > 0 && download > 0);
            }
            assertEquals(0, watch.interrupt(Duration.ofSeconds(5)), watch.log());
            assertTrue(watch.log().lines().count() > 6, watch.log());

            JsonObject ofLower = counters(lower);
            JsonObject ofUpper = counters(upper);
            assertHealthy(ofLower, LOWER, UPPER);
            assertHealthy(ofUpper, UPPER, LOWER);
            long sealed = peer(ofLower).getLong("records_sealed", 0);
            long opened = peer(ofUpper).getLong("records_opened", 0);
            // The second question came later, and the nodes may have said something in between.
            assertTrue(opened > sealed / 2 && opened <= sealed + 10, sealed + " sealed, " + opened + " opened");

            String table =
                    lower.namespace().require(BadgerCommand.line("counters").toArray(String[]::new));
            assertTrue(table.contains("node 10.0.0.10/16") && table.contains("segments per send"), table);
            System.out.println(table);
            assertEquals(0, lower.process().stop(Duration.ofSeconds(2)));
            Command.Outcome ended = run(lower.namespace(), "counters", "--dev", "badger0");
            // On a machine where other nodes run, one of another namespace might be meant, or several.
            assertTrue(!ended.succeeded() || !ended.output().contains("10.0.0.10/16"), ended::output);
        }
    }

    @Test
    void socketOfALivingNodeStaysItsOwnAndTheSecondNodeRunsWithoutOne() throws IOException {
        Path socket = directory.resolve("control.sock");
        try (Lab lab = new Lab()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NetworkNamespace home = lab.home(1, RouterClass.EASY);
            NodeProcess lower = start(lab, home, LOWER, socket);
            lower.process().awaitLog("is up", STEP);
            NodeProcess upper = start(lab, lab.home(2, RouterClass.EASY), UPPER, socket);
            upper.process().awaitLog("WARNING.*no control socket.*control.sock is taken", STEP);
            Ping.awaitFirst(upper.namespace(), LOWER, CONNECT);
            Command.Outcome answer = run(upper.namespace(), "counters", "--control", socket.toString());
            assertTrue(answer.output().contains("node 10.0.0.10/16"), answer::output);

            lower.process().kill();
            Command.Outcome dead = run(upper.namespace(), "counters", "--control", socket.toString());
            assertEquals(6, dead.status(), dead::output);
            assertEquals(1, dead.output().lines().count(), dead::output);
            assertTrue(Files.exists(socket), "a killed node cannot clean up");
            NodeProcess again = start(lab, home, LOWER, socket);
            again.process().awaitLog("is up", STEP);
            assertEquals(
                    0,
                    run(upper.namespace(), "counters", "--control", socket.toString())
                            .status());
            assertEquals(0, again.process().stop(Duration.ofSeconds(2)));
            assertFalse(Files.exists(socket));
        }
    }

    private static NodeProcess start(Lab lab, NetworkNamespace host, String vip, Path socket) {
        return lab.startNodeAt("203.0.113.1:9944", host, vip, "--control", socket.toString());
    }

    private static JsonObject counters(NodeProcess node) {
        Command.Outcome outcome = run(node.namespace(), "counters", "--json");
        assertEquals(0, outcome.status(), outcome::output);
        return Json.parse(outcome.output()).asObject();
    }

    private static void assertHealthy(JsonObject counters, String own, String other) {
        String text = counters.toString();
        assertEquals(1, counters.getInt("schema", 0), text);
        assertEquals(own + "/16", counters.getString("virtual_ip", ""), text);
        assertEquals(other, peer(counters).getString("virtual_ip", ""), text);
        assertTrue(peer(counters).getBoolean("connected", false), text);
        JsonObject traffic = counters.get("traffic").asObject();
        assertEquals(0, traffic.getLong("segmentation_fallbacks", -1), text);
        assertTrue(traffic.getLong("tun_read_super_packets", 0) > 100, text);
        assertTrue(traffic.getLong("tun_written_super_packets", 0) > 100, text);
        assertTrue(EXPECTED_DROPS.containsAll(counters.get("drops").asObject().names()), text);
    }

    /** Of one direction, because the other one carries acknowledgements, one by one. */
    private static void assertTravelTogether(
            JsonObject senderBefore, JsonObject senderAfter, JsonObject receiverBefore, JsonObject receiverAfter) {
        double perSend = ratio(senderBefore, senderAfter, "datagrams_sent", "sends");
        double perWrite = ratio(receiverBefore, receiverAfter, "tun_written_segments", "tun_writes");
        System.out.printf("segments per send %.1f, per TUN write %.1f%n", perSend, perWrite);
        assertTrue(perSend > 10, senderAfter::toString);
        assertTrue(perWrite > 10, receiverAfter::toString);
    }

    private static double ratio(JsonObject before, JsonObject after, String count, String divisor) {
        return (double) difference(before, after, count) / difference(before, after, divisor);
    }

    private static long difference(JsonObject before, JsonObject after, String key) {
        return after.get("traffic").asObject().getLong(key, 0)
                - before.get("traffic").asObject().getLong(key, 0);
    }

    private static JsonObject peer(JsonObject counters) {
        assertEquals(1, counters.get("peers").asArray().size());
        return counters.get("peers").asArray().get(0).asObject();
    }

    private static Command.Outcome run(NetworkNamespace host, String... arguments) {
        return host.run(STEP, BadgerCommand.line(arguments).toArray(String[]::new));
    }
}
