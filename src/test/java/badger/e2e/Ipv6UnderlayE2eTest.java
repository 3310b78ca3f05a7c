package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.MostlyWaits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A mesh over an internet that has only IPv6: the server, the maps, the handshakes and the records. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@MostlyWaits
final class Ipv6UnderlayE2eTest {
    private static final String LEFT = "2001:db8::10";
    private static final String RIGHT = "2001:db8::20";
    private static final String IEX = "[" + LEFT + "]:9944";
    private static final String LEFT_VIP = "10.0.0.10";
    private static final String RIGHT_VIP = "10.0.0.20";

    @Test
    void nodesMeetAndTalkWithoutIpv4() {
        try (Lab lab = new Lab()) {
            List<NetworkNamespace> ends = lab.pair("left", "203.0.113.10", "right", "203.0.113.20");
            NetworkNamespace left = ends.get(0);
            NetworkNamespace right = ends.get(1);
            moveToIpv6(left, LEFT);
            moveToIpv6(right, RIGHT);
            lab.startIex(left).awaitListening();
            lab.startNodeAt(IEX, left, LEFT_VIP).awaitUp();
            NodeProcess rightNode = lab.startNodeAt(IEX, right, RIGHT_VIP).awaitUp();
            Ping.awaitFirst(left, RIGHT_VIP, Duration.ofSeconds(15));

            for (int payload : new int[] {56, 1_372, 1_373, 20_000}) {
                assertEquals(5, Ping.count(left, RIGHT_VIP, 5, payload), payload + " bytes there");
                assertEquals(5, Ping.count(right, LEFT_VIP, 5, payload), payload + " bytes back");
            }
            assertTrue(
                    rightNode.process().log().contains("endpoint=[2001:db8:"),
                    rightNode.process().log());
            Iperf.serve(lab, right, RIGHT_VIP);
            double there = Iperf.send(left, RIGHT_VIP, 3);
            double back = Iperf.receive(left, RIGHT_VIP, 3);
            System.out.printf("over IPv6: TCP %.0f and %.0f Mbit/s%n", there / 1e6, back / 1e6);
            assertTrue(there > 50e6 && back > 50e6, there + " and " + back + " bit/s");
        }
    }

    private static void moveToIpv6(NetworkNamespace host, String address) {
        host.require("ip", "-4", "address", "flush", "dev", "eth0");
        // Without the check for duplicates, which would make everything wait.
        host.require("ip", "-6", "address", "add", address + "/64", "dev", "eth0", "nodad");
    }
}
