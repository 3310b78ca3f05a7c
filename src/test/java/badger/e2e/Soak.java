package badger.e2e;

import badger.testing.Impairment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The main class of {@code ./run.sh soak}: what the end-to-end tests do in seconds, for long. */
@CommandLine.Command(
        name = "./run.sh soak",
        sortOptions = false,
        description = "Long runs in network namespaces, of what is chosen; each prints what came of it."
                + " Ends with 0 if nothing was lost, but for 2 % that the nodes count as a flood, nothing was doubled,"
                + " and TCP never stood still for more than 200 ms, else with 1.")
public final class Soak implements Callable<Integer> {
    @Option(
            names = "--rekey",
            paramLabel = "SESSIONS",
            description =
                    "new keys every second under TCP and a hundred pings a second, until there were so many sessions")
    private int sessions;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3600",
            description = "after which --rekey ends in any case (default: 3600)")
    private int seconds;

    @Option(
            names = "--impair",
            paramLabel = "PACKETS",
            description = "so many packets over a path that delays, reorders and doubles, with round trips of 600 and"
                    + " 1,500 ms, up to 10,000,000")
    private int packets;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "5000",
            description = "of these, so many a second (default: 5000)")
    private int rate;

    @Option(
            names = "--iex-away",
            paramLabel = "MINUTES",
            description = "tunnels without any IEX server for so long, and a node that is restarted meanwhile")
    private int minutes;

    @Option(names = "--help", usageHelp = true, description = "this text")
    boolean isHelp;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Soak()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        boolean isGood = true;
        if (sessions > 0) {
            RekeySoak result = RekeySoak.run(sessions, seconds);
            System.out.println(result);
            isGood &= result.lost() == 0
                    && result.doubled() == 0
                    && result.longestStall().toMillis() <= 200;
        }
        if (packets > 0) {
            for (int roundTripMillis : new int[] {600, 1_500}) {
                Impairment path = Impairment.NONE
                        .withRoundTrip(Duration.ofMillis(roundTripMillis), 0.3)
                        .withReordering(0.2, 500)
                        .withDuplication(0.05);
                ImpairScenario result = ImpairScenario.run(path, roundTripMillis, packets, rate);
                System.out.println("round trip " + roundTripMillis + " ms: " + result);
                isGood &= result.received() == result.distinct()
                        && result.injected() == result.replayed()
                        && result.distinct() + result.flooded() == result.sent()
                        && result.flooded() <= result.sent() / 50;
            }
        }
        if (minutes > 0) {
            Path folder = Files.createTempDirectory("badger-soak");
            IexAway.Result result = IexAway.run(folder, Duration.ofMinutes(minutes));
            System.out.println(result);
            isGood &= result.lost() == 0;
            Files.deleteIfExists(folder.resolve("third.map"));
            Files.deleteIfExists(folder);
        }
        return isGood ? 0 : 1;
    }
}
