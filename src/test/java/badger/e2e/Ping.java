package badger.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** ICMP echo from inside a namespace. */
public final class Ping {
    private static final Pattern REPLY = Pattern.compile("\\[([0-9.]+)\\] [0-9]+ bytes from .* icmp_seq=([0-9]+) ");
    private static final int PINGS_OF_GRACE = 10;
    private static final int PINGS_UNDER_WAY = 10;
    private static final Pattern SUMMARY = Pattern.compile("([0-9]+) packets transmitted, ([0-9]+) received");

    /**
     * What a run of pings came to. Up to ten unanswered ones at the end do not count, since their answers may still be
     * under way. The longest gap is the longest time between two replies.
     */
    public record Statistics(int sent, int received, Duration longestGap) {
        public int lost() {
            return sent - received;
        }
    }

    private Ping() {}

    /** Pings every 100 ms until the first reply; returns how long that took from the call. */
    public static Duration awaitFirst(NetworkNamespace from, String target, Duration deadline) {
        return tryFirst(from, target, deadline)
                .orElseThrow(
                        () -> new AssertionError(from.name() + ": no reply from " + target + " within " + deadline));
    }

    /** The same; empty when none came in time. */
    public static Optional<Duration> tryFirst(NetworkNamespace from, String target, Duration deadline) {
        long start = System.nanoTime();
        while (true) {
            Duration left = deadline.minusNanos(System.nanoTime() - start);
            if (left.isNegative() || left.isZero()) {
                return Optional.empty();
            }
            // With -w, ping waits for one reply as long as it must, but gives up at an error from the network.
            String seconds = Long.toString(Math.max(1, (left.toMillis() + 999) / 1000));
            Command.Outcome outcome =
                    from.run(left.plusSeconds(3), "ping", "-n", "-c", "1", "-i", "0.1", "-w", seconds, target);
            if (outcome.succeeded()) {
                return Optional.of(Duration.ofNanos(System.nanoTime() - start));
            }
            BackgroundProcess.pause(Duration.ofMillis(100));
        }
    }

    /** Sends this many pings of this many payload bytes, one every 100 ms; returns how many were answered. */
    public static int count(NetworkNamespace from, String target, int count, int payloadBytes) {
        return count(from, target, count, payloadBytes, List.of());
    }

    /** The same, but no router may cut them into fragments. */
    static int countWhole(NetworkNamespace from, String target, int count, int payloadBytes) {
        return count(from, target, count, payloadBytes, List.of("-M", "do"));
    }

    private static int count(NetworkNamespace from, String target, int count, int payloadBytes, List<String> options) {
        // After the last one, ping waits only for twice the time that the slowest reply took (schedule_exit in
        // iputils), too short a time on a busy machine. So it sends some more, which do not count.
        List<String> words = new ArrayList<>(List.of("ping", "-n", "-D", "-i", "0.1", "-W", "4"));
        words.addAll(List.of("-c", Integer.toString(count + PINGS_OF_GRACE), "-s", Integer.toString(payloadBytes)));
        words.addAll(options);
        words.add(target);
        Command.Outcome outcome = from.run(Duration.ofSeconds(count / 10 + 10), words.toArray(String[]::new));
        return (int) REPLY.matcher(outcome.output())
                .results()
                .mapToInt(reply -> Integer.parseInt(reply.group(2)))
                .filter(sequence -> sequence <= count)
                .distinct()
                .count();
    }

    /** Starts one ping every 100 ms in the background, until {@link #finish}. */
    public static BackgroundProcess start(Lab lab, NetworkNamespace from, String target) {
        return lab.start(from, "ping-" + target, List.of("ping", "-n", "-D", "-i", "0.1", target));
    }

    /** Ends a ping of {@link #start} and reads what it came to. */
    public static Statistics finish(BackgroundProcess ping) {
        // What is lost for good is so for longer than what is only under way.
        BackgroundProcess.pause(Duration.ofSeconds(2));
        ping.interrupt(Duration.ofSeconds(5));
        return statistics(ping.log());
    }

    public static Statistics statistics(String output) {
        Matcher summary = SUMMARY.matcher(output);
        if (!summary.find()) {
            throw new AssertionError("no summary from ping:\n" + output);
        }
        List<Double> times = new ArrayList<>();
        int lastAnswered = 0;
        Matcher reply = REPLY.matcher(output);
        while (reply.find()) {
            times.add(Double.parseDouble(reply.group(1)));
            lastAnswered = Math.max(lastAnswered, Integer.parseInt(reply.group(2)));
        }
        int sent = Integer.parseInt(summary.group(1));
        double gap = 0;
        for (int index = 1; index < times.size(); index++) {
            gap = Math.max(gap, times.get(index) - times.get(index - 1));
        }
        // Those that were under way when it was told to stop: as many as a busy machine may leave for a second.
        boolean isOnlyCutOff = lastAnswered > 0 && sent - lastAnswered <= PINGS_UNDER_WAY;
        return new Statistics(
                isOnlyCutOff ? lastAnswered : sent,
                Integer.parseInt(summary.group(2)),
                Duration.ofMillis(Math.round(gap * 1000)));
    }
}
