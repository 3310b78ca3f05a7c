package badger.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.RandomCases;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Addresses;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** For any bytes, a parser returns or throws {@link MessageException}. Anything else fails the test. */
final class HostileMessageTest {
    private static final long SEED = 0xBAD6E5;
    private static final int INPUTS = RandomCases.of(100_000);
    private static final String ALPHABET = "{}[]\",:\\ \t\n0123456789eE+-.truefalsn\u00e9VirtualIPNodesMyIndexPrivate";

    private static final Ipv6Addresses IPV6 =
            Ipv6Addresses.of(List.of(new Ipv6Address(0xFD00L << 48, 1), new Ipv6Address(0xFD12_3456_789A_0001L, 2)));

    private final Random random = new Random(SEED);
    private int refused;

    @Test
    void randomBytesAreRefused() {
        for (int i = 0; i < INPUTS; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            parseBoth(bytes, bytes.length);
        }
        assertEquals(2 * INPUTS, refused);
    }

    @Test
    void randomTextInJsonsAlphabetIsReadOrRefused() {
        for (int i = 0; i < INPUTS; i++) {
            StringBuilder text = new StringBuilder("{");
            for (int length = random.nextInt(80); length > 0; length--) {
                text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            byte[] bytes = text.append('}').toString().getBytes(StandardCharsets.UTF_8);
            parseBoth(bytes, bytes.length);
        }
        assertTrue(refused > INPUTS);
    }

    @Test
    void mutatedAndTruncatedMessagesAreReadOrRefused() {
        byte[] heartbeat = new Heartbeat(0x0A00000A, IPV6, Endpoint.ofIpv4(0xC0A80A64, 3000), Identifier.random())
                .takingRelayed(7)
                .toJson();
        MapEntry entry = new MapEntry(
                0x0A00000A,
                IPV6,
                Endpoint.ofIpv4(0x01010101, 4400),
                Endpoint.ofIpv4(0xC0A80A64, 3000),
                NatClass.EASY,
                List.of(Endpoint.ofIpv4(0xC0A80B64, 3000)),
                true);
        byte[] map = new NetworkMap(List.of(entry, entry), 1, "abc", 0, 0, 7).toJson();
        for (int i = 0; i < INPUTS; i++) {
            byte[] bytes = (i % 2 == 0 ? heartbeat : map).clone();
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = random.nextBoolean()
                        ? (byte) random.nextInt(256)
                        : (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            }
            parseBoth(bytes, random.nextInt(10) == 0 ? random.nextInt(bytes.length) : bytes.length);
        }
        assertTrue(refused > INPUTS / 2);
    }

    @Test
    void deepNestingIsRefusedBeforeTheParserSeesIt() {
        for (String open : List.of("[", "{\"a\":", "[{\"a\":")) {
            byte[] bytes = open.repeat(Heartbeat.MAXIMUM_BYTES / open.length()).getBytes(StandardCharsets.UTF_8);
            parseBoth(bytes, bytes.length);
        }
        assertEquals(6, refused);
    }

    @Test
    void aMapFullOfEmptyEntriesIsReadInABoundedWay() throws MessageException {
        String entries = "{},".repeat((IexMessage.MAXIMUM_BYTES - 12) / 3);
        byte[] bytes = ("{\"Nodes\":[" + entries + "]}").getBytes(StandardCharsets.UTF_8);
        NetworkMap map = (NetworkMap) IexMessage.parse(bytes, bytes.length);
        assertEquals(entries.length() / 3, map.refusedEntries());
    }

    private void parseBoth(byte[] bytes, int length) {
        try {
            Heartbeat.parse(bytes, length);
        } catch (MessageException e) {
            refused++;
        }
        try {
            IexMessage.parse(bytes, length);
        } catch (MessageException e) {
            refused++;
        }
    }
}
