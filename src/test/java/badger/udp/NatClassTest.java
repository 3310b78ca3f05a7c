package badger.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The NAT class that follows from observations (RFC 4787, sections 4.1 and 5). */
final class NatClassTest {
    @Test
    void eachObservationHasItsClass() {
        assertEquals(NatClass.NONE, NatClass.of(false, true, true));
        assertEquals(NatClass.FIREWALL, NatClass.of(false, true, false));
        assertEquals(NatClass.FULL_CONE, NatClass.of(true, true, true));
        assertEquals(NatClass.EASY, NatClass.of(true, true, false));
        assertEquals(NatClass.HARD, NatClass.of(true, false, false));
        assertEquals(NatClass.HARD, NatClass.of(true, false, true));
    }

    @Test
    void wordsLeadBackAndOthersLeadNowhere() {
        for (NatClass each : NatClass.values()) {
            assertEquals(each, NatClass.ofWord(each.word()));
        }
        assertEquals("full-cone", NatClass.FULL_CONE.word());
        assertEquals(NatClass.UNKNOWN, NatClass.ofWord("FULL_CONE"));
        assertEquals(NatClass.UNKNOWN, NatClass.ofWord(""));
        assertEquals(NatClass.UNKNOWN, NatClass.ofWord(null));
    }
}
