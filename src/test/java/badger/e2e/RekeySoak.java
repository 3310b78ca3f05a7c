package badger.e2e;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * New keys every second until there were so many sessions, under TCP and a hundred pings a second.
 *
 * @param sessions that the follower's log tells of
 * @param pings sent, and of those
 * @param lost unanswered
 * @param doubled answered twice
 * @param longestStall the longest time in which TCP brought nothing, in steps of 100 ms
 * @param megabits a second, over all
 */
record RekeySoak(long sessions, long pings, long lost, long doubled, Duration longestStall, double megabits) {
    private static final String LOWER = "10.0.0.10";
    private static final String UPPER = "10.0.0.20";
    private static final int SLICE_SECONDS = 30;
    private static final int STEP_MILLIS = 100;
    private static final Pattern SUMMARY =
            Pattern.compile("([0-9]+) packets transmitted, ([0-9]+) received(?:, \\+([0-9]+) duplicates)?");

    /** It ends after the sessions, or after so many seconds. */
    static RekeySoak run(int wantedSessions, int atMostSeconds) {
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
            BackgroundProcess ping =
                    lab.start(lower.namespace(), "ping", List.of("ping", "-n", "-q", "-i", "0.01", UPPER));
            Duration longestStall = Duration.ZERO;
            double bits = 0;
            int seconds = 0;
            while (sessions(upper) < wantedSessions && seconds < atMostSeconds) {
                JsonObject transfer = transfer(lower.namespace());
                Duration stall = longestStall(transfer);
                longestStall = stall.compareTo(longestStall) > 0 ? stall : longestStall;
                bits += transfer.get("end")
                        .asObject()
                        .get("sum_received")
                        .asObject()
                        .getDouble("bits_per_second", 0);
                seconds += SLICE_SECONDS;
                System.out.println(
                        sessions(upper) + " sessions, longest stall so far " + longestStall.toMillis() + " ms");
            }
            ping.interrupt(Duration.ofSeconds(10));
            Matcher summary = SUMMARY.matcher(ping.log());
            if (!summary.find()) {
                throw new AssertionError(ping.log());
            }
            long sent = Long.parseLong(summary.group(1));
            return new RekeySoak(
                    sessions(upper),
                    sent,
                    sent - Long.parseLong(summary.group(2)),
                    summary.group(3) == null ? 0 : Long.parseLong(summary.group(3)),
                    longestStall,
                    bits / 1e6 * SLICE_SECONDS / seconds);
        }
    }

    private static long sessions(NodeProcess node) {
        return node.process()
                .log()
                .lines()
                .filter(line -> line.contains(" connected endpoint="))
                .count();
    }

    private static JsonObject transfer(NetworkNamespace from) {
        List<String> command = List.of("iperf3", "-c", UPPER, "-t", Integer.toString(SLICE_SECONDS), "-i", "0.1", "-J");
        String output = Command.require(Duration.ofSeconds(SLICE_SECONDS + 30), from.inside(command));
        return Json.parse(output).asObject();
    }

    private static Duration longestStall(JsonObject transfer) {
        int run = 0;
        int longest = 0;
        for (JsonValue interval : transfer.get("intervals").asArray()) {
            run = interval.asObject().get("sum").asObject().getLong("bytes", 0) == 0 ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return Duration.ofMillis((long) longest * STEP_MILLIS);
    }
}
