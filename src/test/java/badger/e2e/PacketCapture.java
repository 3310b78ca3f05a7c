package badger.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A capture by tshark, and what its strictest reading makes of the checksums. */
final class PacketCapture {
    private static final Duration READING = Duration.ofSeconds(90);
    private static final String GOOD = "1";

    /** Columns of what tshark is asked for. */
    private static final int TCP = 1;

    private static final int TCP_CHECKSUM = 8;
    private static final Pattern STATISTICS = Pattern.compile("(?s).*packets? captured.*");

    private final BackgroundProcess capturing;
    private final Path file;

    private PacketCapture(BackgroundProcess capturing, Path file) {
        this.capturing = capturing;
        this.file = file;
    }

    /** What was captured; {@code bad} has the statuses of the packets with a wrong checksum, and what they are. */
    record Checksums(int ip, int tcp, int udp, int dropped, List<String> bad) {}

    /**
     * Captures what passes the filter on a device, until {@link #finish}. The filter has to leave out what the
     * namespace itself sends into a device that finishes checksums: at this point they are unfinished.
     */
    static PacketCapture start(Lab lab, NetworkNamespace namespace, String device, String filter, Path file) {
        BackgroundProcess process = lab.start(
                namespace,
                "tshark-" + device,
                List.of("tshark", "-n", "-q", "-i", device, "-B", "64", "-f", filter, "-w", file.toString()));
        process.awaitLog("(?m)^Capture started|Capturing on", Duration.ofSeconds(20));
        process.await(
                "the capture's file",
                Duration.ofSeconds(20),
                () -> file.toFile().length() > 0);
        return new PacketCapture(process, file);
    }

    Checksums finish() {
        capturing.interrupt(Duration.ofSeconds(20));
        int dropped = droppedOf(capturing.log());
        String output = Command.require(
                READING,
                List.of(
                        "tshark",
                        "-n",
                        "-r",
                        file.toString(),
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-o",
                        "tcp.check_checksum:TRUE",
                        "-o",
                        "udp.check_checksum:TRUE",
                        "-o",
                        "tcp.analyze_sequence_numbers:FALSE",
                        "-o",
                        "tcp.desegment_tcp_streams:FALSE",
                        "-T",
                        "fields",
                        "-E",
                        "separator=;",
                        "-e",
                        "ip.checksum.status",
                        "-e",
                        "tcp.checksum.status",
                        "-e",
                        "udp.checksum.status",
                        "-e",
                        "frame.number",
                        "-e",
                        "ip.id",
                        "-e",
                        "ip.len",
                        "-e",
                        "tcp.flags.str",
                        "-e",
                        "tcp.seq_raw",
                        "-e",
                        "tcp.checksum"));
        return count(output, dropped);
    }

    private static Checksums count(String output, int dropped) {
        int[] good = new int[3];
        List<String> bad = new ArrayList<>();
        output.lines().filter(line -> line.contains(";")).forEach(line -> {
            String[] statuses = line.split(";", -1);
            for (int i = 0; i < good.length; i++) {
                // The kernel writes ones where a checksum comes out as zero (net/core/dev.c, skb_checksum_help), which
                // means the same in TCP; tshark finds fault with it (RFC 1624).
                boolean isZero = i == TCP && statuses[TCP_CHECKSUM].equals("0xffff");
                if (statuses[i].equals(GOOD) || (isZero && !statuses[i].isEmpty())) {
                    good[i]++;
                } else if (!statuses[i].isEmpty()) {
                    bad.add(line);
                }
            }
        });
        return new Checksums(good[0], good[1], good[2], dropped, bad);
    }

    private static int droppedOf(String log) {
        if (!STATISTICS.matcher(log).matches()) {
            throw new AssertionError("tshark did not end well:\n" + log);
        }
        var dropped = Pattern.compile("(\\d+) packets? dropped").matcher(log);
        return dropped.find() ? Integer.parseInt(dropped.group(1)) : 0;
    }
}
