package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The main job, from the paper's own command lines: nodes behind home routers find each other and carry traffic. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class MeshE2eTest {
    private static final String IEX = "203.0.113.1";
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    /** Three seconds are what Badger wants; a busy machine may take twice as long before the test complains. */
    private static final Duration FIRST_PING = Duration.ofSeconds(6);

    @Test
    void nodesBehindTwoEasyNatsPingEachOtherSoonAfterTheSecondStarts() {
        try (Lab lab = labWithIex()) {
            NodeProcess lower =
                    lab.startNode(lab.home(1, RouterClass.EASY), LOWER).awaitUp();
            NodeProcess upper = lab.startNode(lab.home(2, RouterClass.EASY), UPPER);
            Duration first = Ping.awaitFirst(lower.namespace(), UPPER, FIRST_PING);
            System.out.println("first ping " + first.toMillis() + " ms after the start of the second node");

            assertEquals(10, Ping.count(lower.namespace(), UPPER, 10, 56));
            assertEquals(10, Ping.count(upper.namespace(), LOWER, 10, 56));
            assertFalse(lower.process().log().contains("psk-key"), "the log shows the key");
            assertFalse(upper.process().log().contains("psk-key"), "the log shows the key");
        }
    }

    @Test
    void tcpAndIpFragmentsPassInBothDirections() {
        try (Lab lab = labWithIex()) {
            NodeProcess lower =
                    lab.startNode(lab.home(1, RouterClass.EASY), LOWER).awaitUp();
            NodeProcess upper = lab.startNode(lab.home(2, RouterClass.EASY), UPPER);
            Ping.awaitFirst(lower.namespace(), UPPER, FIRST_PING);

            assertEquals(5, Ping.count(lower.namespace(), UPPER, 5, 4000));
            assertEquals(5, Ping.count(upper.namespace(), LOWER, 5, 4000));
            try (BackgroundProcess server = Iperf.serve(lab, lower.namespace(), LOWER)) {
                double upload = Iperf.send(upper.namespace(), LOWER, 3);
                double download = Iperf.receive(upper.namespace(), LOWER, 3);
                assertTrue(server.isAlive());
                System.out.printf("TCP through two NATs: %.0f and %.0f Mbit/s%n", upload / 1e6, download / 1e6);
                assertTrue(upload > 50e6 && download > 50e6, upload + " and " + download + " bit/s");
            }
        }
    }

    @Test
    void sigtermEndsANodeWithinTwoSecondsAndRemovesItsDevice() {
        try (Lab lab = labWithIex()) {
            NodeProcess lower =
                    lab.startNode(lab.home(1, RouterClass.EASY), LOWER).awaitUp();
            NodeProcess upper = lab.startNode(lab.home(2, RouterClass.EASY), UPPER);
            Ping.awaitFirst(lower.namespace(), UPPER, FIRST_PING);

            assertTrue(upper.namespace().hasDevice("badger0"));
            assertEquals(0, upper.process().stop(Duration.ofSeconds(2)));
            assertTrue(upper.process().log().contains("ended; dropped: "), "the last word is missing from the log");
            assertFalse(upper.namespace().hasDevice("badger0"));
            assertEquals(0, lower.process().interrupt(Duration.ofSeconds(2)));
            assertFalse(lower.namespace().hasDevice("badger0"));
        }
    }

    @Test
    void iexEndsOnSigtermWithinTwoSeconds() {
        try (Lab lab = new Lab()) {
            IexProcess iex = lab.startIex(lab.publicHost("iex", IEX)).awaitListening();
            assertEquals(0, iex.process().stop(Duration.ofSeconds(2)));
        }
    }

    /** Easy and firewall, two of each, with the leader at either. */
    @Test
    void nodesBehindEasyNatsAndFirewallsConnectEachWithEach() {
        List<RouterClass> routers =
                List.of(RouterClass.EASY, RouterClass.FIREWALL, RouterClass.FIREWALL, RouterClass.EASY);
        try (Lab lab = withIex(Lab.ofQuickStarts())) {
            List<NodeProcess> nodes = new ArrayList<>();
            for (RouterClass router : routers) {
                int number = nodes.size() + 1;
                nodes.add(lab.startNode(lab.home(number, router), "10.0.0." + 10 * number));
            }
            nodes.forEach(NodeProcess::awaitUp);
            long deadline = System.nanoTime() + Duration.ofSeconds(12).toNanos();
            for (NodeProcess lower : nodes) {
                for (NodeProcess upper : nodes.subList(nodes.indexOf(lower) + 1, nodes.size())) {
                    Duration left = Duration.ofNanos(deadline - System.nanoTime());
                    Ping.awaitFirst(lower.namespace(), upper.vip(), left);
                }
            }
            for (NodeProcess lower : nodes) {
                for (NodeProcess upper : nodes.subList(nodes.indexOf(lower) + 1, nodes.size())) {
                    assertEquals(5, Ping.count(upper.namespace(), lower.vip(), 5, 56));
                }
            }
        }
    }

    @Test
    void nodesBehindOneNatTakeTheLanPath() {
        try (Lab lab = withIex(Lab.ofQuickStarts())) {
            NetworkNamespace first = lab.home(1, RouterClass.EASY);
            NetworkNamespace second = lab.host("second", "home1", "192.168.10.101/24");
            lab.startNode(first, LOWER).awaitUp();
            lab.startNode(second, UPPER).awaitUp();
            Ping.awaitFirst(first, UPPER, Duration.ofSeconds(10));

            // Cut off from the internet, only the LAN is left.
            lab.namespace("home1").require("ip", "link", "set", "wan", "down");
            assertEquals(10, Ping.count(first, UPPER, 10, 56));
            assertEquals(10, Ping.count(second, LOWER, 10, 56));
        }
    }

    private static Lab labWithIex() {
        return withIex(new Lab());
    }

    private static Lab withIex(Lab lab) {
        lab.startIex(lab.publicHost("iex", IEX)).awaitListening();
        return lab;
    }
}
