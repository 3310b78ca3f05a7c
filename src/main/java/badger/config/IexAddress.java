package badger.config;

import badger.udp.Endpoint;
import badger.wire.Ipv4Prefix;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * The address of an IEX server: a name or an IP address, and a UDP port.
 *
 * @param host a name or a literal address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record IexAddress(String host, int port) {
    public static final int DEFAULT_PORT = 9944;

    private static final int LONGEST_NAME = 253;

    /** Reads {@code host}, {@code host:port}, {@code [v6]}, {@code [v6]:port} or a bare IPv6 address. */
    public static IexAddress parse(String text) throws ConfigException {
        String host = text;
        int port = DEFAULT_PORT;
        if (text.startsWith("[")) {
            int bracket = text.indexOf(']');
            if (bracket < 0) {
                throw bad(text);
            }
            host = text.substring(1, bracket);
            String rest = text.substring(bracket + 1);
            if (!isIpv6(host) || !(rest.isEmpty() || rest.startsWith(":"))) {
                throw bad(text);
            }
            port = rest.isEmpty() ? DEFAULT_PORT : port(rest.substring(1), text);
        } else if (text.indexOf(':') != text.lastIndexOf(':')) {
            if (!isIpv6(text)) {
                throw bad(text);
            }
        } else {
            int colon = text.indexOf(':');
            if (colon >= 0) {
                host = text.substring(0, colon);
                port = port(text.substring(colon + 1), text);
            }
            if (!isNameOrIpv4(host)) {
                throw bad(text);
            }
        }
        return new IexAddress(host, port);
    }

    /**
     * Looks the name up. It may block as long as the system's resolver does.
     *
     * @throws ConfigException with exit code 5 if the name has no address
     */
    public List<Endpoint> resolve() throws ConfigException {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .map(address -> Endpoint.of(address, port))
                    .toList();
        } catch (UnknownHostException e) {
            throw new ConfigException(
                    "cannot resolve the IEX server's name " + host + ": check --iex and this host's DNS",
                    ConfigException.IEX);
        }
    }

    /** The address in a form that {@link #parse} reads. */
    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    private static int port(String text, String whole) throws ConfigException {
        int port = Numbers.parse(text);
        if (port < 1 || port > 0xFFFF) {
            throw bad(whole);
        }
        return port;
    }

    private static boolean isIpv6(String host) {
        try {
            return host.indexOf(':') >= 0
                    && host.indexOf('[') < 0
                    && !Inet6Address.ofLiteral(host).isAnyLocalAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isNameOrIpv4(String host) {
        boolean isMadeOfNameCharacters = host.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '-'
                        || c == '.'
                        || c == '_');
        if (host.isEmpty() || host.length() > LONGEST_NAME || !isMadeOfNameCharacters || host.startsWith(".")) {
            return false;
        }
        // A text whose last part is a number is an IPv4 address, perhaps mistyped, but never a name (RFC 3696, 2).
        String lastPart = host.substring(host.lastIndexOf('.') + 1);
        boolean isMeantAsIpv4 = lastPart.chars().allMatch(c -> c >= '0' && c <= '9') && !lastPart.isEmpty();
        return !isMeantAsIpv4 || Ipv4Prefix.parseAddress(host).orElse(0) != 0;
    }

    private static ConfigException bad(String text) {
        return new ConfigException("--iex " + Printable.text(text)
                + " is not an IEX server's address: give HOST:PORT, ADDRESS:PORT or [IPV6]:PORT"
                + " (port 9944 if left out)");
    }
}
