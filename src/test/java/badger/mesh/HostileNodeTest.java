package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.message.MapEntry;
import badger.message.NetworkMap;
import badger.peer.Peer;
import badger.record.Records;
import badger.session.SendResult;
import badger.session.Session;
import badger.testing.BesiegedPair;
import badger.testing.MeshNode;
import badger.testing.OwnsTheJvm;
import badger.testing.Packets;
import badger.udp.Endpoint;
import badger.wire.DtlsRecord;
import badger.wire.Ipv4Prefix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a whole node does with datagrams, maps and packets that mean it no good: drop, count, and go on as before. */
@Tag("mesh")
@OwnsTheJvm
final class HostileNodeTest {
    private BesiegedPair pair;

    @BeforeEach
    void connect() throws InterruptedException {
        pair = new BesiegedPair();
    }

    @AfterEach
    void nothingHasHappened() throws InterruptedException {
        try {
            pair.assertUnharmed();
        } finally {
            pair.close();
        }
    }

    @Test
    void randomBytesAreDroppedAndAllCounted() {
        Random random = new Random(1);
        int count = 10_000;
        for (int i = 0; i < count; i++) {
            byte[] bytes = Records.random(random, random.nextInt(200));
            pair.forgeToBoth(bytes);
            pair.forge(pair.stranger(i % 100, i % 7), bytes);
        }
        pair.awaitDropped(
                500, DropReason.INBOUND_TOO_SHORT, DropReason.INBOUND_UNKNOWN_SOURCE, DropReason.INBOUND_PUNCH);
        assertTrue(
                MeshNode.await(BesiegedPair.SOON, () -> pair.dropped() >= 2L * count),
                () -> "only " + pair.dropped() + " were counted");
    }

    @Test
    void truncatedAndChangedRecordsAreDropped() {
        byte[] good = lastRecordToA();
        for (int length = 1; length < good.length; length++) {
            pair.forgeToBoth(Arrays.copyOf(good, length));
        }
        pair.awaitDropped(good.length - 1, DropReason.INBOUND_TOO_SHORT);
        int nonceAt = DtlsRecord.HEADER_BYTES + DtlsRecord.CONNECTION_ID_BYTES;
        for (int at = nonceAt; at < good.length; at++) {
            byte[] changed = good.clone();
            changed[at] ^= 1;
            // A number of its own, or it would be a replay.
            changed[8] = 1;
            pair.forge(pair.endpointOfB(), changed);
        }
        pair.awaitDropped(good.length - nonceAt, DropReason.INBOUND_BAD_TAG);
    }

    @Test
    void recordsThatNameNoSessionOfTheirSourceAreDropped() {
        byte[] good = lastRecordToA();
        for (int bit = 0; bit < 32; bit++) {
            byte[] misnamed = good.clone();
            misnamed[(int) DtlsRecord.CONNECTION_ID_OFFSET + bit / 8] ^= (byte) (1 << bit % 8);
            pair.forge(pair.endpointOfB(), misnamed);
        }
        pair.awaitDropped(32, DropReason.INBOUND_BAD_CONNECTION_ID);
        for (int i = 0; i < 10; i++) {
            // Where connection IDs were agreed on, nothing of epoch 1 comes without (RFC 9146, section 3).
            pair.forge(pair.endpointOfB(), Records.forged(DtlsRecord.APPLICATION_DATA, 0xFEFD, 1, i, new byte[60]));
        }
        pair.awaitDropped(42, DropReason.INBOUND_BAD_CONNECTION_ID);
    }

    @Test
    void recordPlayedBackFromElsewhereMovesNothing() {
        byte[] good = lastRecordToA();
        Endpoint used = pair.a().peer(BesiegedPair.B).session().path().endpoint();
        pair.forge(pair.stranger(1, 1), good);
        pair.awaitDropped(1, DropReason.INBOUND_REPLAYED);
        assertEquals(used, pair.a().peer(BesiegedPair.B).session().path().endpoint());
        assertTrue(pair.a().peer(BesiegedPair.B).events().list().stream()
                .noneMatch(
                        event -> event.detail().startsWith(pair.stranger(1, 1).toString())));
    }

