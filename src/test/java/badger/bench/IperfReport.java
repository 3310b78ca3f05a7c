package badger.bench;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import com.eclipsesource.json.ParseException;

/** What {@code iperf3 --json} says, as of iperf3 3.9 to 3.18. */
record IperfReport(JsonObject root) {
    /** @throws BenchException when the text is no report, or reports an error */
    static IperfReport parse(String text) {
        JsonObject root;
        try {
            // Warnings stand before the report, for example that datagrams are longer than the TCP MSS.
            root = Json.parse(text.substring(Math.max(0, text.indexOf('{')))).asObject();
        } catch (ParseException | UnsupportedOperationException e) {
            throw new BenchException("iperf3 printed no JSON: " + text.strip(), e);
        }
        JsonValue error = root.get("error");
        if (error != null) {
            throw new BenchException("iperf3: " + error.asString());
        }
        return new IperfReport(root);
    }

    /** What the receiver got, in bits of payload per second, without the start that was left out of the measurement. */
    double receivedBitsPerSecond() {
        return received().get("bits_per_second").asDouble();
    }

    /**
     * Returns the bytes of payload that crossed while iperf3 ran, as its client saw them, unmeasured seconds included.
     */
    double bytesInAll() {
        double bytes = 0;
        for (JsonValue interval : root.get("intervals").asArray()) {
            bytes += interval.asObject().get("sum").asObject().get("bytes").asDouble();
        }
        return bytes;
    }

    /** How fast a UDP run was sent and received. */
    NoLossSearch.Trial datagrams() {
        JsonObject sent = end().get("sum_sent").asObject();
        JsonObject received = received();
        double seconds = sent.get("seconds").asDouble();
        // The receiver counts as lost only what a later datagram overtook; what the sender sent and it did not get is
        // lost too.
        double arrived = received.get("packets").asDouble()
                - received.get("lost_packets").asDouble();
        return new NoLossSearch.Trial(sent.get("packets").asDouble() / seconds, arrived / seconds);
    }

    private JsonObject received() {
        return end().get("sum_received").asObject();
    }

    private JsonObject end() {
        return root.get("end").asObject();
    }
}
