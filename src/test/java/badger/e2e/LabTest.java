package badger.e2e;

import static badger.e2e.LabProbes.SERVER_1;
import static badger.e2e.LabProbes.SERVER_2;
import static badger.e2e.LabProbes.ask;
import static badger.e2e.LabProbes.labWithServers;
import static badger.e2e.LabProbes.probe;
import static badger.e2e.LabProbes.received;
import static badger.e2e.LabProbes.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.MostlyWaits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The lab's routers behave as their classes say, in the terms of RFC 4787, before anything is concluded from them. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@MostlyWaits
final class LabTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @Test
    void easyNatKeepsOnePublicPortForEveryDestination() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            assertEquals(List.of("198.51.100.1:4000", "198.51.100.1:4000"), ask(host, SERVER_1, SERVER_2));
        }
    }

    @Test
    void easyNatKeepsItsPortAfterAnUnsolicitedPacketCameFirst() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            assertEquals(List.of("none"), ask(lab.namespace("server1"), "198.51.100.1:4000"));
            assertEquals(
                    List.of("198.51.100.1:4000"),
                    ask(host, "203.0.113.1:4000", SERVER_2).subList(1, 2));
        }
    }

    @Test
    void easyNatDropsWhatNobodyInsideAskedFor() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            BackgroundProcess inside = probe(lab, host, "echo", "4000");
            assertEquals(List.of("none"), ask(lab.namespace("server1"), "198.51.100.1:4000"));
            inside.kill();
            // The mapping towards one server lets nothing in from another (address-and-port-dependent filtering).
            assertEquals(List.of("198.51.100.1:4000"), ask(host, SERVER_1));
            probe(lab, host, "echo", "4000");
            assertEquals(List.of("none"), ask(lab.namespace("server2"), "198.51.100.1:4000"));
        }
    }

    @Test
    void hardNatTakesAnotherPublicPortForEachDestination() {
        try (Lab lab = labWithServers()) {
            List<String> seen = ask(lab.home(1, RouterClass.HARD), SERVER_1, SERVER_2);
            assertTrue(seen.stream().allMatch(source -> source.startsWith("198.51.100.1:")), seen::toString);
            assertNotEquals(seen.get(0), seen.get(1));
        }
    }

    @Test
    void firewallTranslatesNothingAndDropsWhatNobodyInsideAskedFor() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.FIREWALL);
            assertEquals(List.of("192.0.2.18:4000"), ask(host, SERVER_1));
            probe(lab, host, "echo", "4001");
            assertEquals(List.of("none"), ask(lab.namespace("server1"), "192.0.2.18:4001"));
        }
    }

    @Test
    void noRouterClassLetsEverythingIn() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.NONE);
            probe(lab, host, "echo", "4001");
            assertEquals(List.of("203.0.113.1:4000"), ask(lab.namespace("server1"), "192.0.2.18:4001"));
        }
    }

    @Test
    void twoHostsBehindEasyNatsPunchThrough() {
        assertTrue(punches(RouterClass.EASY, "198.51.100.1:4000", RouterClass.EASY, "198.51.100.2:4000"));
    }

    @Test
    void hostsBehindEasyNatAndFirewallPunchThrough() {
        assertTrue(punches(RouterClass.EASY, "198.51.100.1:4000", RouterClass.FIREWALL, "192.0.2.34:4000"));
    }

    @Test
    void hardNatCannotBePunchedToAnEasyOne() {
        assertFalse(punches(RouterClass.HARD, "198.51.100.1:4000", RouterClass.EASY, "198.51.100.2:4000"));
    }

    @Test
    void lossDropsItsShareAndEndsWhenToldTo() {
        try (Lab lab = new Lab()) {
            NetworkNamespace sender = lab.publicHost("server1", "203.0.113.1");
            NetworkNamespace receiver = lab.publicHost("server2", "203.0.113.2");
            LabProbes.countReceived(receiver);
            lab.loss(20);
            send(sender, 1000);
            long received = received(receiver);
            // Binomial(1000, 0.8): mean 800, standard deviation 12.6; ten of those each way.
            assertTrue(received > 674 && received < 926, "received " + received);
            lab.loss(0);
            send(sender, 100);
            assertEquals(received + 100, received(receiver));
        }
    }

    @Test
    void closingRemovesEveryNamespaceAndProcess() {
        NetworkNamespace host;
        BackgroundProcess ping;
        try (Lab lab = labWithServers()) {
            host = lab.home(1, RouterClass.EASY);
            ping = Ping.start(lab, host, "203.0.113.1");
            Ping.awaitFirst(host, "203.0.113.1", DEADLINE);
        }
        assertFalse(ping.isAlive());
        String prefix = host.name().substring(0, host.name().indexOf('-') + 1);
        assertFalse(Command.require(DEADLINE, List.of("ip", "netns", "list")).contains(prefix));
    }

    @Test
    void pingAndIperfMeasureAcrossTheInternet() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            BackgroundProcess ping = Ping.start(lab, host, "203.0.113.1");
            Ping.awaitFirst(host, "203.0.113.1", DEADLINE);
            assertEquals(3, Ping.count(host, "203.0.113.1", 3, 4000));
            BackgroundProcess server = Iperf.serve(lab, lab.namespace("server1"), "203.0.113.1");
            assertTrue(Iperf.send(host, "203.0.113.1", 1) > 1e6);
            assertTrue(Iperf.receive(host, "203.0.113.1", 1) > 1e6);
            server.stop(DEADLINE);
            Ping.Statistics statistics = Ping.finish(ping);
            assertEquals(0, statistics.lost(), statistics::toString);
            assertTrue(statistics.longestGap().toMillis() >= 90, statistics::toString);
        }
    }

    private static boolean punches(
            RouterClass firstClass, String firstEndpoint, RouterClass secondClass, String secondEndpoint) {
        try (Lab lab = new Lab()) {
            NetworkNamespace first = lab.home(1, firstClass);
            NetworkNamespace second = lab.home(2, secondClass);
            BackgroundProcess firstProbe = probe(lab, first, "punch", "4000", secondEndpoint);
            BackgroundProcess secondProbe = probe(lab, second, "punch", "4000", firstEndpoint);
            firstProbe.awaitExit(DEADLINE);
            secondProbe.awaitExit(DEADLINE);
            return firstProbe.log().contains("punched") && secondProbe.log().contains("punched");
        }
    }
}
