package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** As many datagrams as a host can send into the mesh do not keep somebody else in the same tunnel from typing. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class FloodE2eTest {
    private static final String LEFT = "203.0.113.10";
    private static final String RIGHT = "203.0.113.20";
    private static final String LEFT_VIP = "10.0.0.10";
    private static final String RIGHT_VIP = "10.0.0.20";
    private static final int TYPING_SECONDS = 6;
    private static final int MOST_MILLIS = 200;
    private static final int LEAST_DATAGRAMS = 50_000;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Pattern ECHOES = Pattern.compile("median-us (\\d+) p99-us (\\d+) max-us (\\d+)");
    private static final Pattern DATAGRAMS = Pattern.compile("(\\d+)/(\\d+) \\([0-9.e+-]+%\\) +sender");

    /** How long the echoes of what was typed took. */
    private record RoundTrips(long medianMillis, long p99Millis, long maximumMillis) {}

    @Test
    void typingGoesOnBesideAFloodEachWay() {
        try (Lab lab = new Lab()) {
            List<NetworkNamespace> ends = lab.pair("left", LEFT, "right", RIGHT);
            NetworkNamespace left = ends.get(0);
            lab.startIex(left).awaitListening();
            NodeProcess leftNode = start(lab, left, LEFT_VIP);
            start(lab, ends.get(1), RIGHT_VIP).awaitUp();
            leftNode.awaitUp();
            Ping.awaitFirst(left, RIGHT_VIP, Duration.ofSeconds(15));
            Iperf.serve(lab, ends.get(1), RIGHT_VIP);
            lab.start(ends.get(1), "echo-server", probe("serve", RIGHT_VIP)).awaitLog("serving", DEADLINE);

            RoundTrips alone = type(left);
            System.out.println("typing alone: " + alone);
            // The machine may be so busy with other things that it takes its time even so.
            long mostMillis = MOST_MILLIS + 2 * alone.p99Millis;
            assertFastEnough("a flood of requests", () -> flooded(lab, left), mostMillis);
            assertFastEnough("a flood of answers", () -> flooded(lab, left, "-R"), mostMillis);
        }
    }

    /** The second slowest of 120 counts, and so any moment in which the machine stands still: then once more. */
    private static void assertFastEnough(String flood, Supplier<RoundTrips> trial, long mostMillis) {
        RoundTrips first = trial.get();
        System.out.println("typing beside " + flood + ": " + first);
        RoundTrips roundTrips = first;
        if (first.p99Millis >= mostMillis) {
            roundTrips = trial.get();
            System.out.println("once more: " + roundTrips);
        }
        String found = flood + ": " + roundTrips + ", bound " + mostMillis;
        assertTrue(roundTrips.medianMillis < MOST_MILLIS, found);
        assertTrue(roundTrips.p99Millis < mostMillis, found);
    }

    private static RoundTrips flooded(Lab lab, NetworkNamespace client, String... options) {
        List<String> command = new ArrayList<>(List.of("iperf3", "-c", RIGHT_VIP, "-u", "-b", "0", "-l", "1372"));
        command.addAll(List.of("-t", Integer.toString(TYPING_SECONDS + 4)));
        command.addAll(List.of(options));
        BackgroundProcess flood = lab.start(client, "flood", command);
        flood.awaitLog("connected to", DEADLINE);
        BackgroundProcess.pause(Duration.ofSeconds(1));
        RoundTrips roundTrips = type(client);
        flood.awaitExit(DEADLINE);
        Matcher datagrams = DATAGRAMS.matcher(flood.log());
        assertTrue(datagrams.find(), flood::log);
        assertTrue(Integer.parseInt(datagrams.group(2)) > LEAST_DATAGRAMS, "that was no flood: " + flood.log());
        return roundTrips;
    }

    private static RoundTrips type(NetworkNamespace client) {
        String output =
                Command.require(DEADLINE, client.inside(probe("type", RIGHT_VIP, Integer.toString(TYPING_SECONDS))));
        Matcher echoes = ECHOES.matcher(output);
        assertTrue(echoes.find(), output);
        return new RoundTrips(millis(echoes.group(1)), millis(echoes.group(2)), millis(echoes.group(3)));
    }

    private static long millis(String micros) {
        return Long.parseLong(micros) / 1_000;
    }

    private static List<String> probe(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                BadgerCommand.JAVA,
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EchoProbe.class.getName()));
        words.addAll(List.of(arguments));
        return words;
    }

    private static NodeProcess start(Lab lab, NetworkNamespace host, String vip) {
        return lab.startNodeAt(LEFT + ":9944", host, vip);
    }
}
