package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Ipv4PrefixTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,0",
        "10.0.0.10,167772170",
        "127.0.0.1,2130706433",
        "255.255.255.255,-1",
        "128.0.0.0,-2147483648"
    })
    void parsesDottedQuads(String text, int expected) {
        assertEquals(OptionalInt.of(expected), Ipv4Prefix.parseAddress(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "1",
                "1.2",
                "1.2.3",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.4.",
                "1.2.3.4.5",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1.2.3.256",
                "256.1.1.1",
                "1.2.3.999",
                "1.2.3.1000",
                "01.2.3.4",
                "1.2.3.04",
                "1.2.3.00",
                "1.2.3.-4",
                "+1.2.3.4",
                "1.2.3.0x4",
                "1.2.3.4/16",
                "1,2,3,4",
                "a.b.c.d",
                "1.2.3.٤",
                "::1",
                "4294967297.1.1.1",
                "1.2.3.4\n"
            })
    void refusesEveryOtherText(String text) {
        assertEquals(OptionalInt.empty(), Ipv4Prefix.parseAddress(text));
    }

    @Test
    void parsesWhatItFormats() {
        Random random = new Random(4);
        for (int i = 0; i < 10_000; i++) {
            int address = random.nextInt();
            assertEquals(OptionalInt.of(address), Ipv4Prefix.parseAddress(Ipv4Prefix.format(address)));
        }
    }

    @Test
    void showsAddressAndLength() {
        assertEquals("10.0.0.10/16", prefix("10.0.0.10", 16).toString());
        assertEquals("10.0.0.10", prefix("10.0.0.10", 16).addressText());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.10,16,10.0.0.0,10.0.255.255",
        "10.0.0.10,8,10.0.0.0,10.255.255.255",
        "192.0.2.77,30,192.0.2.76,192.0.2.79",
        "192.0.2.77,31,192.0.2.76,192.0.2.77",
        "192.0.2.77,32,192.0.2.77,192.0.2.77",
        "192.0.2.77,1,128.0.0.0,255.255.255.255",
        "192.0.2.77,0,0.0.0.0,255.255.255.255"
    })
    void findsNetworkAndBroadcast(String address, int length, String network, String broadcast) {
        Ipv4Prefix prefix = prefix(address, length);
        assertEquals(network, Ipv4Prefix.format(prefix.network()));
        assertEquals(broadcast, Ipv4Prefix.format(prefix.broadcast()));
        assertTrue(prefix.contains(prefix.network()) && prefix.contains(prefix.broadcast()));
    }

    @Test
    void containsItsRangeAndNothingBeside() {
        Ipv4Prefix prefix = prefix("10.1.2.3", 16);
        assertFalse(prefix.contains(address("10.0.255.255")));
        assertTrue(prefix.contains(address("10.1.0.0")));
        assertTrue(prefix.contains(address("10.1.255.255")));
        assertFalse(prefix.contains(address("10.2.0.0")));
        assertTrue(prefix("10.1.2.3", 0).contains(address("255.1.1.1")));
        assertFalse(prefix("10.1.2.3", 32).contains(address("10.1.2.4")));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1,16,10.0.200.1,24,true",
        "10.0.0.1,16,10.1.0.1,16,false",
        "10.0.0.1,16,10.0.0.1,16,true",
        "0.0.0.0,0,192.0.2.1,32,true",
        "192.0.2.0,25,192.0.2.128,25,false"
    })
    void overlapsEitherWayOrNot(String one, int oneLength, String other, int otherLength, boolean expected) {
        assertEquals(expected, prefix(one, oneLength).overlaps(prefix(other, otherLength)));
        assertEquals(expected, prefix(other, otherLength).overlaps(prefix(one, oneLength)));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void refusesLengthsOutOfRange(int length) {
        assertThrows(IllegalArgumentException.class, () -> new Ipv4Prefix(0, length));
    }

    private static Ipv4Prefix prefix(String address, int length) {
        return new Ipv4Prefix(address(address), length);
    }

    private static int address(String text) {
        return Ipv4Prefix.parseAddress(text).orElseThrow();
    }
}
