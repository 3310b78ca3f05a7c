package badger.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Checksummed transfers between two namespaces by {@link TransferProbe}. */
final class Transfer {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private Transfer() {}

    /** Starts the other end, which listens on this address only. */
    static BackgroundProcess serve(Lab lab, NetworkNamespace namespace, String address) {
        BackgroundProcess server = lab.start(namespace, "transfer-server", line("serve", address));
        server.awaitLog("serving", Duration.ofSeconds(15));
        return server;
    }

    /**
     * Sends that many bytes to the server and as many back, and compares hashes; then sends datagrams of all sizes,
     * also fragmented ones, and compares them with what the server returns. Tells what came of it.
     */
    static String everything(NetworkNamespace client, String server, long bytes) {
        String output = Command.require(DEADLINE, client.inside(line("check", server, Long.toString(bytes))));
        return String.join("; ", output.lines().toList());
    }

    private static List<String> line(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                BadgerCommand.JAVA,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                TransferProbe.class.getName()));
        words.addAll(List.of(arguments));
        return words;
    }
}
