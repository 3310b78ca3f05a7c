package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** IPv6 inside the mesh, over an internet that has only IPv4, by real processes. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class Ipv6E2eTest {
    private static final String IEX = "203.0.113.1";
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final String LOWER6 = "fd12:3456:789a::10";
    private static final String UPPER6 = "fd12:3456:789a::20";
    private static final Duration FIRST_PING = Duration.ofSeconds(6);
    private static final long UDP_RATE = 50_000_000;

    @Test
    void pingsOfEverySizeTcpAndUdpPassBothWaysThroughTwoNats() {
        try (Lab lab = new Lab()) {
            lab.startIex(lab.publicHost("iex", IEX)).awaitListening();
            NodeProcess lower = start(lab, 1, LOWER, LOWER6).awaitUp();
            NodeProcess upper = start(lab, 2, UPPER, UPPER6);
            Ping.awaitFirst(lower.namespace(), UPPER6, FIRST_PING);

            // The last one that fits the MTU of 1400, the first that does not, and many fragments.
            for (int payload : new int[] {0, 56, 1_352, 1_353, 4_000, 20_000}) {
                assertEquals(5, Ping.count(lower.namespace(), UPPER6, 5, payload), payload + " bytes up");
                assertEquals(5, Ping.count(upper.namespace(), LOWER6, 5, payload), payload + " bytes down");
            }
            assertEquals(5, Ping.count(lower.namespace(), UPPER, 5, 56), "IPv4 beside it");
            try (BackgroundProcess server = Iperf.serve(lab, lower.namespace(), LOWER6)) {
                double upload = Iperf.send(upper.namespace(), LOWER6, 3);
                double download = Iperf.receive(upper.namespace(), LOWER6, 3);
                double lostUp = Iperf.lossOfUdp(upper.namespace(), LOWER6, 4, UDP_RATE);
                double lostDown = Iperf.lossOfUdpReceived(upper.namespace(), LOWER6, 4, UDP_RATE);
                assertTrue(server.isAlive());
                System.out.printf(
                        "IPv6 through two NATs: TCP %.0f and %.0f Mbit/s, UDP lost %.2f and %.2f %%%n",
                        upload / 1e6, download / 1e6, lostUp, lostDown);
                assertTrue(upload > 50e6 && download > 50e6, upload + " and " + download + " bit/s");
                assertTrue(lostUp < 20 && lostDown < 20, lostUp + " and " + lostDown + " %");
            }
        }
    }

    private static NodeProcess start(Lab lab, int home, String vip, String vip6) {
        return lab.startNodeAt(IEX + ":9944", lab.home(home, RouterClass.EASY), vip, "--vip", vip6 + "/64");
    }
}
