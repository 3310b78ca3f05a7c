package badger.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.wire.RelayFrame;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Questions and answers about a node's NAT, and its class on the map. */
final class ProbeTest {
    private static final int TEN = 0x0A00000A;
    private static final String LONGEST_NAME = "x".repeat(64);
    private static final Endpoint PUBLIC = Endpoint.of(InetAddress.ofLiteral("198.51.100.1"), 4_400);

    @Test
    void probesAndAnswersAreReadAsTheyWereWritten() throws MessageException {
        Probe probe = new Probe("abc", TEN, "a-node");
        assertEquals(probe, Probe.parse(probe.toJson(), probe.toJson().length));
        assertEquals(
                "{\"Probe\":\"abc\",\"VirtualIP\":\"10.0.0.10\",\"NodeId\":\"a-node\"}",
                new String(probe.toJson(), StandardCharsets.UTF_8).strip());
        ProbeAnswer answer = new ProbeAnswer("abc", PUBLIC, PUBLIC.withPort(5));
        assertEquals(answer, answer(new String(answer.toJson(), StandardCharsets.UTF_8)));
        assertEquals(
                "{\"Probed\":\"abc\",\"Observed\":\"198.51.100.1:4400\",\"Main\":\"198.51.100.1:5\"}",
                new String(answer.toJson(), StandardCharsets.UTF_8));
        assertEquals(new ProbeAnswer("abc"), answer("{\"Probed\":\"abc\"}"));
    }

    @Test
    void allAnswersTogetherAreNoLongerThanTheProbe() {
        Endpoint longest = Endpoint.of(InetAddress.ofLiteral("2001:db8:1111:2222:3333:4444:5555:6666"), 60_000);
        int answers = new ProbeAnswer(LONGEST_NAME, longest, longest).toJson().length
                + new ProbeAnswer(LONGEST_NAME).toJson().length;
        // The second answer has headers of its own, of IPv6 and UDP.
        assertTrue(answers + 48 <= Probe.BYTES, answers + " bytes");
        assertEquals(Probe.BYTES, new Probe(LONGEST_NAME, 0xC8C8C8C8, LONGEST_NAME).toJson().length);
        assertEquals(Probe.BYTES, new Probe("a", TEN, "b").toJson().length);
        assertTrue(new ProbeAnswer(LONGEST_NAME, longest, longest).toJson().length <= ProbeAnswer.MAXIMUM_BYTES);
    }

    @Test
    void whatIsNoProbeIsRefused() {
        for (String text : List.of(
                "",
                "{}",
                "{\"VirtualIP\":\"10.0.0.10\",\"NodeId\":\"a\"}",
                "{\"Probe\":\"a\",\"VirtualIP\":\"10.0.0.10\"}",
                "{\"Probe\":\"a\",\"VirtualIP\":\"ten\",\"NodeId\":\"a\"}",
                "{\"Probe\":\"a b\",\"VirtualIP\":\"10.0.0.10\",\"NodeId\":\"a\"}",
                "{\"Probe\":7,\"VirtualIP\":\"10.0.0.10\",\"NodeId\":\"a\"}")) {
            byte[] bytes = (text + " ".repeat(Probe.BYTES - text.length())).getBytes(StandardCharsets.UTF_8);
            assertThrows(MessageException.class, () -> Probe.parse(bytes, bytes.length), text);
        }
        byte[] whole = new Probe("abc", TEN, "a-node").toJson();
        assertThrows(MessageException.class, () -> Probe.parse(whole, Probe.BYTES - 1));
    }

    @Test
    void whatIsNoAnswerIsRefused() {
        for (String text : List.of(
                "",
                "{}",
                "{\"Probed\":\"\"}",
                "{\"Probed\":\"a\",\"Observed\":\"198.51.100.1:4400\"}",
                "{\"Probed\":\"a\",\"Observed\":\"nowhere\",\"Main\":\"198.51.100.1:4400\"}",
                "{\"Probed\":\"a\"}" + " ".repeat(ProbeAnswer.MAXIMUM_BYTES))) {
            assertThrows(MessageException.class, () -> answer(text), text);
        }
    }

    @Test
    void theClassStandsInHeartbeatAndMapAndOtherWordsAreNone() throws MessageException {
        Heartbeat heartbeat = new Heartbeat(TEN, null, "abc").withNatClass(NatClass.EASY);
        String json = new String(heartbeat.toJson(), StandardCharsets.UTF_8);
        assertTrue(json.endsWith(",\"NAT\":\"easy\"}"), json);
        assertEquals(heartbeat, Heartbeat.parse(heartbeat.toJson(), heartbeat.toJson().length));
        for (String junk : List.of("\"soft\"", "7", "[\"easy\"]", "null", "{}")) {
            byte[] bytes = json.replace("\"easy\"", junk).getBytes(StandardCharsets.UTF_8);
            assertEquals(NatClass.UNKNOWN, Heartbeat.parse(bytes, bytes.length).natClass(), junk);
        }
        MapEntry entry = new MapEntry(TEN, PUBLIC, null).withNatClass(NatClass.FULL_CONE);
        NetworkMap map = new NetworkMap(List.of(entry), 0, "e", 9_945, 0, RelayFrame.NO_TOKEN);
        assertEquals(
                "{\"Epoch\":\"e\",\"ProbePort\":9945,\"Nodes\":[{\"VirtualIP\":\"10.0.0.10\",\"PrivateIP\":\"\","
                        + "\"PublicIP\":\"198.51.100.1:4400\",\"NAT\":\"full-cone\"}],\"MyIndex\":0}",
                new String(map.toJson(), StandardCharsets.UTF_8));
        assertEquals(map, IexMessage.parse(map.toJson(), map.toJson().length));
    }

