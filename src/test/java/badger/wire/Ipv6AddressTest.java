package badger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Ipv6AddressTest {
    /** The examples of RFC 5952, sections 4 and 5, and the ends of what can be shortened. */
    @ParameterizedTest
    @CsvSource({
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::AAAA, 2001:db8::aaaa",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "0:0:1::, 0:0:1::",
        "fd12:3456:789a:0:0:0:0:10, fd12:3456:789a::10",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::ffff:192.0.2.1, ::ffff:c000:201"
    })
    void readsEveryFormAndWritesTheCanonicalOne(String text, String canonical) {
        assertEquals(canonical, Ipv6Address.parse(text).orElseThrow().toString());
        assertEquals(Ipv6Address.parse(text), Ipv6Address.parse(canonical));
    }

    @Test
    void textsOfRandomAddressesReadBackAndMeanTheSameToTheJdk() throws Exception {
        Random random = new Random(5952);
        for (int i = 0; i < 20_000; i++) {
            ByteBuffer bytes = ByteBuffer.allocate(16);
            for (int group = 0; group < 8; group++) {
                bytes.putShort(
                        (short) (random.nextBoolean() ? 0 : random.nextInt(0x10000) >>> (4 * random.nextInt(4))));
            }
            Ipv6Address address = new Ipv6Address(bytes.getLong(0), bytes.getLong(8));
            assertEquals(Optional.of(address), Ipv6Address.parse(address.toString()));
            assertEquals(Inet6Address.getByAddress(bytes.array()), Inet6Address.ofLiteral(address.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1",
                "10.0.0.1",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "12345::",
                "g::",
                "fd00::1%eth0",
                "[fd00::1]",
                "fd00::1/64",
                " fd00::1",
                "fd00::1 ",
                "fd00::\uff11",
                "::1.2.3",
                "::1.2.3.256",
                "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001"
            })
    void refusesEverythingElse(String text) {
        assertEquals(Optional.empty(), Ipv6Address.parse(text));
    }

    @Test
    void tellsWhatAHostOfAMeshCanHave() {
        for (String text : List.of("fc00::1", "fd00::10", "fdff::", "2000::1", "2001:db8::1", "3fff::1")) {
            assertTrue(address(text).isUniqueLocalOrGlobal(), text);
        }
        for (String text : List.of(
                "::",
                "::1",
                "::ffff:10.0.0.1",
                "::10.0.0.1",
                "64:ff9b::1",
                "1fff::",
                "4000::",
                "fbff::",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff00::1",
                "ff02::1")) {
            assertFalse(address(text).isUniqueLocalOrGlobal(), text);
        }
        assertTrue(address("fd00::1").isUniqueLocal());
        assertFalse(address("2001:db8::1").isUniqueLocal());
    }

    @Test
    void tellsMulticastAndLinkLocalByTheFirstHalf() {
        assertTrue(Ipv6Address.isMulticast(address("ff02::2").high()));
        assertFalse(Ipv6Address.isMulticast(address("fe80::2").high()));
        assertTrue(Ipv6Address.isLinkLocal(address("fe80::2").high()));
        assertTrue(Ipv6Address.isLinkLocal(address("febf::2").high()));
        assertFalse(Ipv6Address.isLinkLocal(address("fec0::2").high()));
        assertFalse(Ipv6Address.isLinkLocal(address("ff02::2").high()));
    }

    @Test
    void aPrefixContainsWhatSharesItsLeadingBits() {
        Random random = new Random(64);
        Ipv6Address own = address("fd12:3456:789a:bcde:f012:3456:789a:bcde");
        for (int length = 0; length <= 128; length++) {
            Ipv6Prefix prefix = new Ipv6Prefix(own, length);
            assertTrue(prefix.contains(own));
            assertTrue(prefix.contains(prefix.network()));
            for (int bit = 0; bit < 128; bit++) {
                long high = own.high() ^ (bit < 64 ? 1L << (63 - bit) : 0);
                long low = own.low() ^ (bit < 64 ? 0 : 1L << (127 - bit));
                assertEquals(bit >= length, prefix.contains(high, low), "/" + length + ", bit " + bit);
            }
            assertEquals(length == 0, prefix.contains(~own.high(), random.nextLong()));
        }
        assertEquals("fd12:3456:789a:bcde::", new Ipv6Prefix(own, 64).network().toString());
        assertThrows(IllegalArgumentException.class, () -> new Ipv6Prefix(own, 129));
    }

    @Test
    void aSetHasFourDistinctAddressesAtMost() {
        List<Ipv6Address> five = LongStream.rangeClosed(1, 5)
                .mapToObj(low -> new Ipv6Address(7, low))
                .toList();
        Ipv6Addresses four = Ipv6Addresses.of(five.subList(0, 4));
        for (Ipv6Address each : five) {
            assertEquals(each.low() != 5, four.contains(each.high(), each.low()));
            assertFalse(four.contains(each.low(), each.high()));
        }
        assertEquals(
                1, Ipv6Addresses.of(List.of(five.get(0), five.get(0))).list().size());
        assertThrows(IllegalArgumentException.class, () -> Ipv6Addresses.of(five));
        assertFalse(Ipv6Addresses.NONE.contains(0, 0));
    }

    private static Ipv6Address address(String text) {
        return Ipv6Address.parse(text).orElseThrow();
    }
}
