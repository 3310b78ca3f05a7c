package badger.status;

import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Why a node is, or is not, connected to a peer. Immutable.
 *
 * @param virtualIp of the peer
 * @param endpoint the peer's endpoint, or null while it is not connected
 * @param relay the IEX server by way of which it is reached, or null while it is reached directly or not at all
 * @param unreachable why it cannot be reached; null if it can be, or if it is too early to tell
 * @param state a {@code badger.peer.PeerState} in small letters
 * @param natClasses what stands between the two and the internet
 * @param events oldest first
 */
public record PeerExplanation(
        String virtualIp,
        String endpoint,
        String relay,
        String unreachable,
        String state,
        NatClasses natClasses,
        List<Event> events) {
    public PeerExplanation {
        events = List.copyOf(events);
    }

    /** {@link badger.udp.NatClass}es as in messages. */
    public record NatClasses(String own, String peers) {}

    /**
     * An event on the way to the peer.
     *
     * @param secondsAgo before the time of the answer
     * @param kind a {@link badger.peer.PeerEvent.Kind} in small letters
     */
    public record Event(double secondsAgo, String kind, String detail) {}

    private boolean isDormant() {
        return state.equals("dormant");
    }

    /** One line of JSON; docs/ARCHITECTURE.md documents it. */
    public String json() {
        JsonArray list = new JsonArray();
        for (Event event : events) {
            list.add(Json.object()
                    .add("seconds_ago", event.secondsAgo)
                    .add("event", event.kind)
                    .add("detail", event.detail));
        }
        return Json.object()
                .add("schema", StatusJson.SCHEMA)
                .add("virtual_ip", virtualIp)
                .add("endpoint", StatusJson.textOrNull(endpoint))
                .add("connected", endpoint != null)
                .add("state", state)
                .add("relay", StatusJson.textOrNull(relay))
                .add("unreachable", StatusJson.textOrNull(unreachable))
                .add("dormant", isDormant())
                .add("nat", natClasses.own)
                .add("peer_nat", natClasses.peers)
                .add("events", list)
                .toString();
    }

    /** The lines for people. */
    public String text() {
        StringBuilder text = new StringBuilder(virtualIp)
                .append(
                        endpoint != null
                                ? " is connected at " + endpoint
                                : isDormant() ? " is dormant" : " is not connected")
                .append(relay == null ? "" : " by way of IEX, which is " + relay)
                .append(endpoint == null && unreachable != null ? "; unreachable: " + unreachable : "")
                .append("\nState: ")
                .append(state.replace('_', ' '))
                .append('\n')
                .append("NAT before this node: ")
                .append(natClasses.own)
                .append(", before the peer: ")
                .append(natClasses.peers)
                .append('\n');
        for (Event event : events) {
            text.append(String.format(
                    Locale.ROOT,
                    "%10.1f s ago  %-12s %s%n",
                    event.secondsAgo,
                    event.kind.replace('_', ' '),
                    event.detail));
        }
        return text.toString();
    }

    /** Reads {@link #json}. @throws StatusException also if the answer says why there is no explanation */
    static PeerExplanation parse(String text) throws StatusException {
        JsonObject object = StatusJson.answer(text);
        try {
            List<Event> events = new ArrayList<>();
            for (JsonValue each : object.get("events").asArray()) {
                JsonObject event = each.asObject();
                events.add(new Event(
                        event.getDouble("seconds_ago", 0),
                        event.getString("event", ""),
                        event.getString("detail", "")));
            }
            JsonValue endpoint = object.get("endpoint");
            JsonValue relay = object.get("relay");
            JsonValue unreachable = object.get("unreachable");
            return new PeerExplanation(
                    object.getString("virtual_ip", ""),
                    endpoint.isNull() ? null : endpoint.asString(),
                    relay == null || relay.isNull() ? null : relay.asString(),
                    unreachable == null || unreachable.isNull() ? null : unreachable.asString(),
                    object.getString("state", ""),
                    new NatClasses(object.getString("nat", "unknown"), object.getString("peer_nat", "unknown")),
                    events);
        } catch (RuntimeException e) {
            throw StatusJson.unintelligible();
        }
    }
}
