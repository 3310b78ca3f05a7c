package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.iex.IexServer;
import badger.iex.IexSettings;
import badger.testing.ChildProcess;
import badger.testing.LiteralNode;
import badger.testing.MeshNode;
import badger.testing.Packets;
import badger.testing.SharesTheJvm;
import badger.udp.LinuxUdpNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A node that follows the paper word for word, in Go on pion/dtls, in one mesh with a Badger node: both readings of who
 * dials (paper row P50), each with the literal node above and below the other. Over UDP on loopback.
 */
@Tag("mesh")
@SharesTheJvm
final class LiteralNodeTest {
    private static final String KEY = "psk-key";
    private static final String BADGER = "10.0.0.20";
    private static final String BELOW = "10.0.0.9";
    private static final String ABOVE = "10.0.0.100";
    private static final Duration IN_TIME = Duration.ofSeconds(15);
    private static final int LONGER_THAN_A_KEEPALIVE_SECONDS = 40;

    private static Path program;

    /** Who of a pair is the DTLS client. */
    private enum Reading {
        LEADER_DIALS("leader-dials"),
        LEADER_LISTENS("leader-listens");

        private final String argument;

        Reading(String argument) {
            this.argument = argument;
        }
    }

    private final LinuxUdpNetwork network = new LinuxUdpNetwork();
    private final List<AutoCloseable> toClose = new ArrayList<>();

    @BeforeAll
    static void build() throws Exception {
        program = LiteralNode.build();
    }

    @AfterEach
    void closeEverything() throws Exception {
        for (AutoCloseable each : toClose.reversed()) {
            each.close();
        }
        network.close();
    }

    @Test
    void literalLeaderDialsAsClient() throws InterruptedException {
        new Pair(ABOVE, Reading.LEADER_DIALS).talkAndPart();
    }

    @Test
    void literalFollowerSaysHelloAndIsServer() throws InterruptedException {
        new Pair(BELOW, Reading.LEADER_DIALS).talkAndPart();
    }

    @Test
    void literalLeaderSaysHelloAndIsServer() throws InterruptedException {
        new Pair(ABOVE, Reading.LEADER_LISTENS).talkAndPart();
    }

    @Test
    void literalFollowerDialsAfterASecond() throws InterruptedException {
        new Pair(BELOW, Reading.LEADER_LISTENS).talkAndPart();
    }

    @Test
    void idleLiteralNodesAreSentPunchesAndNoEmptyRecords() throws InterruptedException {
        Pair above = new Pair(ABOVE, Reading.LEADER_DIALS);
        Pair below = new Pair(BELOW, Reading.LEADER_DIALS);
        above.talk();
        below.talk();
        above.literal.awaitLine("no record:", LONGER_THAN_A_KEEPALIVE_SECONDS);
        below.literal.awaitLine("no record:", LONGER_THAN_A_KEEPALIVE_SECONDS);
        above.talkAndPart();
        below.talkAndPart();
    }

    /** A mesh of one Badger node and one literal node. */
    private final class Pair {
        private final MeshNode node;
        private final ChildProcess literal;
        private final String literalAddress;

        Pair(String literalAddress, Reading reading) {
            this.literalAddress = literalAddress;
            IexServer iex = IexServer.start(network, IexSettings.DEFAULTS.withPort(0));
            toClose.add(iex);
            node = MeshNode.startOnLoopback(MeshNode.onLoopback(iex.port()), MeshNode.settings(BADGER, KEY));
            toClose.add(node);
            // The private address is in the paper's form, without a port, but one that leads nowhere else.
            literal = ChildProcess.start(
                    LiteralNode.PACKAGE,
                    program.toString(),
                    literalAddress,
                    "127.0.0.1",
                    "127.0.0.1:" + iex.port(),
                    KEY,
                    reading.argument);
            toClose.add(literal);
        }

        void talk() throws InterruptedException {
            assertTrue(
                    MeshNode.await(IN_TIME, () -> node.isConnectedTo(literalAddress)),
                    () -> "not connected: " + literal.output());
            assertTrue(
                    MeshNode.await(IN_TIME, () -> literal.output().contains("connected: " + BADGER)),
                    () -> "the literal node is not connected: " + literal.output());
            for (int length : new int[] {0, 1, 100, 1_380}) {
                byte[] there = Packets.ipv4(BADGER, literalAddress, new byte[length]);
                node.tun().send(there);
                literal.awaitLine("packet: " + HexFormat.of().formatHex(there));
                byte[] back = Packets.ipv4(literalAddress, BADGER, new byte[length]);
                literal.writeLine(HexFormat.of().formatHex(back));
                assertArrayEquals(back, node.tun().take(5_000));
            }
            assertEquals(0, node.tun().arrived());
            assertEquals(
                    List.of("connected: " + BADGER),
                    literal.output().stream()
                            .filter(line -> line.contains("connected"))
                            .toList(),
                    "the first attempt failed");
            assertFalse(node.peer(literalAddress).session().isBadger());
        }

        void talkAndPart() throws InterruptedException {
            talk();
            for (DropReason reason : List.of(
                    DropReason.INBOUND_BAD_TAG,
                    DropReason.INBOUND_REPLAYED,
                    DropReason.INBOUND_SPOOFED_SOURCE,
                    DropReason.OUTBOUND_SEND_FAILED,
                    DropReason.MAP_MALFORMED,
                    DropReason.MAP_ENTRY_REFUSED)) {
                assertEquals(0, node.node().counters().dropped(reason), reason.name());
            }
            assertTrue(literal.isAlive(), () -> "the literal node gave up: " + literal.output());
            node.close();
            literal.awaitLine("ended: " + BADGER);
            assertTrue(literal.isAlive(), () -> "the literal node gave up: " + literal.output());
        }
    }
}
