package badger.e2e;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Throughput between two namespaces by iperf3. */
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

    /** What share of the datagrams was lost when the client sent this many bits per second, in percent. */
    static double lossOfUdp(NetworkNamespace client, String server, int seconds, long bitsPerSecond) {
        return loss(end(client, server, seconds, udp(bitsPerSecond)));
    }

    /** The same when the server sent. */
    static double lossOfUdpReceived(NetworkNamespace client, String server, int seconds, long bitsPerSecond) {
        List<String> options = new ArrayList<>(udp(bitsPerSecond));
        options.add("-R");
        return loss(end(client, server, seconds, options));
    }

    private static List<String> udp(long bitsPerSecond) {
        return List.of("-u", "-b", Long.toString(bitsPerSecond));
    }

    private static double loss(JsonObject end) {
        JsonObject sum = end.get("sum").asObject();
        if (sum.getInt("packets", 0) == 0) {
            throw new AssertionError("iperf3 sent nothing: " + end);
        }
        return sum.getDouble("lost_percent", 100);
    }

    private static double measure(NetworkNamespace client, String server, int seconds, List<String> options) {
        return end(client, server, seconds, options)
                .get("sum_received")
                .asObject()
                .getDouble("bits_per_second", 0);
    }

    private static JsonObject end(NetworkNamespace client, String server, int seconds, List<String> options) {
        List<String> command = new ArrayList<>(List.of("iperf3", "-c", server, "-t", Integer.toString(seconds), "-J"));
        command.addAll(options);
        String output = Command.require(Duration.ofSeconds(seconds + 15), client.inside(command));
        return Json.parse(output).asObject().get("end").asObject();
    }
}
