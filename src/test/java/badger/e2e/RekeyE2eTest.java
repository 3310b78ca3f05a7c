package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** New keys every second, under load, through two NATs: nobody in the tunnel notices. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class RekeyE2eTest {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final int SECONDS = 20;
    private static final int PINGS = 100 * SECONDS;

    @Test
    void noPingIsLostOrDoubledAndTcpGoesOn() {
        try (Lab lab = new Lab()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NodeProcess lower =
                    lab.startNodeAt("203.0.113.1:9944", lab.home(1, RouterClass.EASY), LOWER, "--rekey", "1s");
            NodeProcess upper =
                    lab.startNodeAt("203.0.113.1:9944", lab.home(2, RouterClass.EASY), UPPER, "--rekey", "1s");
            lower.awaitUp();
            upper.awaitUp();
            Ping.awaitFirst(lower.namespace(), UPPER, Duration.ofSeconds(15));
            Iperf.serve(lab, upper.namespace(), UPPER);

            List<String> pings = List.of("ping", "-n", "-i", "0.01", "-c", Integer.toString(PINGS), "-W", "4", UPPER);
            BackgroundProcess ping = lab.start(lower.namespace(), "ping", pings);
            double bits = Iperf.send(lower.namespace(), UPPER, SECONDS);
            ping.awaitExit(Duration.ofSeconds(SECONDS + 20));
            String log = upper.process().log();
            long sessions = log.lines()
                    .filter(line -> line.contains(" connected endpoint="))
                    .count();
            System.out.printf("%d sessions in %d s under %.0f Mbit/s%n", sessions, SECONDS, bits / 1e6);
            assertTrue(sessions > SECONDS / 2, log);
            Ping.Statistics statistics = Ping.statistics(ping.log());
            assertEquals(PINGS, statistics.sent(), ping.log());
            assertEquals(0, statistics.lost(), () -> tail(ping.log()));
            assertTrue(!ping.log().contains("DUP!"), () -> tail(ping.log()));
        }
    }

    private static String tail(String log) {
        return log.substring(Math.max(0, log.length() - 500));
    }
}
