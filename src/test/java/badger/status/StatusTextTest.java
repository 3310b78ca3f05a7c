package badger.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Ratio;
import badger.counter.Traffic;
import badger.counter.TrafficSums;
import com.eclipsesource.json.Json;
import com.eclipsesource.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The texts of a status, for people and for programs. */
final class StatusTextTest {
    private static final NodeStatus.PeerStatus PEER = new NodeStatus.PeerStatus(
            "10.0.0.20", "198.51.100.2:4400", null, null, false, "easy", 1_400, 1_234, 5, 6, 7);
    private static final NodeStatus EARLIER = status(10, 1, 40, Map.of("inbound_punch", 2L, "inbound_replayed", 1L));
    private static final NodeStatus LATER = status(12, 3, 120, Map.of("inbound_punch", 5L, "inbound_replayed", 1L));

    @Test
    void jsonHoldsEveryCountAndRatioUnderItsKey() {
        JsonObject json = Json.parse(StatusJson.write(LATER)).asObject();
        assertEquals(1, json.getInt("schema", 0));
        for (Traffic what : Traffic.values()) {
            assertEquals(
                    LATER.traffic().of(what), json.get("traffic").asObject().getLong(what.key(), -1), what.key());
        }
        assertEquals(Ratio.values().length, json.get("ratios").asObject().size());
        assertEquals(40.0, json.get("ratios").asObject().getDouble("segments_per_send", 0));
        assertTrue(json.get("ratios").asObject().get("bytes_per_receive").isNull());
        assertEquals(
                "{\"inbound_punch\":5,\"inbound_replayed\":1}",
                json.get("drops").toString());
        assertEquals(
                "{\"virtual_ip\":\"10.0.0.20\",\"endpoint\":\"198.51.100.2:4400\",\"connected\":true,\"relay\":null,"
                        + "\"unreachable\":null,\"dormant\":false,\"nat\":\"easy\","
                        + "\"mtu\":1400,\"records_sealed\":1234,\"sealed_bytes\":5,"
                        + "\"records_opened\":6,\"opened_bytes\":7}",
                json.get("peers").asArray().get(0).toString());
        assertEquals(1, StatusJson.write(LATER).lines().count());
    }

    @Test
    void jsonOfAnIntervalHoldsTheDifferences() {
        JsonObject interval = Json.parse(StatusJson.write(LATER, EARLIER))
                .asObject()
                .get("interval")
                .asObject();
        assertEquals(2.0, interval.getDouble("seconds", 0));
        assertEquals(2, interval.get("traffic").asObject().getLong("sends", 0));
        assertEquals(80, interval.get("traffic").asObject().getLong("datagrams_sent", 0));
        assertEquals("{\"inbound_punch\":3}", interval.get("drops").toString());
    }

    @Test
    void tableNamesEveryCountRatioDropAndPeer() {
        String table = StatusTable.text(LATER);
        for (Traffic what : Traffic.values()) {
            assertTrue(table.contains(what.description()), what.description());
        }
        for (Ratio ratio : Ratio.values()) {
            assertTrue(table.contains(ratio.description()), ratio.description());
        }
        assertMatches(table, "badger0: node 10\\.0\\.0\\.10/16, process 4711, up 0:00:12, NAT full-cone");
        assertMatches(table, "  segments per send +40\\.0   at least 40");
        assertMatches(table, "  bytes per receive +-   at least 55,000");
        assertMatches(table, "  wake-ups per super-packet +-   at most 4");
        assertMatches(table, "  inbound_punch +5");
        assertMatches(table, "10\\.0\\.0\\.20 +198\\.51\\.100\\.2:4400 +easy +1400 +1,234 +5 +6 +7");
        assertFalse(table.contains("none"));
    }

