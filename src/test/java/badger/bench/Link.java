package badger.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Two hosts that reach each other one way or another, and the load that is put between them. Used by one thread. */
final class Link {
    /** The length of the IPv4 and UDP headers: sizes of UDP packets are those of the whole IP packet. */
    static final int IP_AND_UDP_HEADER_BYTES = 28;

    private static final long WANTED_SOCKET_BUFFER_BYTES = 2 << 20;
    private static final double PING_INTERVAL_SECONDS = 0.01;
    private static final int GRACE_SECONDS = 15;
    private static final int RETRY_MILLIS = 500;

    /**
     * @param client the namespace that iperf3 and ping are started in
     * @param server the namespace that answers
     * @param address the server's, as the client reaches it
     */
    record Ends(String client, String server, String address) {}

    private final Ends ends;
    private final Path log;
    private Process server;

    /** @param log a file for what the iperf3 server says */
    Link(Ends ends, Path log) {
        this.ends = ends;
        this.log = log;
    }

    /** Waits until the server answers a ping. */
    void awaitAnswer(Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        Command ping = Command.of("ping", "-n", "-q", "-c", "1", "-W", "1", ends.address())
                .inside(ends.client());
        while (!ping.run(Duration.ofSeconds(5)).succeeded()) {
            if (System.nanoTime() > end) {
                throw new BenchException("no ping got through within " + deadline.toSeconds() + " s");
            }
            Pause.millis(100);
        }
    }

    /** One TCP test; back means from server to client. */
    IperfReport tcp(int streams, boolean back, int seconds, int omittedSeconds) {
        List<String> options = new ArrayList<>(List.of(
                "-P",
                Integer.toString(streams),
                "-t",
                Integer.toString(seconds),
                "-O",
                Integer.toString(omittedSeconds)));
        if (back) {
            options.add("-R");
        }
        return iperf(seconds + omittedSeconds, options);
    }

    /** One UDP test with IP packets of this size, at a rate in packets per second; 0 is as fast as the sender can. */
    IperfReport udp(int packetBytes, double packetsPerSecond, int seconds) {
        int payloadBytes = packetBytes - IP_AND_UDP_HEADER_BYTES;
        long bitsPerSecond = Math.round(packetsPerSecond * payloadBytes * 8);
        return iperf(
                seconds,
                List.of(
                        "-u",
                        "-l",
                        Integer.toString(payloadBytes),
                        "-b",
                        Long.toString(bitsPerSecond),
                        // Bursts of 0.2 ms: with the default of 1 ms, the sender's bursts overrun buffers, not its
                        // rate.
                        "--pacing-timer",
                        "200",
                        "-w",
                        Long.toString(socketBufferBytes()),
                        "-t",
                        Integer.toString(seconds)));
    }

    RoundTrips ping(int seconds) {
        String count = Integer.toString((int) (seconds / PING_INTERVAL_SECONDS));
        String interval = String.format(Locale.ROOT, "%.3f", PING_INTERVAL_SECONDS);
        return RoundTrips.parse(Command.of("ping", "-n", "-i", interval, "-c", count, "-W", "1", ends.address())
                .inside(ends.client())
                .run(Duration.ofSeconds(seconds + GRACE_SECONDS))
                .output());
    }

    /** Round trips beside one TCP stream from client to server. */
    RoundTrips pingUnderLoad(int seconds) {
        startServer();
        Process load = iperfCommand(List.of("-t", Integer.toString(seconds + 2), "-P", "1"))
                .startInBackground(log);
        try {
            Pause.millis(1000); // until the stream has its window
            if (!load.isAlive()) {
                throw new BenchException("the load for the round trips ended at once");
            }
            return ping(seconds);
        } finally {
            stop(load);
            stopServer();
        }
    }

    /**
     * Runs one test, and if it fails once again with a fresh server: over a flooded path iperf3's control connection
     * may break, or the server may take the test before for unfinished.
     */
    private IperfReport iperf(int seconds, List<String> options) {
        Command command = iperfCommand(options);
        Duration deadline = Duration.ofSeconds(seconds + GRACE_SECONDS);
        try {
            startServer();
            return IperfReport.parse(command.run(deadline).output());
        } catch (BenchException firstFailure) {
            stopServer();
            Pause.millis(RETRY_MILLIS);
        }
        try {
            startServer();
            return IperfReport.parse(command.run(deadline).output());
        } catch (BenchException e) {
            stopServer();
            throw e;
        }
    }

    private Command iperfCommand(List<String> options) {
        List<String> words =
                new ArrayList<>(List.of("iperf3", "-c", ends.address(), "--json", "--connect-timeout", "5000"));
        words.addAll(options);
        return Command.of(words.toArray(String[]::new)).inside(ends.client());
    }

    private void startServer() {
        if (server != null && server.isAlive()) {
            return;
        }
        server = Command.of("iperf3", "-s").inside(ends.server()).startInBackground(log);
        Command listens = Command.of("ss", "-Htln", "sport = :5201").inside(ends.server());
        for (int attempt = 0; listens.require(Duration.ofSeconds(10)).isEmpty(); attempt++) {
            if (attempt == 100) {
                throw new BenchException("the iperf3 server does not listen");
            }
            Pause.millis(20);
        }
    }

    private void stopServer() {
        if (server != null) {
            stop(server);
            server = null;
        }
    }

    private static void stop(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** iperf3 refuses to run when it does not get the buffers it asks for. */
    private static long socketBufferBytes() {
        long most = WANTED_SOCKET_BUFFER_BYTES;
        for (String limit : List.of("/proc/sys/net/core/rmem_max", "/proc/sys/net/core/wmem_max")) {
            most = Math.min(most, Long.parseLong(Machine.read(limit)));
        }
        return most;
    }
}