    @Test
    void everyTypeEpochAndLengthIsBorne() {
        Random random = new Random(2);
        long sequence = 1_000;
        for (int type : new int[] {0, 1, 19, 20, 21, 22, 23, 24, 25, 26, 31, 32, 63, 64, 127, 128, 255}) {
            for (int epoch = 0; epoch <= 2; epoch++) {
                for (int length = 0; length <= 40; length++) {
                    byte[] record = Records.forged(type, 0xFEFD, epoch, sequence++, Records.random(random, length));
                    pair.forgeToBoth(record);
                    pair.forge(pair.stranger(3, type), record);
                }
            }
        }
        pair.awaitDropped(
                1,
                DropReason.INBOUND_TOO_SHORT,
                DropReason.INBOUND_NOT_DTLS,
                DropReason.INBOUND_BAD_EPOCH,
                DropReason.INBOUND_BAD_CONNECTION_ID,
                DropReason.INBOUND_PLAINTEXT_ALERT,
                DropReason.INBOUND_PUNCH,
                DropReason.INBOUND_UNKNOWN_SOURCE);
    }

    @Test
    void replayedDatagramsAreDropped() {
        List<BesiegedPair.Captured> all = pair.captured();
        long dataToA = all.stream()
                .filter(each -> each.to().equals(pair.endpointOfA()))
                .filter(each -> Records.type(each.datagram()) == DtlsRecord.TLS12_CID)
                .count();
        assertTrue(dataToA >= 20, "too little was captured");
        for (int i = 0; i < 5; i++) {
            all.forEach(pair::replay);
        }
        pair.awaitDropped(5 * dataToA, DropReason.INBOUND_REPLAYED);
    }

    @Test
    void punchesAreCounted() {
        for (int i = 0; i < 100; i++) {
            pair.forgeToBoth(bytes("punch"));
            pair.forgeToBoth(new byte[0]);
            pair.forge(pair.stranger(i, 0), bytes("hello"));
        }
        pair.awaitDropped(300, DropReason.INBOUND_PUNCH);
    }

    @Test
    void mapsAreTakenFromNobodyButIex() {
        Object candidates = pair.a().peer(BesiegedPair.B).candidates();
        byte[] map = mapThatMovesB();
        List<byte[]> texts = List.of(map, bytes("{}"), bytes("{{{{"), bytes("[1]"), bytes("{\"Error\":\"conflict\"}"));
        for (int i = 0; i < 100; i++) {
            for (byte[] text : texts) {
                pair.forgeToBoth(text);
                pair.forge(pair.stranger(i, 0), text);
                // The right address, and another port; and the other way round.
                pair.forge(pair.iexEndpoint().withPort(1 + i), text);
                pair.forge(pair.stranger(i, 0).withPort(pair.iexEndpoint().port()), text);
            }
        }
        // Four of the five look like JSON, and from another port of IEX's address like an answer to a probe.
        pair.awaitDropped(100 * 4, DropReason.PROBE_ANSWER_REFUSED);
        pair.awaitDropped(4L * 100 * texts.size() - 100 * 4, DropReason.INBOUND_PUNCH);
        assertEquals(candidates, pair.a().peer(BesiegedPair.B).candidates());
        assertEquals(1, pair.a().node().peers().table().peers().size());
    }

    @Test
    void malformedMapsFromIexAreCounted() {
        List<String> texts = List.of(
                "{",
                "{}",
                "{\"Nodes\":" + "[".repeat(60_000),
                "{\"Nodes\":".repeat(7_000),
                "{\"Nodes\":[],\"Nodes\":[]}",
                "{\"Nodes\":[],\"nodes\":[]}",
                "{\"Nodes\":[],\"MyIndex\":1e999999999}",
                "{\"Nodes\":[],\"MyIndex\":" + "9".repeat(60_000) + "}",
                "{\"Nodes\":[],\"Epoch\":\"" + "x".repeat(60_000) + "\"}",
                "{\"Nodes\":\"" + "\\u0000".repeat(10_000) + "\"}",
                "{\"Nodes\":[]}}",
                "{\"Nodes\":[],\"a\":\"\u0000\"}",
                "{\"Nodes\":{\"0\":1}}");
        for (int i = 0; i < texts.size(); i++) {
            pair.forge(pair.iexEndpoint(), bytes(texts.get(i)));
            // One by one: the link's queue is short, and a newer message pushes an older one out.
            pair.awaitDropped(i + 1, DropReason.MAP_MALFORMED);
        }
        assertEquals(texts.size(), pair.dropped(DropReason.MAP_MALFORMED));
    }

