package badger.e2e;

import static badger.e2e.LabProbes.SERVER_1;
import static badger.e2e.LabProbes.SERVER_2;
import static badger.e2e.LabProbes.ask;
import static badger.e2e.LabProbes.askFrom;
import static badger.e2e.LabProbes.labWithServers;
import static badger.e2e.LabProbes.probe;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.MostlyWaits;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The routers of the NAT grid that {@link LabTest} lacks, in RFC 4787's terms: full cone, open, two in a row, hairpin.
 */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@MostlyWaits
final class LabNatTest {
    @Test
    void fullConeKeepsOnePublicPortAndLetsAnybodyInToIt() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.CONE);
            assertEquals(List.of("none"), ask(lab.namespace("server2"), "198.51.100.1:4000"));
            assertEquals(List.of("198.51.100.1:4000", "198.51.100.1:4000"), ask(host, SERVER_1, SERVER_2));
            // Endpoint-independent filtering: from a port to which nothing was ever sent.
            BackgroundProcess inside = probe(lab, host, "echo", "4000");
            assertEquals(List.of("203.0.113.2:4000"), ask(lab.namespace("server2"), "198.51.100.1:4000"));
            assertEquals(List.of("none"), ask(lab.namespace("server2"), "198.51.100.1:4001"));
            inside.kill();
            assertEquals(List.of("198.51.100.1:4000"), ask(host, SERVER_1));
        }
    }

    @Test
    void openNatLosesItsPortToAnUnsolicitedPacketThatCameFirst() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.OPEN);
            assertEquals(List.of("198.51.100.1:4000"), ask(host, SERVER_1));
            assertEquals(List.of("none"), ask(lab.namespace("server2"), "198.51.100.1:4000"));
            // Towards the sender's port, 4000, and only there, the port is another one now; its answer does not come to
            // 4000.
            BackgroundProcess early = probe(lab, lab.namespace("server2"), "echo", "4000");
            List<String> seen = ask(host, "203.0.113.2:4000", SERVER_2, SERVER_1);
            assertTrue(early.isAlive());
            assertTrue(seen.get(0).startsWith("198.51.100.1:"), seen::toString);
            assertNotEquals("198.51.100.1:4000", seen.get(0));
            assertEquals("198.51.100.1:4000", seen.get(2));
        }
    }

    @Test
    void twoEasyNatsInARowAreOneEasyNat() {
        try (Lab lab = labWithServers()) {
            assertActsAsEasy(lab, RouterClass.DOUBLE);
        }
    }

    @Test
    void easyNatBehindTheCarriersIsEasyAsLongAsTheCarriersIs() {
        try (Lab lab = labWithServers()) {
            assertActsAsEasy(lab, RouterClass.CARRIER);
            assertTrue(lab.namespace("home1").hasAddress("100.64.1.2"));
            List<String> seen = ask(lab.home(2, RouterClass.HARD_CARRIER), SERVER_1, SERVER_2);
            assertTrue(seen.stream().allMatch(source -> source.startsWith("198.51.100.2:")), seen::toString);
            assertNotEquals(seen.get(0), seen.get(1));
        }
    }

    @Test
    void hairpinLeadsFromTheLanToItsOwnPublicPortsAndIsMissingByDefault() {
        try (Lab lab = labWithServers()) {
            assertHairpins(lab, 1, RouterClass.EASY);
            assertHairpins(lab, 2, RouterClass.CONE);
        }
    }

    private static void assertHairpins(Lab lab, int number, RouterClass routerClass) {
        String router = "home" + number;
        NetworkNamespace first = lab.home(number, routerClass);
        NetworkNamespace second = lab.host("second" + number, router, "192.168." + 10 * number + ".101/24");
        String address = "198.51.100." + number;
        assertEquals(List.of(address + ":4000"), ask(first, SERVER_1));
        BackgroundProcess echo = probe(lab, first, "echo", "4000");
        assertEquals(List.of("none"), askFrom("4002", second, address + ":4000"));
        echo.kill();

        lab.hairpin(router);
        ask(first, SERVER_1);
        probe(lab, first, "echo", "4000");
        // The host sees the public address, not the one in the LAN (RFC 4787, REQ-9a).
        assertEquals(
                List.of(address + ":4001", address + ":4001"), askFrom("4001", second, SERVER_1, address + ":4000"));
    }

    /** As home 1: one public port for all, and nothing comes in from where nothing was sent to. */
    private static void assertActsAsEasy(Lab lab, RouterClass routerClass) {
        NetworkNamespace host = lab.home(1, routerClass);
        assertEquals(List.of("198.51.100.1:4000", "198.51.100.1:4000"), ask(host, SERVER_1, SERVER_2));
        probe(lab, host, "echo", "4000");
        assertEquals(List.of("none"), ask(lab.namespace("server2"), "198.51.100.1:4000"));
    }
}
