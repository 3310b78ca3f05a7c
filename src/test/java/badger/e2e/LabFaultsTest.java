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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the lab can break does break, and nothing else does. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@MostlyWaits
final class LabFaultsTest {
    @Test
    void routerForgetsAFlowAfterItsTimeAndNotBefore() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            lab.timers("home1", 3);
            assertEquals(List.of("198.51.100.1:4000"), ask(host, "203.0.113.2:7000"));
            BackgroundProcess inside = probe(lab, host, "echo", "4000");
            assertEquals(1, flows(lab, "home1"));
            BackgroundProcess.pause(Duration.ofSeconds(1));
            assertEquals(1, flows(lab, "home1"));
            inside.await("the flow is forgotten", Duration.ofSeconds(5), () -> flows(lab, "home1") == 0);
        }
    }

    @Test
    void flushedNatGivesEachFlowAnotherPortAndStaysWhatItWas() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace easy = lab.home(1, RouterClass.EASY);
            NetworkNamespace hard = lab.home(2, RouterClass.HARD);
            NetworkNamespace firewall = lab.home(3, RouterClass.FIREWALL);
            Set<String> seen = new HashSet<>();
            for (int flush = 0; flush < 3; flush++) {
                List<String> ofEasy = ask(easy, SERVER_1, SERVER_2);
                assertEquals(ofEasy.get(0), ofEasy.get(1));
                assertTrue(seen.add(ofEasy.get(0)), "the same port again: " + ofEasy);
                List<String> ofHard = ask(hard, SERVER_1, SERVER_2);
                assertNotEquals(ofHard.get(0), ofHard.get(1));
                assertTrue(seen.addAll(ofHard), "the same port again: " + ofHard);
                lab.flush("home1");
                lab.flush("home2");
            }
            ask(firewall, SERVER_1);
            assertEquals(1, flows(lab, "home3"));
            lab.flush("home3");
            assertEquals(0, flows(lab, "home3"));
        }
    }

    @Test
    void burstTakesTheSameNumberOutOfEachPeriod() {
        try (Lab lab = new Lab()) {
            NetworkNamespace sender = lab.publicHost("server1", "203.0.113.1");
            NetworkNamespace receiver = lab.publicHost("server2", "203.0.113.2");
            LabProbes.countReceived(receiver);
            lab.burst(20, 200);
            send(sender, 20);
            assertEquals(0, received(receiver));
            send(sender, 180);
            assertEquals(180, received(receiver));
            send(sender, 200);
            assertEquals(360, received(receiver));
            lab.burst(0, 1);
            send(sender, 20);
            assertEquals(380, received(receiver));
        }
    }

    @Test
    void blackHoleSwallowsLongPacketsInSilence() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            lab.blackHole(1300);
            String[] ping = {"ping", "-n", "-c", "1", "-W", "1", "-M", "do", "-s", "1272", "203.0.113.1"};
            assertTrue(host.run(Duration.ofSeconds(5), ping).succeeded());
            ping[9] = "1273";
            Command.Outcome swallowed = host.run(Duration.ofSeconds(5), ping);
            assertFalse(swallowed.succeeded());
            assertFalse(swallowed.output().contains("Frag needed"), swallowed.output());
            lab.blackHole(65535);
            assertTrue(host.run(Duration.ofSeconds(5), ping).succeeded());
        }
    }

    @Test
    void hostsAndRoutersMoveToOtherAddressesAndDevices() {
        try (Lab lab = labWithServers()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            lab.home(2, RouterClass.EASY);
            lab.renumber(host, "eth0", "192.168.10.111/24");
            assertTrue(host.hasAddress("192.168.10.111") && !host.hasAddress("192.168.10.100"));
            assertEquals(List.of("198.51.100.1:4000"), ask(host, SERVER_1));
            lab.renumberPublic("home1", "198.51.100.9");
            assertEquals(List.of("198.51.100.9:4000"), ask(host, SERVER_1));
            lab.unplug(host, "eth0");
            lab.plug(host, "eth1", "home2", "192.168.20.111/24");
            assertTrue(host.hasDevice("eth1") && !host.hasDevice("eth0"));
            assertEquals(List.of("198.51.100.2:4000"), ask(host, SERVER_1));
        }
    }

    /** How many UDP flows of port 4000 the router remembers. */
    private static long flows(Lab lab, String router) {
        return lab.namespace(router)
                .require("conntrack", "-L", "-p", "udp", "--orig-port-src", "4000")
                .lines()
                .filter(line -> line.startsWith("udp "))
                .count();
    }
}