    @Test
    void hugeAndEmptyMapsFromIexEndNoSession() {
        StringBuilder refused = new StringBuilder("{\"Nodes\":[");
        for (int i = 0; i < 1_000; i++) {
            refused.append("{\"VirtualIP\":\"10.0.0.%d\",\"PublicIP\":\"127.0.0.1:9\"},".formatted(100 + i % 100));
        }
        pair.forge(pair.iexEndpoint(), bytes(refused + "null,{},[],7,\"x\"]}"));
        pair.awaitDropped(1_005, DropReason.MAP_ENTRY_REFUSED);
        for (int i = 0; i < 100; i++) {
            pair.forge(pair.iexEndpoint(), bytes("{\"Nodes\":[]}"));
            pair.forge(pair.iexEndpoint(), bytes("{\"Nodes\":null,\"MyIndex\":-1}"));
        }
    }

    @Test
    void packetsOfPeerThatAreNotItsOwnNeverReachTheTun() {
        byte[] longer = Packets.ipv4(BesiegedPair.B, BesiegedPair.A, new byte[60]);
        byte[] shortHeader = longer.clone();
        shortHeader[0] = 0x44;
        byte[] longHeader = Packets.ipv4(BesiegedPair.B, BesiegedPair.A, new byte[0]);
        longHeader[0] = 0x4F;
        byte[] version6 = longer.clone();
        version6[0] = 0x65;
        List<byte[]> malformed = List.of(
                Arrays.copyOf(longer, 1),
                Arrays.copyOf(longer, 19),
                Arrays.copyOf(longer, longer.length - 1),
                shortHeader,
                longHeader,
                version6,
                new byte[1_300]);
        malformed.forEach(this::sendAsB);
        pair.awaitDropped(malformed.size(), DropReason.INBOUND_MALFORMED_PACKET);
        for (String source : List.of("10.0.0.99", BesiegedPair.A, "0.0.0.0", "255.255.255.255", "192.0.2.1")) {
            sendAsB(Packets.ipv4(source, BesiegedPair.A, "spoofed"));
        }
        pair.awaitDropped(5, DropReason.INBOUND_SPOOFED_SOURCE);
        for (String destination : List.of("10.0.0.99", BesiegedPair.B, "10.0.255.255", "224.0.0.1", "192.0.2.1")) {
            sendAsB(Packets.ipv4(BesiegedPair.B, destination, "elsewhere"));
        }
        pair.awaitDropped(5, DropReason.INBOUND_FOREIGN_DESTINATION);
        assertEquals(malformed.size(), pair.dropped(DropReason.INBOUND_MALFORMED_PACKET));
        assertEquals(5, pair.dropped(DropReason.INBOUND_SPOOFED_SOURCE));
        assertEquals(5, pair.dropped(DropReason.INBOUND_FOREIGN_DESTINATION));
    }

    /** Past what B itself would refuse to send. */
    private void sendAsB(byte[] packet) {
        Peer peer = pair.b().peer(BesiegedPair.A);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Session.HEADROOM_BYTES + packet.length + Session.TAILROOM_BYTES);
            MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, Session.HEADROOM_BYTES, packet.length);
            assertEquals(SendResult.SENT, peer.session().transmit(buffer, Session.HEADROOM_BYTES, packet.length));
        }
    }

    private byte[] lastRecordToA() {
        return pair.captured().stream()
                .filter(each -> each.to().equals(pair.endpointOfA()))
                .filter(each -> Records.type(each.datagram()) == DtlsRecord.TLS12_CID)
                .toList()
                .getLast()
                .datagram();
    }

    private byte[] mapThatMovesB() {
        Endpoint elsewhere = pair.stranger(0, 0);
        MapEntry moved = new MapEntry(address(BesiegedPair.B), elsewhere, null);
        MapEntry added = new MapEntry(address("10.0.0.66"), elsewhere, null);
        return new NetworkMap(List.of(moved, added), -1, "").toJson();
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
