package badger.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IexMessageTest {
    private static final MapEntry TEN =
            new MapEntry(0x0A00000A, endpoint("1.1.1.1", 4400), endpoint("192.168.10.100", 3000));
    private static final MapEntry TWENTY =
            new MapEntry(0x0A000014, endpoint("2.2.2.2", 4400), endpoint("192.168.10.200", 3000));

    @Test
    void readsThePapersMapWithItsCommasAndItsSpelling() throws MessageException {
        NetworkMap map = map("""
                {
                    "Nodes": [
                        {
                            "VirutalIP": "10.0.0.10",
                            "PrivateIP": "192.168.10.100:3000",
                            "PublicIP": "1.1.1.1:4400",
                        },
                        {
                            "VirutalIP": "10.0.0.20",
                            "PrivateIP": "192.168.10.200:3000",
                            "PublicIP": "2.2.2.2:4400",
                        }
                    ],
                    "MyIndex": 0
                }
                """);
        assertEquals(new NetworkMap(List.of(TEN, TWENTY), 0, ""), map);
    }

    @Test
    void readsWhatGoWritesOfThePapersStruct() throws MessageException {
        NetworkMap map = map("{\"Nodes\":[{\"PublicIP\":\"[::ffff:1.1.1.1]:4400\",\"PrivateIP\":\"\","
                + "\"VirtualIP\":\"10.0.0.10\"}],\"MyIndex\":0}");
        assertEquals(List.of(new MapEntry(0x0A00000A, endpoint("1.1.1.1", 4400), null)), map.nodes());
        assertEquals(new NetworkMap(List.of(), -1, ""), map("{\"Nodes\":null,\"MyIndex\":0}"));
    }

    @Test
    void writesOurKeysBeforeThePapers() {
        assertEquals(
                "{\"Epoch\":\"e1\",\"Nodes\":["
                        + "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"192.168.10.100:3000\","
                        + "\"PublicIP\":\"1.1.1.1:4400\"},"
                        + "{\"VirtualIP\":\"10.0.0.20\",\"PrivateIP\":\"192.168.10.200:3000\","
                        + "\"PublicIP\":\"2.2.2.2:4400\"}"
                        + "],\"MyIndex\":1}",
                new String(new NetworkMap(List.of(TEN, TWENTY), 1, "e1").toJson(), StandardCharsets.UTF_8));
    }

    @Test
    void readsItsOwnMaps() throws MessageException {
        MapEntry v6 = new MapEntry(0x0A00001E, endpoint("2001:db8::1", 1), null);
        NetworkMap map = new NetworkMap(List.of(TEN, v6, TWENTY), 2, "abc");
        assertEquals(map, parse(map.toJson()));
        NetworkMap empty = new NetworkMap(List.of(), -1, "");
        assertEquals(empty, parse(empty.toJson()));
    }

    @Test
    void patchesOnlyTheIndexFromReceiverToReceiver() throws MessageException {
        List<MapEntry> nodes = nodes(120);
        MemorySegment message = MemorySegment.ofArray(new byte[IexMessage.MAXIMUM_BYTES]);
        MapWriter writer = new MapWriter(message, false);
        assertEquals(120, writer.write(nodes, "e", 0));
        for (int i : new int[] {0, 119, 5, 100, 9, 10}) {
            assertEquals(new NetworkMap(nodes, i, "e"), parse(bytes(message, writer.addressTo(i))));
        }
    }

    @Test
    void writesBothSpellingsWhenAsked() {
        MemorySegment message = MemorySegment.ofArray(new byte[IexMessage.MAXIMUM_BYTES]);
        MapWriter writer = new MapWriter(message, true);
        writer.write(List.of(TEN), "", 0);
        assertEquals(
                "{\"Nodes\":[{\"VirtualIP\":\"10.0.0.10\",\"VirutalIP\":\"10.0.0.10\","
                        + "\"PrivateIP\":\"192.168.10.100:3000\",\"PublicIP\":\"1.1.1.1:4400\"}],\"MyIndex\":0}",
                new String(bytes(message, writer.addressTo(0)), StandardCharsets.UTF_8));
    }

    @Test
    void writesWhoTakesRelayedDatagramsAndEachReceiversToken() throws MessageException {
        List<MapEntry> nodes = List.of(TEN, TWENTY.withRelayed(true));
        MemorySegment message = MemorySegment.ofArray(new byte[IexMessage.MAXIMUM_BYTES]);
        MapWriter writer = new MapWriter(message, false);
        writer.write(nodes, "", 0);
        byte[] json = bytes(message, writer.addressTo(1, 0x01_2345_ABCDL));
        assertEquals(
                "{\"Nodes\":["
                        + "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"192.168.10.100:3000\","
                        + "\"PublicIP\":\"1.1.1.1:4400\"},"
                        + "{\"VirtualIP\":\"10.0.0.20\",\"PrivateIP\":\"192.168.10.200:3000\","
                        + "\"PublicIP\":\"2.2.2.2:4400\","
                        + "\"Relay\":true}"
                        + "],\"MyIndex\":1,\"Relay\":\"012345abcd\"}",
                new String(json, StandardCharsets.UTF_8));
        assertEquals(new NetworkMap(nodes, 1, "", 0, 0, 0x01_2345_ABCDL), parse(json));
        // Nothing of a longer tail is left for the next receiver.
        assertEquals(new NetworkMap(nodes, 0, ""), parse(bytes(message, writer.addressTo(0))));
    }

    @Test
    void whateverElseStandsUnderTheRelayKeyCountsAsNone() throws MessageException {
        for (String junk :
                List.of("true", "null", "7", "\"\"", "\"012345abc\"", "\"012345abcdx\"", "\"012345abcg\"", "[]")) {
            NetworkMap map =
                    map("{\"Nodes\":[{\"VirtualIP\":\"10.0.0.10\",\"PublicIP\":\"1.1.1.1:4400\",\"Relay\":\"yes\"}],"
                            + "\"Relay\":" + junk + "}");
            assertEquals(-1, map.relayToken(), junk);
            assertFalse(map.nodes().getFirst().takesRelayed());
        }
    }

    @Test
    void cutsAMapThatOutgrowsADatagramAndKeepsEachReceiversOwnEntry() throws MessageException {
        List<MapEntry> nodes = nodes(2000);
        MemorySegment message = MemorySegment.ofArray(new byte[IexMessage.MAXIMUM_BYTES]);
        MapWriter writer = new MapWriter(message, true);
        int kept = writer.write(nodes, Identifier.random(), 65_535);
        assertTrue(kept > 400 && kept < 700, "kept " + kept);
        for (int i : new int[] {0, 1999, kept - 1, kept, kept - 2, 1000, 7}) {
            NetworkMap map = (NetworkMap) parse(bytes(message, writer.addressTo(i)));
            assertEquals(kept, map.nodes().size());
            assertEquals(nodes.get(i), map.nodes().get(map.myIndex()));
            assertEquals(nodes.subList(0, kept - 1), map.nodes().subList(0, kept - 1));
        }
        assertEquals(0, ((NetworkMap) parse(bytes(message, writer.addressTo(0)))).refusedEntries());
    }

    @Test
    void writesIpv6AddressesBehindThePapersKeysOfTheNodesThatHaveSome() throws MessageException {
        MapEntry six = TWENTY.withVirtualIpv6(ipv6(1, 2));
        NetworkMap map = new NetworkMap(List.of(TEN, six), 0, "");
        assertEquals(
                "{\"Nodes\":["
                        + "{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"192.168.10.100:3000\","
                        + "\"PublicIP\":\"1.1.1.1:4400\"},"
                        + "{\"VirtualIP\":\"10.0.0.20\",\"PrivateIP\":\"192.168.10.200:3000\","
                        + "\"PublicIP\":\"2.2.2.2:4400\","
                        + "\"VIP6\":[\"fd00::1\",\"fd00::2\"]}"
                        + "],\"MyIndex\":0}",
                new String(map.toJson(), StandardCharsets.UTF_8));
        assertEquals(map, parse(map.toJson()));
    }

    @Test
    void anEntryWithJunkForIpv6AddressesIsAnEntryAllTheSame() throws MessageException {
        String start = "{\"Nodes\":[{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"192.168.10.100:3000\","
                + "\"PublicIP\":\"1.1.1.1:4400\",\"VIP6\":";
        for (String junk :
                List.of("7", "\"fd00::1\"", "{\"fd00::1\":1}", "[7,null,\"\",\"ff02::1\"]", "[[[]]]", "true")) {
            assertEquals(new NetworkMap(List.of(TEN), 0, ""), map(start + junk + "}],\"MyIndex\":0}"), junk);
        }
    }

    @Test
    void aMapOfTheLongestEntriesEndsWithinADatagramAndKeepsEachReceiversOwnEntry() throws MessageException {
        Endpoint longest = endpoint("2001:db8:1111:2222:3333:4444:5555:6666", 60_000);
        List<MapEntry> nodes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            List<Ipv6Address> addresses = new ArrayList<>();
            for (int j = 0; j < Ipv6Addresses.MOST; j++) {
                addresses.add(new Ipv6Address(0xFD12_3456_789A_BCDEL, 0xFEDC_BA98_1111_1000L + 4L * i + j));
            }
            // The last entries are short, so that those in the last place differ much in length.
            boolean isLong = i < 900;
            nodes.add(new MapEntry(
                    0xC8C8C8C8 + i,
                    isLong ? Ipv6Addresses.of(addresses) : Ipv6Addresses.NONE,
                    isLong ? longest : endpoint("1.1.1.1", 1),
                    isLong ? longest : null,
                    isLong ? NatClass.FULL_CONE : NatClass.UNKNOWN,
                    isLong
                            ? List.of(
                                    longest,
                                    longest.withPort(60_001),
                                    longest.withPort(60_002),
                                    longest.withPort(60_003))
                            : List.of(),
                    isLong));
        }
        for (boolean isReversed : new boolean[] {false, true}) {
            List<MapEntry> ordered = isReversed ? nodes.reversed() : nodes;
            MemorySegment message = MemorySegment.ofArray(new byte[IexMessage.MAXIMUM_BYTES]);
            MapWriter writer = new MapWriter(message, true);
            int kept = writer.write(ordered, Identifier.random(), 65_535);
            assertTrue(kept > 100 && kept < 400, "kept " + kept);
            for (int i : new int[] {0, 999, kept - 1, kept, 500, 7, 899, 900}) {
                int length = writer.addressTo(i, 0xFF_FFFF_FFFFL);
                assertTrue(length <= IexMessage.MAXIMUM_BYTES);
                NetworkMap map = (NetworkMap) parse(bytes(message, length));
                assertEquals(kept, map.nodes().size());
                assertEquals(ordered.get(i), map.nodes().get(map.myIndex()));
            }
        }
    }

    @Test
    void leavesOutWhatItCannotReadAndKeepsTheMeaningOfMyIndex() throws MessageException {
        String good = "{\"VirtualIP\":\"10.0.0.20\",\"PublicIP\":\"2.2.2.2:4400\"}";
        NetworkMap map = map("{\"Nodes\":[{},null,7,{\"VirtualIP\":\"fd00::1\",\"PublicIP\":\"2.2.2.2:4400\"},"
                + "{\"VirtualIP\":\"10.0.0.9\",\"PublicIP\":\"2.2.2.2\"},"
                + "{\"VirtualIP\":\"10.0.0.9\",\"PublicIP\":\"0.0.0.0:5\"},"
                + "{\"VirtualIP\":\"10.0.0.9\",\"PublicIP\":\"2.2.2.2:0\"},"
                + "{\"VirtualIP\":\"10.0.0.9\",\"virtualIp\":\"10.0.0.9\",\"PublicIP\":\"2.2.2.2:1\"},"
                + good + "],\"MyIndex\":8}");
        assertEquals(8, map.refusedEntries());
        assertEquals(0, map.myIndex());
        assertEquals(0x0A000014, map.nodes().getFirst().virtualIp());
        assertEquals(-1, map("{\"Nodes\":[{}," + good + "],\"MyIndex\":0}").myIndex());
        assertEquals(-1, map("{\"Nodes\":[" + good + "],\"MyIndex\":1}").myIndex());
        assertEquals(-1, map("{\"Nodes\":[" + good + "],\"MyIndex\":-5}").myIndex());
        assertEquals(-1, map("{\"Nodes\":[" + good + "]}").myIndex());
    }

    @Test
    void takesThePublicPortWhereThePrivateOneIsMissing() throws MessageException {
        NetworkMap map = map("{\"Nodes\":[{\"VirtualIP\":\"10.0.0.10\",\"PublicIP\":\"1.1.1.1:4400\","
                + "\"PrivateIP\":\"192.168.10.100\"}],\"MyIndex\":0}");
        assertEquals(endpoint("192.168.10.100", 4400), map.nodes().getFirst().privateEndpoint());
        assertNull(map("{\"Nodes\":[{\"VirtualIP\":\"10.0.0.10\",\"PublicIP\":\"1.1.1.1:4400\"}],\"MyIndex\":0}")
                .nodes()
                .getFirst()
                .privateEndpoint());
    }

    @Test
    void readsItsOwnRefusalAndDisarmsTheText() throws MessageException {
        Refusal refusal = new Refusal(Refusal.VIRTUAL_IP_CONFLICT, 0x0A00000A, "held by another node");
        assertEquals(refusal, parse(refusal.toJson()));
        assertTrue(refusal.toJson().length < 2 * 57, "a forged heartbeat must not earn much more than it cost");
        String longText =
                "{\"Error\":\"X\",\"VirtualIP\":\"10.0.0.10\",\"Message\":\"a\\u001b[2J\\n" + "b".repeat(999) + "\"}";
        Refusal hostile = assertInstanceOf(Refusal.class, parse(longText.getBytes(StandardCharsets.UTF_8)));
        assertTrue(hostile.message().startsWith("a?[2J?b"));
        assertEquals(200, hostile.message().length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"MyIndex\":0}",
                "{\"Nodes\":{}}",
                "{\"Nodes\":7,\"MyIndex\":0}",
                "{\"Nodes\":[],\"MyIndex\":\"0\"}",
                "{\"Nodes\":[],\"MyIndex\":0.5}",
                "{\"Nodes\":[],\"MyIndex\":99999999999}",
                "{\"Nodes\":[],\"nodes\":[]}",
                "{\"Nodes\":[],\"MyIndex\":0,\"myindex\":1}",
                "{\"Nodes\":[,],\"MyIndex\":0}",
                "{\"Nodes\":[{},,],\"MyIndex\":0}",
                "{\"Nodes\":[[[[[[[[[]]]]]]]]]}",
                "{\"Nodes\":[],\"Epoch\":7}",
                "{\"Nodes\":[],\"Epoch\":\"a b\"}",
                "{\"Error\":7,\"VirtualIP\":\"10.0.0.10\"}",
                "{\"Error\":\"\",\"VirtualIP\":\"10.0.0.10\"}",
                "{\"Error\":\"VirtualIPConflict\"}",
                "{\"Error\":\"VirtualIPConflict\",\"VirtualIP\":\"10.0.0.10\",\"Message\":[]}"
            })
    void refuses(String text) {
        assertThrows(MessageException.class, () -> parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void refusesWhatIsLongerThanADatagram() {
        byte[] bytes = ("{\"Nodes\":[]}" + " ".repeat(IexMessage.MAXIMUM_BYTES)).getBytes(StandardCharsets.UTF_8);
        assertThrows(MessageException.class, () -> parse(bytes));
    }

    /** Addresses from fd00::1 on. */
    private static Ipv6Addresses ipv6(long... lows) {
        return Ipv6Addresses.of(Arrays.stream(lows)
                .mapToObj(low -> new Ipv6Address(0xFD00L << 48, low))
                .toList());
    }

    private static List<MapEntry> nodes(int count) {
        List<MapEntry> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new MapEntry(
                    0x0A000001 + i,
                    i % 3 == 0
                            ? endpoint("2001:db8:1111:2222:3333:4444:5555:6666", 10_000 + i)
                            : endpoint("1.1.1.1", 1 + i),
                    i % 5 == 0 ? null : Endpoint.ofIpv4(0xC0A80001 + i, 3000)));
        }
        return nodes;
    }

    private static byte[] bytes(MemorySegment message, int length) {
        return message.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private static NetworkMap map(String text) throws MessageException {
        return assertInstanceOf(NetworkMap.class, parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static IexMessage parse(byte[] bytes) throws MessageException {
        return IexMessage.parse(bytes, bytes.length);
    }

    private static Endpoint endpoint(String address, int port) {
        return Endpoint.of(InetAddress.ofLiteral(address), port);
    }
}
