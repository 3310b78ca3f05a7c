package badger.message;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Addresses;
import com.eclipsesource.json.JsonObject;
import com.eclipsesource.json.JsonValue;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The members of one JSON object, found by name in any letter case, as in Go's decoder (paper row P19). A name that
 * stands twice is refused, because two readers could take different values for it.
 */
final class Fields {
    private final Map<String, JsonValue> byFoldedName = new HashMap<>();

    private Fields() {}

    static Fields of(JsonValue value) throws MessageException {
        if (!value.isObject()) {
            throw new MessageException("an element is not an object");
        }
        Fields fields = new Fields();
        for (JsonObject.Member member : value.asObject()) {
            if (fields.byFoldedName.put(fold(member.getName()), member.getValue()) != null) {
                throw new MessageException("a key stands twice");
            }
        }
        return fields;
    }

    boolean has(String name) {
        return byFoldedName.containsKey(fold(name));
    }

    /** The value; null if the member is absent or null. */
    JsonValue value(String name) {
        JsonValue value = byFoldedName.get(fold(name));
        return value == null || value.isNull() ? null : value;
    }

    /** The value; null if the member is absent or null. */
    String text(String name) throws MessageException {
        JsonValue value = value(name);
        if (value != null && !value.isString()) {
            throw new MessageException(name + " is not a string");
        }
        return value == null ? null : value.asString();
    }

    OptionalInt integer(String name) throws MessageException {
        JsonValue value = value(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (!value.isNumber()) {
            throw new MessageException(name + " is not a number");
        }
        try {
            return OptionalInt.of(value.asInt());
        } catch (NumberFormatException e) {
            throw new MessageException(name + " is not an integer in range", e);
        }
    }

    /** The identifier; empty if the member is absent. */
    String identifier(String name) throws MessageException {
        String text = text(name);
        if (text == null) {
            return "";
        }
        if (!Identifier.isAcceptable(text)) {
            throw new MessageException(name + " is not an identifier");
        }
        return text;
    }

    /** The virtual address in either of the paper's spellings. The right spelling wins (paper row P24). */
    int virtualIp() throws MessageException {
        String text = text("VirtualIP");
        return AddressText.virtualIp(text != null ? text : text("VirutalIP"));
    }

    /** The IPv6 virtual addresses; none if the member is absent or anything else. */
    Ipv6Addresses virtualIpv6() {
        return AddressText.virtualIpv6(value("VIP6"));
    }

    /** The NAT class; unknown if the member is absent or anything else, since the key is Badger's own. */
    NatClass natClass() {
        JsonValue value = value("NAT");
        return NatClass.ofWord(value != null && value.isString() ? value.asString() : null);
    }

    /** The node's further endpoints; none if the member is absent or anything else. */
    List<Endpoint> furtherEndpoints() {
        return AddressText.furtherEndpoints(value("Endpoints"));
    }

    /** Whether the member is a list that contains the word. */
    boolean lists(String name, String word) {
        JsonValue value = value(name);
        if (value == null || !value.isArray()) {
            return false;
        }
        for (JsonValue element : value.asArray()) {
            if (element.isString() && element.asString().equals(word)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The first {@code most} different addresses of a list; none if the member is absent or anything else, since such
     * keys are Badger's own.
     */
    List<Integer> virtualIps(String name, int most) {
        JsonValue value = value(name);
        Set<Integer> addresses = new LinkedHashSet<>();
        if (value != null && value.isArray()) {
            for (JsonValue element : value.asArray()) {
                if (addresses.size() < most && element.isString()) {
                    Ipv4Prefix.parseAddress(element.asString()).ifPresent(addresses::add);
                }
            }
        }
        return List.copyOf(addresses);
    }

    private static String fold(String name) {
        char[] folded = name.toCharArray();
        for (int i = 0; i < folded.length; i++) {
            folded[i] = Character.toLowerCase(Character.toUpperCase(folded[i]));
        }
        return new String(folded);
    }
}
