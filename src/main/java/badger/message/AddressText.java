package badger.message;

import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import com.eclipsesource.json.JsonValue;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses as they stand in messages: {@code host}, {@code host:port} and {@code [v6]:port}. The paper's own texts
 * disagree on whether there is a port (paper rows P14 and P15). Names are never looked up. Static; any thread may call.
 */
final class AddressText {
    private static final int MAXIMUM_LENGTH = 64;

    private AddressText() {}

    static int virtualIp(String text) throws MessageException {
        if (text == null) {
            throw new MessageException("no VirtualIP");
        }
        return Ipv4Prefix.parseAddress(text)
                .orElseThrow(() -> new MessageException("VirtualIP is not an IPv4 address"));
    }

    /**
     * Reads a node's IPv6 addresses in the mesh. The first {@link Ipv6Addresses#MOST} that a host can have count. The
     * key is Badger's own, so any other value counts as none.
     *
     * @param value null if there is none
     */
    static Ipv6Addresses virtualIpv6(JsonValue value) {
        if (value == null || !value.isArray()) {
            return Ipv6Addresses.NONE;
        }
        List<Ipv6Address> addresses = new ArrayList<>(Ipv6Addresses.MOST);
        for (JsonValue element : value.asArray()) {
            if (addresses.size() == Ipv6Addresses.MOST) {
                break;
            }
            if (element.isString()) {
                Ipv6Address.parse(element.asString())
                        .filter(address -> address.isUniqueLocalOrGlobal() && !addresses.contains(address))
                        .ifPresent(addresses::add);
            }
        }
        return Ipv6Addresses.of(addresses);
    }

    /**
     * Reads an address at which a node could be reached, with port 0 if none is given.
     *
     * @return null if the text is null or empty, or names an address without meaning on another host: one with a zone,
     *     the unspecified address, multicast or broadcast
     */
    static Endpoint reachable(String text) throws MessageException {
        if (text == null || text.isEmpty() || text.indexOf('%') >= 0) {
            return null;
        }
        Endpoint endpoint = parse(text);
        return isReachable(endpoint) ? endpoint : null;
    }

    /**
     * Reads a node's further endpoints. The first {@link MapEntry#MOST_ENDPOINTS} that have a port and a meaning on
     * another host count. The key is Badger's own, so any other value counts as none.
     *
     * @param value null if there is none
     */
    static List<Endpoint> furtherEndpoints(JsonValue value) {
        if (value == null || !value.isArray()) {
            return List.of();
        }
        List<Endpoint> endpoints = new ArrayList<>(MapEntry.MOST_ENDPOINTS);
        for (JsonValue element : value.asArray()) {
            if (endpoints.size() == MapEntry.MOST_ENDPOINTS) {
                break;
            }
            Endpoint endpoint = element.isString() ? reachableOrNull(element.asString()) : null;
            if (endpoint != null && endpoint.port() != 0 && !isOfOneLink(endpoint) && !endpoints.contains(endpoint)) {
                endpoints.add(endpoint);
            }
        }
        return endpoints;
    }

    private static Endpoint reachableOrNull(String text) {
        try {
            return reachable(text);
        } catch (MessageException malformed) {
            return null;
        }
    }

    private static boolean isOfOneLink(Endpoint endpoint) {
        InetAddress address = endpoint.address();
        return address.isLinkLocalAddress() || address.isLoopbackAddress();
    }

    private static Endpoint parse(String text) throws MessageException {
        if (text.length() > MAXIMUM_LENGTH) {
            throw new MessageException("an address is too long");
        }
        if (text.startsWith("[")) {
            int bracket = text.indexOf(']');
            if (bracket < 0) {
                throw new MessageException("an address has an open bracket");
            }
            Endpoint host = ipv6(text.substring(1, bracket));
            String rest = text.substring(bracket + 1);
            if (!rest.isEmpty() && rest.charAt(0) != ':') {
                throw new MessageException("an address has something after its bracket");
            }
            return rest.isEmpty() ? host : host.withPort(port(rest.substring(1)));
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            return ipv4(text);
        }
        if (text.indexOf(':', colon + 1) >= 0) {
            return ipv6(text);
        }
        return ipv4(text.substring(0, colon)).withPort(port(text.substring(colon + 1)));
    }

    private static Endpoint ipv4(String text) throws MessageException {
        return Endpoint.ofIpv4(
                Ipv4Prefix.parseAddress(text).orElseThrow(() -> new MessageException("an address is malformed")), 0);
    }

    private static Endpoint ipv6(String text) throws MessageException {
        try {
            return Endpoint.of(Inet6Address.ofLiteral(text), 0);
        } catch (IllegalArgumentException e) {
            throw new MessageException("an IPv6 address is malformed", e);
        }
    }

    private static int port(String text) throws MessageException {
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            port = port * 10 + digit - '0';
            if (digit < '0' || digit > '9' || port > 0xFFFF) {
                throw new MessageException("a port is malformed");
            }
        }
        if (text.isEmpty()) {
            throw new MessageException("a port is missing");
        }
        return port;
    }

    private static boolean isReachable(Endpoint endpoint) {
        if (endpoint.isIpv4()) {
            int firstByte = endpoint.ipv4() >>> 24;
            return firstByte != 0 && firstByte < 224;
        }
        boolean isUnspecified = endpoint.high() == 0 && endpoint.low() == 0;
        boolean isMulticast = endpoint.high() >>> 56 == 0xFF;
        return !isUnspecified && !isMulticast;
    }
}