    @Test
    void tableSaysWhereThereIsNothing() {
        String table = StatusTable.text(new NodeStatus(
                "10.0.0.10/16",
                "badger0",
                1,
                "",
                "unknown",
                Duration.ofDays(3),
                EARLIER.traffic(),
                Map.of(),
                List.of()));
        assertMatches(table, "badger0: node .*, up 3 days 0:00:00, NAT unknown");
        assertEquals(2, table.lines().filter(line -> line.equals("  none")).count());
        String unconnected = StatusTable.text(new NodeStatus(
                "10.0.0.10/16",
                "badger0",
                1,
                "",
                "firewall",
                Duration.ZERO,
                EARLIER.traffic(),
                Map.of(),
                List.of(new NodeStatus.PeerStatus(
                        "10.0.0.30", null, null, "a reason", false, "unknown", 0, 0, 0, 0, 0))));
        assertMatches(unconnected, "10\\.0\\.0\\.30 +unreachable +unknown +- +0 +0 +0 +0");
        assertMatches(unconnected, " +a reason");
    }

    @Test
    void relayedPeerIsShownWithItsServer() {
        NodeStatus.PeerStatus peer = new NodeStatus.PeerStatus(
                "10.0.0.30", "relay:10.0.0.30", "203.0.113.1:9944", null, false, "hard", 1_400, 1, 2, 3, 4);
        NodeStatus status = new NodeStatus(
                "10.0.0.10/16", "badger0", 1, "", "hard", Duration.ZERO, EARLIER.traffic(), Map.of(), List.of(peer));
        assertMatches(
                StatusTable.text(status), "10\\.0\\.0\\.30 +relayed by 203\\.0\\.113\\.1:9944 +hard +1400 +1 +2 +3 +4");
        JsonObject json = Json.parse(StatusJson.write(status)).asObject();
        assertEquals(
                "203.0.113.1:9944",
                json.get("peers").asArray().get(0).asObject().getString("relay", ""));
        PeerExplanation explanation = new PeerExplanation(
                "10.0.0.30",
                "relay:10.0.0.30",
                "203.0.113.1:9944",
                null,
                "holding_back",
                new PeerExplanation.NatClasses("hard", "easy"),
                List.of());
        assertEquals("""
                10.0.0.30 is connected at relay:10.0.0.30 by way of IEX, which is 203.0.113.1:9944
                State: holding back
                NAT before this node: hard, before the peer: easy
                """, explanation.text());
    }

    @Test
    void watchingShowsRatesUnderAHeading() {
        WatchTable table = new WatchTable();
        List<String> first = table.lines(LATER, EARLIER).lines().toList();
        assertEquals(3, first.size());
        assertTrue(first.getFirst().contains("Mbit/s"));
        // 80 records of 1,400 bytes in two seconds: 40 a second, 0.4 Mbit/s.
        assertTrue(first.getLast().matches(" +0\\.4 +0\\.0 +40 +0 +- +40\\.0 +- +- +- +3"), first.getLast());
        for (int i = 1; i < 20; i++) {
            assertEquals(1, table.lines(LATER, EARLIER).lines().count());
        }
        assertEquals(3, table.lines(LATER, EARLIER).lines().count(), "the heading comes again");
    }

    @Test
    void restartedNodeDoesNotContinueTheOldOne() {
        assertTrue(LATER.continues(EARLIER));
        assertFalse(EARLIER.continues(LATER));
        NodeStatus other = new NodeStatus(
                LATER.virtualIp(),
                LATER.device(),
                4_712,
                "",
                "unknown",
                LATER.up(),
                LATER.traffic(),
                Map.of(),
                List.of());
        assertFalse(other.continues(EARLIER));
    }

    private static void assertMatches(String table, String line) {
        assertTrue(table.lines().anyMatch(each -> each.matches(line)), () -> "no line " + line + " in\n" + table);
    }

    private static NodeStatus status(int seconds, long sends, long records, Map<String, Long> drops) {
        TrafficSums traffic = TrafficSums.of(Map.of(
                Traffic.SENDS,
                sends,
                Traffic.DATAGRAMS_SENT,
                records,
                Traffic.RECORDS_SEALED,
                records,
                Traffic.SEALED_BYTES,
                records * 1_400));
        return new NodeStatus(
                "10.0.0.10/16",
                "badger0",
                4_711,
                "net:[1]",
                "full-cone",
                Duration.ofSeconds(seconds),
                traffic,
                drops,
                List.of(PEER));
    }
}
