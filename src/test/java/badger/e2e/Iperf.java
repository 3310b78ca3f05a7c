package badger.e2e;

import com.eclipsesource.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** TCP throughput between two namespaces by iperf3. */
final class Iperf {
    private Iperf() {}

    /** Starts a server that listens on this address only, and waits until it does. */
    static BackgroundProcess serve(Lab lab, NetworkNamespace namespace, String address) {
        BackgroundProcess server = lab.start(namespace, "iperf3-server", List.of("iperf3", "-s", "-B", address));
        server.await(
                "iperf3 listens",
                Duration.ofSeconds(10),
                () -> !namespace.require("ss", "-Htln", "sport = :5201").isBlank());
        return server;
    }

    /** What one TCP stream carried from client to server, in bits per second as the receiver counted them. */
    static double send(NetworkNamespace client, String server, int seconds) {
        return measure(client, server, seconds, List.of());
    }

    /** The same from server to client. */
    static double receive(NetworkNamespace client, String server, int seconds) {
        return measure(client, server, seconds, List.of("-R"));
    }

    private static double measure(NetworkNamespace client, String server, int seconds, List<String> options) {
        List<String> command = new ArrayList<>(List.of("iperf3", "-c", server, "-t", Integer.toString(seconds), "-J"));
        command.addAll(options);
        String output = Command.require(Duration.ofSeconds(seconds + 15), client.inside(command));
        return Json.parse(output)
                .asObject()
                .get("end")
                .asObject()
                .get("sum_received")
                .asObject()
                .getDouble("bits_per_second", 0);
    }
}
