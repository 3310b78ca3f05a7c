package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.NeedsTheMachine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two nodes under load, watched from the inside: once warm, they make no garbage. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@NeedsTheMachine
final class SteadyStateE2eTest {
    private static final String LEFT = "203.0.113.10";
    private static final String RIGHT = "203.0.113.20";
    private static final String LEFT_VIP = "10.0.0.10";
    private static final String RIGHT_VIP = "10.0.0.20";
    private static final int WARM_UP_SECONDS = 12;

    /** A longer proof by hand: -Dbadger.steady.seconds=60. */
    private static final int STEADY_SECONDS = Integer.getInteger("badger.steady.seconds", 20);

    /**
     * An object that the linker makes of the errno state in each call, until C2 has compiled the caller and sees that
     * nobody keeps it: on a busy machine that takes its time, and it does not always succeed.
     */
    private static final String OF_THE_LINKER = "SharedUtils.checkCaptureSegment";

    /** Maps and answers of IEX come through the main socket's thread, every few seconds. */
    private static final String OF_THE_CONTROL = "badger.discovery.";

    /** Of a parked virtual thread; mostly it is used again. */
    private static final String OF_PARKING = "jdk.internal.vm.StackChunk";

    /** One event stands for two kilobytes. */
    private static final int MOST_OTHER_EVENTS = STEADY_SECONDS / 4;

    /** Carriers are what the peers' virtual threads run on. */
    private static final List<String> DATA_PATH =
            List.of("badger-outbound", "badger-poller", "badger-main-socket", "badger-peer-", "ForkJoinPool-1-worker-");

    @Test
    void dataPathAllocatesNothingAndNothingIsCollected() throws IOException {
        try (Lab lab = new Lab()) {
            List<NetworkNamespace> ends = lab.pair("left", LEFT, "right", RIGHT);
            lab.startIex(ends.get(0)).awaitListening();
            FlightRecording leftRecording = new FlightRecording("left");
            FlightRecording rightRecording = new FlightRecording("right");
            NodeProcess left = start(lab, ends.get(0), LEFT_VIP, leftRecording);
            NodeProcess right =
                    start(lab, ends.get(1), RIGHT_VIP, rightRecording).awaitUp();
            left.awaitUp();
            Ping.awaitFirst(left.namespace(), RIGHT_VIP, Duration.ofSeconds(15));
            Iperf.serve(lab, right.namespace(), RIGHT_VIP);
            BackgroundProcess load = lab.start(
                    left.namespace(),
                    "iperf3",
                    List.of(
                            "iperf3",
                            "-c",
                            RIGHT_VIP,
                            "--bidir",
                            "-t",
                            Integer.toString(WARM_UP_SECONDS + STEADY_SECONDS + 2)));
            BackgroundProcess.pause(Duration.ofSeconds(WARM_UP_SECONDS));
            Instant from = Instant.now();
            BackgroundProcess.pause(Duration.ofSeconds(STEADY_SECONDS));
            Instant to = Instant.now();
            assertEquals(0, load.awaitExit(Duration.ofSeconds(20)));
            assertSteady(left, leftRecording, from, to);
            assertSteady(right, rightRecording, from, to);
        }
    }

    private static void assertSteady(NodeProcess node, FlightRecording recording, Instant from, Instant to)
            throws IOException {
        recording.dump(node.process().pid());
        Map<String, Long> bytes = recording.allocatedBytes(from, to);
        System.out.println(
                node.vip() + " allocated in " + Duration.between(from, to).toSeconds() + " s: " + bytes);
        for (String thread : List.of("badger-outbound", "badger-poller", "badger-main-socket")) {
            assertTrue(bytes.containsKey(thread), () -> thread + " is not among " + bytes);
        }
        assertTrue(
                bytes.keySet().stream().anyMatch(name -> name.startsWith("ForkJoinPool-1-worker-")), bytes::toString);
        assertEquals(List.of(), recording.collections(from, to), "collections");
        // A carrier's own stack, without a frame of Badger, is that of the scheduler, which makes 24 bytes for each
        // yield.
        List<String> own = recording.allocations(from, to).stream()
                .filter(line -> DATA_PATH.stream().anyMatch(line::startsWith) && line.contains(" badger."))
                .filter(line -> List.of(OF_THE_LINKER, OF_THE_CONTROL, OF_PARKING).stream()
                        .noneMatch(line::contains))
                .toList();
        assertTrue(own.size() <= MOST_OTHER_EVENTS, () -> String.join("\n", own));
    }

    private static NodeProcess start(Lab lab, NetworkNamespace host, String vip, FlightRecording recording) {
        List<String> command = new ArrayList<>(BadgerCommand.line(
                "--vip", vip + "/16", "--iex", LEFT + ":9944", "--psk", "psk-key", "--map-cache", "none"));
        command.addAll(1, recording.flags());
        return new NodeProcess(lab.start(host, "node-" + vip, command), vip);
    }
}
