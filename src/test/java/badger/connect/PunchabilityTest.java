package badger.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.udp.NatClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pairs can punch, by the mapping and the filtering of RFC 4787, sections 4.1 and 5. */
final class PunchabilityTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            own       | UNKNOWN | NONE     | FIREWALL   | FULL_CONE | EASY       | HARD
            UNKNOWN   | UNKNOWN | UNKNOWN  | UNKNOWN    | UNKNOWN   | UNKNOWN    | UNKNOWN
            NONE      | UNKNOWN | POSSIBLE | POSSIBLE   | POSSIBLE  | POSSIBLE   | POSSIBLE
            FIREWALL  | UNKNOWN | POSSIBLE | POSSIBLE   | POSSIBLE  | POSSIBLE   | IMPOSSIBLE
            FULL_CONE | UNKNOWN | POSSIBLE | POSSIBLE   | POSSIBLE  | POSSIBLE   | POSSIBLE
            EASY      | UNKNOWN | POSSIBLE | POSSIBLE   | POSSIBLE  | POSSIBLE   | IMPOSSIBLE
            HARD      | UNKNOWN | POSSIBLE | IMPOSSIBLE | POSSIBLE  | IMPOSSIBLE | IMPOSSIBLE
            """)
    void eachPairIsJudgedByTheSideThatFilters(
            NatClass own,
            Punchability unknown,
            Punchability none,
            Punchability firewall,
            Punchability fullCone,
            Punchability easy,
            Punchability hard) {
        assertEquals(unknown, Punchability.of(own, NatClass.UNKNOWN));
        assertEquals(none, Punchability.of(own, NatClass.NONE));
        assertEquals(firewall, Punchability.of(own, NatClass.FIREWALL));
        assertEquals(fullCone, Punchability.of(own, NatClass.FULL_CONE));
        assertEquals(easy, Punchability.of(own, NatClass.EASY));
        assertEquals(hard, Punchability.of(own, NatClass.HARD));
    }

    @Test
    void bothSidesJudgeAlikeAndAreDescribed() {
        for (NatClass own : NatClass.values()) {
            for (NatClass peers : NatClass.values()) {
                assertEquals(Punchability.of(own, peers), Punchability.of(peers, own));
            }
            assertTrue(Punchability.describe(own, NatClass.HARD).contains("before the peer a hard NAT"));
        }
        assertEquals(
                "before this node is a hard NAT, with another port for every destination, "
                        + "before the peer an easy NAT, which filters by port",
                Punchability.describe(NatClass.HARD, NatClass.EASY));
    }
}