    @Test
    void furtherEndpointsStandInHeartbeatAndMapAndAreFewAndUsable() throws MessageException {
        Endpoint six = Endpoint.of(InetAddress.ofLiteral("2001:db8::5"), 3_000);
        Endpoint lan = Endpoint.of(InetAddress.ofLiteral("192.168.20.1"), 3_000);
        Heartbeat heartbeat = new Heartbeat(TEN, null, "abc").withFurtherEndpoints(List.of(six, lan));
        String json = new String(heartbeat.toJson(), StandardCharsets.UTF_8);
        assertTrue(json.endsWith(",\"Endpoints\":[\"[2001:db8:0:0:0:0:0:5]:3000\",\"192.168.20.1:3000\"]}"), json);
        assertEquals(heartbeat, Heartbeat.parse(heartbeat.toJson(), heartbeat.toJson().length));
        MapEntry entry = new MapEntry(TEN, PUBLIC, null).withFurtherEndpoints(List.of(six, lan));
        NetworkMap map = new NetworkMap(List.of(entry), 0, "");
        assertEquals(map, IexMessage.parse(map.toJson(), map.toJson().length));

        String list = json.substring(json.indexOf("[\"["), json.length() - 1);
        for (String junk : List.of(
                "7",
                "\"192.168.20.1:3000\"",
                "{}",
                "null",
                "[7,null,\"\",\"x\",\"192.168.20.1\"]",
                "[\"fe80::1\",\"[fe80::1]:1\",\"169.254.1.1:1\",\"127.0.0.1:1\",\"224.0.0.1:1\",\"[::1]:1\"]")) {
            byte[] bytes = json.replace(list, junk).getBytes(StandardCharsets.UTF_8);
            assertEquals(List.of(), Heartbeat.parse(bytes, bytes.length).furtherEndpoints(), junk);
        }
        byte[] many = json.replace(
                        list, "[\"1.1.1.1:1\",\"1.1.1.1:1\",\"1.1.1.2:1\",\"1.1.1.3:1\",\"1.1.1.4:1\",\"1.1.1.5:1\"]")
                .getBytes(StandardCharsets.UTF_8);
        assertEquals(
                "[1.1.1.1:1, 1.1.1.2:1, 1.1.1.3:1, 1.1.1.4:1]",
                Heartbeat.parse(many, many.length).furtherEndpoints().toString());
        assertThrows(
                IllegalArgumentException.class, () -> heartbeat.withFurtherEndpoints(List.of(six, six, six, six, six)));
    }

    @Test
    void knocksAreReadAsTheyWereWritten() throws MessageException {
        Heartbeat heartbeat = new Heartbeat(TEN, null, "abc").takingKnocks().withKnocks(List.of(TEN + 1, TEN + 2));
        String json = new String(heartbeat.toJson(), StandardCharsets.UTF_8);
        assertTrue(json.endsWith(",\"Caps\":[\"knock\"],\"Knock\":[\"10.0.0.11\",\"10.0.0.12\"]}"), json);
        assertEquals(heartbeat, Heartbeat.parse(heartbeat.toJson(), heartbeat.toJson().length));
        byte[] junk = "{\"VirtualIP\":\"10.0.0.10\",\"Caps\":\"knock\",\"Knock\":[7,\"x\",\"10.0.0.11\"]}"
                .getBytes(StandardCharsets.UTF_8);
        assertEquals(new Heartbeat(TEN, null, "").withKnocks(List.of(TEN + 1)), Heartbeat.parse(junk, junk.length));
        String names = IntStream.range(1, 100)
                .mapToObj(host -> "\"10.0.1." + host + "\",\"10.0.1.1\",")
                .collect(Collectors.joining());
        byte[] many = ("{\"VirtualIP\":\"10.0.0.10\",\"Knock\":[" + names + "null]}").getBytes(StandardCharsets.UTF_8);
        assertEquals(
                Heartbeat.MOST_KNOCKS,
                Heartbeat.parse(many, many.length).knocks().size());
        byte[] knock = new Knock(TEN).toJson();
        assertEquals("{\"Knock\":\"10.0.0.10\"}", new String(knock, StandardCharsets.UTF_8));
        assertEquals(new Knock(TEN), IexMessage.parse(knock, knock.length));
        byte[] nobody = "{\"Knock\":[]}".getBytes(StandardCharsets.UTF_8);
        assertThrows(MessageException.class, () -> IexMessage.parse(nobody, nobody.length));
        byte[] map = "{\"Nodes\":[],\"Knock\":7}".getBytes(StandardCharsets.UTF_8);
        assertEquals(new NetworkMap(List.of(), -1, ""), IexMessage.parse(map, map.length));
    }

    @Test
    void aProbePortThatIsNoneCostsNobodyTheMap() throws MessageException {
        for (String junk : List.of("\"9945\"", "-1", "65536", "99999999999", "1.5", "[]", "null")) {
            byte[] bytes = ("{\"ProbePort\":" + junk + ",\"Nodes\":[]}").getBytes(StandardCharsets.UTF_8);
            assertEquals(new NetworkMap(List.of(), -1, ""), IexMessage.parse(bytes, bytes.length), junk);
        }
    }

    private static ProbeAnswer answer(String text) throws MessageException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ProbeAnswer.parse(bytes, bytes.length);
    }
}
