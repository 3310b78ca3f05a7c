package badger.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.udp.Endpoint;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeartbeatTest {
    private static final int VIP = 0x0A00000A;

    @Test
    void readsThePapersHeartbeat() throws MessageException {
        Heartbeat heartbeat = parse("""
                {
                    "VirtualIP": "10.0.0.10",
                    "PrivateIP": "192.168.10.100"
                }
                """);
        assertEquals(new Heartbeat(VIP, endpoint("192.168.10.100", 0), ""), heartbeat);
    }

    @Test
    void writesThePapersKeysFirstAndReadsItsOwn() throws MessageException {
        Heartbeat heartbeat = new Heartbeat(VIP, endpoint("192.168.10.100", 3000), Identifier.random());
        String json = new String(heartbeat.toJson(), StandardCharsets.UTF_8);
        assertTrue(
                json.startsWith("{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"192.168.10.100\",\"PrivatePort\":3000,"));
        assertEquals(heartbeat, parse(json));
    }

    @Test
    void writesAnEmptyPrivateAddressWhereThereIsNone() throws MessageException {
        Heartbeat heartbeat = new Heartbeat(VIP, null, "");
        assertEquals(
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"\"}",
                new String(heartbeat.toJson(), StandardCharsets.UTF_8));
        assertEquals(heartbeat, parse(new String(heartbeat.toJson(), StandardCharsets.UTF_8)));
    }

    @Test
    void readsEveryFormOfPrivateAddress() throws MessageException {
        assertEquals(endpoint("192.168.1.2", 3000), privateOf("\"192.168.1.2:3000\""));
        assertEquals(endpoint("fd00::7", 3000), privateOf("\"[fd00::7]:3000\""));
        assertEquals(endpoint("fd00::7", 0), privateOf("\"[fd00::7]\""));
        assertEquals(endpoint("fd00::7", 0), privateOf("\"fd00::7\""));
        assertEquals(endpoint("192.168.1.2", 9), privateOf("\"[::ffff:192.168.1.2]:9\""));
        assertNull(privateOf("\"\""));
        assertNull(privateOf("null"));
        assertNull(parse("{\"VirtualIP\":\"10.0.0.10\"}").privateEndpoint());
    }

    @Test
    void takesAnAddressThatMeansNothingElsewhereForNone() throws MessageException {
        assertNull(privateOf("\"fe80::1%eth0\""));
        assertNull(privateOf("\"0.0.0.0\""));
        assertNull(privateOf("\"224.0.0.1:5\""));
        assertNull(privateOf("\"255.255.255.255\""));
        assertNull(privateOf("\"::\""));
        assertNull(privateOf("\"ff02::1\""));
    }

    @Test
    void readsBothSpellingsInAnyLetterCaseAndTheRightOneWins() throws MessageException {
        assertEquals(VIP, parse("{\"VirutalIP\":\"10.0.0.10\"}").virtualIp());
        assertEquals(VIP, parse("{\"virtualip\":\"10.0.0.10\"}").virtualIp());
        assertEquals(
                VIP,
                parse("{\"VIRUTALIP\":\"10.0.0.99\",\"vIrTuAlIp\":\"10.0.0.10\"}")
                        .virtualIp());
    }

    @Test
    void givesThePrivatePortToAnAddressWithoutOne() throws MessageException {
        assertEquals(
                endpoint("192.168.1.2", 7),
                parse("{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"192.168.1.2\",\"PrivatePort\":7}")
                        .privateEndpoint());
        assertEquals(
                endpoint("192.168.1.2", 8),
                parse("{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"192.168.1.2:8\",\"PrivatePort\":7}")
                        .privateEndpoint());
    }

    @Test
    void writesItsIpv6AddressesLastAndReadsThem() throws MessageException {
        Heartbeat heartbeat =
                new Heartbeat(VIP, ipv6("fd00::10", "2001:db8::1"), endpoint("192.168.10.100", 3000), "abc");
        String json = new String(heartbeat.toJson(), StandardCharsets.UTF_8);
        assertEquals(
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"192.168.10.100\",\"PrivatePort\":3000,"
                        + "\"NodeId\":\"abc\",\"VIP6\":[\"fd00::10\",\"2001:db8::1\"]}",
                json);
        assertEquals(heartbeat, parse(json));
    }

    @Test
    void aHeartbeatWithoutIpv6HasNoneAndDoesNotNameTheKey() throws MessageException {
        assertEquals(Ipv6Addresses.NONE, parse("{\"VirtualIP\":\"10.0.0.10\"}").virtualIpv6());
        String json = new String(new Heartbeat(VIP, null, "abc").toJson(), StandardCharsets.UTF_8);
        assertEquals("{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"\",\"NodeId\":\"abc\"}", json);
    }

    @Test
    void givesItsTokenBackLast() throws MessageException {
        Heartbeat heartbeat = new Heartbeat(VIP, null, "abc").takingRelayed(0xFF_0000_0001L);
        String json = new String(heartbeat.toJson(), StandardCharsets.UTF_8);
        assertEquals(
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"\",\"NodeId\":\"abc\",\"Caps\":[\"relay\"],"
                        + "\"Relay\":\"ff00000001\"}",
                json);
        assertEquals(heartbeat, parse(json));
        assertEquals(-1, parse("{\"VirtualIP\":\"10.0.0.10\",\"Relay\":true}").relayToken());
    }

    @Test
    void whateverElseStandsUnderTheIpv6KeyIsPassedOver() throws MessageException {
        for (String junk : List.of("null", "7", "\"fd00::1\"", "{}", "{\"a\":[]}", "[]", "[null,1,{},[\"fd00::1\"]]")) {
            assertEquals(Ipv6Addresses.NONE, ipv6Of(junk), junk);
        }
        assertEquals(
                ipv6("fd00::1"),
                ipv6Of("[\"fe80::1\",\"::1\",\"::\",\"ff02::1\",\"::ffff:10.0.0.1\",\"10.0.0.1\","
                        + "\"fd00::1\",\"FD00:0::1\","
                        + "\"fd00::1%eth0\",\"fd00::1/64\",\"[fd00::2]\",\"" + "0".repeat(3000) + "::1\"]"));
        assertEquals(
                ipv6("fd00::1", "fd00::2", "fd00::3", "fd00::4"),
                ipv6Of("[\"fd00::1\",\"fd00::2\",\"fd00::3\",\"fd00::4\",\"fd00::5\"]"));
    }

    @Test
    void ignoresUnknownKeysAndTrailingCommas() throws MessageException {
        assertEquals(
                new Heartbeat(VIP, null, "abc"),
                parse("{\"VirtualIP\":\"10.0.0.10\",\"NodeId\":\"abc\",\"Caps\":[1,{\"a\":null,},],\"x\":\",}\",}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "1",
                "\"x\"",
                "{",
                "}",
                "{}",
                "{,}",
                "[,]",
                "{\"VirtualIP\":\"10.0.0.10\",,}",
                "{\"VirtualIP\":\"10.0.0.10\"} x",
                "{\"VirtualIP\":\"10.0.0.10\"}{\"VirtualIP\":\"10.0.0.10\"}",
                "{\"VirtualIP\":,}",
                "{\"VirtualIP\":1}",
                "{\"VirtualIP\":null}",
                "{\"VirtualIP\":\"\"}",
                "{\"VirtualIP\":\"10.0.0\"}",
                "{\"VirtualIP\":\"10.0.0.010\"}",
                "{\"VirtualIP\":\"10.0.0.10/16\"}",
                "{\"VirtualIP\":\"10.0.0.256\"}",
                "{\"VirtualIP\":\"fd00::1\"}",
                "{\"VirtualIP\":\"example.com\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"VirtualIP\":\"10.0.0.11\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"virtualip\":\"10.0.0.10\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"x\":1,\"X\":1}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":7}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"example.com\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"1.2.3.4:\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"1.2.3.4:65536\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"1.2.3.4:-1\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"[::1\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"[::1]1\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"[::1]:\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\":::::\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"[]\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":{}}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivatePort\":\"1\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivatePort\":-1}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivatePort\":65536}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivatePort\":1.5}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivatePort\":1e999999999}",
                "{\"VirtualIP\":\"10.0.0.10\",\"PrivatePort\":99999999999999999999}",
                "{\"VirtualIP\":\"10.0.0.10\",\"NodeId\":5}",
                "{\"VirtualIP\":\"10.0.0.10\",\"NodeId\":\"a b\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"NodeId\":\"\\n\"}",
                "{\"VirtualIP\":\"10.0.0.10\",\"a\":[[[[[[[[1]]]]]]]]}",
                "{\"VirtualIP\":\"10.0.0.10\",\"a\":\"\\",
                "{\"VirtualIP\":\"10.0.0.10\",\"a\":\"\\\"",
                "{\"VirtualIP\":\"10.0.0.10\",\"a\":\"\\u00",
                "\u0000",
                "\uFEFF{\"VirtualIP\":\"10.0.0.10\"}"
            })
    void refuses(String text) {
        assertThrows(MessageException.class, () -> parse(text));
    }

    @Test
    void refusesWhatIsLongerThanItsBound() throws MessageException {
        String most = "{\"VirtualIP\":\"10.0.0.10\"}" + " ".repeat(Heartbeat.MAXIMUM_BYTES - 25);
        assertEquals(VIP, parse(most).virtualIp());
        assertThrows(MessageException.class, () -> parse(most + " "));
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] bytes = "{\"VirtualIP\":\"10.0.0.10\",\"a\":\"?\"}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == '?' ? (byte) 0xC3 : bytes[i];
        }
        assertThrows(MessageException.class, () -> Heartbeat.parse(bytes, bytes.length));
    }

    @Test
    void neverRepeatsWhatItWasSent() {
        String secret = "leak-me";
        MessageException e = assertThrows(
                MessageException.class, () -> parse("{\"VirtualIP\":\"" + secret + "\",\"" + secret + "\":1}"));
        assertTrue(!e.getMessage().contains(secret));
    }

    private static Ipv6Addresses ipv6Of(String json) throws MessageException {
        return parse("{\"VirtualIP\":\"10.0.0.10\",\"vip6\":" + json + "}").virtualIpv6();
    }

    private static Ipv6Addresses ipv6(String... texts) {
        return Ipv6Addresses.of(Arrays.stream(texts)
                .map(text -> Ipv6Address.parse(text).orElseThrow())
                .toList());
    }

    private static Endpoint privateOf(String json) throws MessageException {
        return parse("{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":" + json + "}").privateEndpoint();
    }

    private static Heartbeat parse(String text) throws MessageException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Heartbeat.parse(bytes, bytes.length);
    }

    private static Endpoint endpoint(String address, int port) {
        return Endpoint.of(InetAddress.ofLiteral(address), port);
    }
}
