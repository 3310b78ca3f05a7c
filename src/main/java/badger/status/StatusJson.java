package badger.status;

import badger.counter.Ratio;
import badger.counter.Traffic;
import badger.counter.TrafficSums;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The JSON of a {@link NodeStatus}, in one line; docs/PERFORMANCE.md documents it. New keys do not change the number of
 * the schema. It rises when a key goes or changes its meaning.
 */
public final class StatusJson {
    static final int SCHEMA = 1;

    private static final double NANOS_PER_SECOND = 1e9;

    private StatusJson() {}

    /** Writes a node's answer. */
    public static String write(NodeStatus status) {
        return object(status).toString();
    }

    /** As {@link #write(NodeStatus)}, with the counts since {@code earlier} under {@code interval}. */
    public static String write(NodeStatus status, NodeStatus earlier) {
        TrafficSums difference = status.traffic().since(earlier.traffic());
        Map<String, Long> drops = new TreeMap<>(status.drops());
        earlier.drops().forEach((reason, count) -> drops.merge(reason, -count, Long::sum));
        drops.values().removeIf(count -> count == 0);
        JsonObject interval = Json.object()
                .add("seconds", seconds(status.up().minus(earlier.up())))
                .add("traffic", traffic(difference))
                .add("ratios", ratios(difference))
                .add("drops", drops(drops));
        return object(status).add("interval", interval).toString();
    }

    static String error(String sentence) {
        return Json.object().add("schema", SCHEMA).add("error", sentence).toString();
    }

    /** Reads a node's answer. */
    static NodeStatus parse(String text) throws StatusException {
        JsonObject object = answer(text);
        try {
            return status(object);
        } catch (RuntimeException e) {
            // The accessors throw it if the text is no such document.
            throw unintelligible();
        }
    }

    /** Checks what every answer of a node has: the schema, or the reason for which there is nothing else. */
    static JsonObject answer(String text) throws StatusException {
        try {
            JsonObject object = Json.parse(text).asObject();
            int schema = object.getInt("schema", -1);
            if (schema != SCHEMA) {
                throw new StatusException(
                        StatusException.Cause.UNINTELLIGIBLE,
                        "the node answers by schema " + schema + ", not " + SCHEMA
                                + ": ask it with the program that it runs");
            }
            String error = object.getString("error", null);
            if (error != null) {
                throw new StatusException(StatusException.Cause.UNINTELLIGIBLE, "the node refuses: " + error);
            }
            return object;
        } catch (RuntimeException e) {
            throw unintelligible();
        }
    }

    static StatusException unintelligible() {
        return new StatusException(
                StatusException.Cause.UNINTELLIGIBLE, "the answer is not a node's: something else has the socket");
    }

    private static JsonObject object(NodeStatus status) {
        JsonArray peers = new JsonArray();
        status.peers().forEach(peer -> peers.add(peer(peer)));
        return Json.object()
                .add("schema", SCHEMA)
                .add("virtual_ip", status.virtualIp())
                .add("device", status.device())
                .add("process", status.process())
                .add("network_namespace", status.networkNamespace())
                .add("nat", status.natClass())
                .add("up_seconds", seconds(status.up()))
                .add("traffic", traffic(status.traffic()))
                .add("ratios", ratios(status.traffic()))
                .add("drops", drops(new TreeMap<>(status.drops())))
                .add("peers", peers);
    }

    private static JsonObject traffic(TrafficSums sums) {
        JsonObject object = new JsonObject();
        sums.asMap().forEach((what, count) -> object.add(what.key(), count));
        return object;
    }

    private static JsonObject ratios(TrafficSums sums) {
        JsonObject object = new JsonObject();
        for (Ratio ratio : Ratio.values()) {
            OptionalDouble value = ratio.of(sums);
            object.add(
                    ratio.key(),
                    value.isPresent() ? Json.value(Math.round(value.getAsDouble() * 10) / 10.0) : Json.NULL);
        }
        return object;
    }

    private static JsonObject drops(Map<String, Long> drops) {
        JsonObject object = new JsonObject();
        drops.forEach((reason, count) -> object.add(reason, count));
        return object;
    }

    private static JsonObject peer(NodeStatus.PeerStatus peer) {
        return Json.object()
                .add("virtual_ip", peer.virtualIp())
                .add("endpoint", textOrNull(peer.endpoint()))
                .add("connected", peer.isConnected())
                .add("relay", textOrNull(peer.relay()))
                .add("unreachable", textOrNull(peer.unreachable()))
                .add("dormant", peer.isDormant())
                .add("nat", peer.natClass())
                .add("mtu", peer.mtu() == 0 ? Json.NULL : Json.value(peer.mtu()))
                .add("records_sealed", peer.recordsSealed())
                .add("sealed_bytes", peer.sealedBytes())
                .add("records_opened", peer.recordsOpened())
                .add("opened_bytes", peer.openedBytes());
    }

    static JsonValue textOrNull(String text) {
        return text == null ? Json.NULL : Json.value(text);
    }

    private static NodeStatus status(JsonObject object) {
        JsonObject traffic = object.get("traffic").asObject();
        Map<Traffic, Long> counts = new EnumMap<>(Traffic.class);
        for (Traffic what : Traffic.values()) {
            counts.put(what, traffic.getLong(what.key(), 0));
        }
        Map<String, Long> drops = new TreeMap<>();
        for (JsonObject.Member drop : object.get("drops").asObject()) {
            drops.put(drop.getName(), drop.getValue().asLong());
        }
        List<NodeStatus.PeerStatus> peers = new ArrayList<>();
        for (JsonValue peer : object.get("peers").asArray()) {
            peers.add(peer(peer.asObject()));
        }
        return new NodeStatus(
                object.getString("virtual_ip", ""),
                object.getString("device", ""),
                object.getLong("process", 0),
                object.getString("network_namespace", ""),
                object.getString("nat", "unknown"),
                Duration.ofNanos(Math.round(object.getDouble("up_seconds", 0) * NANOS_PER_SECOND)),
                TrafficSums.of(counts),
                drops,
                peers);
    }

    private static NodeStatus.PeerStatus peer(JsonObject object) {
        JsonValue endpoint = object.get("endpoint");
        JsonValue relay = object.get("relay");
        JsonValue unreachable = object.get("unreachable");
        JsonValue mtu = object.get("mtu");
        return new NodeStatus.PeerStatus(
                object.getString("virtual_ip", ""),
                endpoint.isNull() ? null : endpoint.asString(),
                relay == null || relay.isNull() ? null : relay.asString(),
                unreachable == null || unreachable.isNull() ? null : unreachable.asString(),
                object.getBoolean("dormant", false),
                object.getString("nat", "unknown"),
                mtu == null || mtu.isNull() ? 0 : mtu.asInt(),
                object.getLong("records_sealed", 0),
                object.getLong("sealed_bytes", 0),
                object.getLong("records_opened", 0),
                object.getLong("opened_bytes", 0));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
