package badger.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.DropReason;
import badger.record.Records;
import badger.record.Role;
import badger.testing.BesiegedPair;
import badger.testing.FakeInternet;
import badger.testing.MeshNode;
import badger.testing.OwnsTheJvm;
import badger.testing.Packets;
import badger.udp.Endpoint;
import badger.wire.DtlsHandshake;
import badger.wire.DtlsRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a whole node does with handshakes that lead nowhere: they cost it little, and the others nothing. */
@Tag("mesh")
@OwnsTheJvm
final class HostileHandshakeTest {
    /** Record and message header, version and random: where a ClientHello has its session ID's length. */
    private static final int SESSION_ID_AT = DtlsRecord.HEADER_BYTES + DtlsHandshake.HEADER_BYTES + 2 + 32;

    /** Where a HelloVerifyRequest has its cookie's length, behind a version. */
    private static final int COOKIE_AT = DtlsRecord.HEADER_BYTES + DtlsHandshake.HEADER_BYTES + 2;

    // As IncomingCalls has them.
    private static final int MAX_PENDING = 256;
    private static final int MAX_PENDING_PER_ADDRESS = 8;

    private BesiegedPair pair;

    @BeforeEach
    void connect() throws InterruptedException {
        pair = new BesiegedPair();
    }

    @AfterEach
    void nothingHasHappened() throws InterruptedException {
        try {
            pair.assertUnharmed();
        } finally {
            pair.close();
        }
    }

    @Test
    void plaintextAlertsAreCountedAndNotBelieved() {
        for (int level = 1; level <= 2; level++) {
            for (int description = 0; description < 256; description++) {
                byte[] alert = {(byte) level, (byte) description};
                pair.forgeToBoth(Records.forged(DtlsRecord.ALERT, 0xFEFD, 0, 1_000 + description, alert));
                pair.forgeToBoth(Records.forged(DtlsRecord.ALERT, 0xFEFF, 0, 2_000 + description, alert));
            }
        }
        pair.awaitDropped(2 * 2 * 256, DropReason.INBOUND_PLAINTEXT_ALERT);
    }

    @Test
    void fragmentsOfSixteenMebibytesAreDropped() {
        int count = 0;
        for (int type : new int[] {0, 1, 2, 3, 4, 11, 12, 13, 14, 15, 16, 20, 99}) {
            for (int messageSequence = 0; messageSequence < 8; messageSequence++) {
                byte[] message = Records.handshake(type, 0xFFFFFF, messageSequence, 0, 20, 20);
                byte[] record = Records.forged(DtlsRecord.HANDSHAKE, 0xFEFD, 0, 1_000 + messageSequence, message);
                pair.forgeToBoth(record);
                pair.forge(pair.stranger(type, 0), record);
                count++;
            }
        }
        pair.awaitDropped(count, DropReason.INBOUND_LONG_FRAGMENT, DropReason.INBOUND_UNKNOWN_SOURCE);
    }

    @Test
    void forgedHandshakeMessagesAreBorne() {
        Random random = new Random(9);
        for (int i = 0; i < 3_000; i++) {
            int declared = random.nextInt(80);
            int fragment = random.nextInt(declared + 1);
            byte[] message = Records.handshake(
                    random.nextInt(25),
                    declared,
                    random.nextInt(8),
                    random.nextInt(declared - fragment + 1),
                    fragment,
                    fragment);
            byte[] record = Records.forged(DtlsRecord.HANDSHAKE, 0xFEFD, 0, 100 + i, message);
            pair.forgeToBoth(record);
            pair.forge(pair.stranger(i % 10, 0), record);
        }
        pair.awaitDropped(100, DropReason.INBOUND_UNKNOWN_SOURCE, DropReason.INBOUND_COOKIE_SENT);
    }

    @Test
    void hellosWithoutRightCookieCostOneShorterAnswerEach() {
        Random random = new Random(3);
        byte[] hello = firstHello();
        for (int i = 0; i < 1_000; i++) {
            byte[] flood = withCookie(withRandom(hello, random), Records.random(random, i % 3 * 16));
            pair.forgeToBoth(flood);
            pair.forge(pair.stranger(i % 50, i), flood);
        }
        pair.awaitDropped(2_000, DropReason.INBOUND_COOKIE_SENT);
        List<BesiegedPair.Captured> answers = pair.captured().stream()
                .filter(each -> isMessage(each.datagram(), DtlsHandshake.HELLO_VERIFY_REQUEST))
                .toList();
        assertTrue(answers.size() >= 2_000, "only " + answers.size() + " answers");
        assertTrue(
                answers.stream().allMatch(each -> each.datagram().length <= hello.length),
                "an answer is longer than what it answers");
        assertEquals(Set.of(), answeredStrangers(), "a handshake began without a cookie");
    }

    @Test
    void handshakesUnderWayAreBoundedAndAKnownPeerIsLetInAllTheSame() throws InterruptedException {
        fillTheTable();
        Set<Endpoint> answered = answeredStrangers();
        assertEquals(MAX_PENDING, answered.size());
        for (Endpoint each : answered) {
            long fromAddress = answered.stream().filter(each::hasSameAddress).count();
            assertTrue(fromAddress <= MAX_PENDING_PER_ADDRESS, each + " and its neighbours: " + fromAddress);
        }
        pair.exchange("while the table is full");
        String leader = "10.0.0.30";
        try (MeshNode late = start("198.51.100.3", leader)) {
            assertTrue(
                    MeshNode.await(BesiegedPair.SOON, () -> pair.a().isConnectedTo(leader)),
                    "a peer that the map names was kept out");
            assertEquals(
                    Role.SERVER,
                    pair.a().peer(leader).session().association().role(),
                    "the peer's own call was refused");
            byte[] packet = Packets.ipv4(leader, BesiegedPair.A, "late");
            late.tun().send(packet);
            assertEquals(Arrays.toString(packet), Arrays.toString(pair.a().tun().take(5_000)));
        }
    }

    @Test
    void forgedHellosDoNotHoldBackACall() throws InterruptedException {
        FakeInternet internet = pair.internet();
        Endpoint leaderHost = internet.host("198.51.100.4").endpoint(0);
        // The leader cannot call: its hellos are lost. So the other one must, though hellos seem to come all the time.
        internet.setLoss((from, to, datagram) -> from.hasSameAddress(leaderHost) && isClientHello(datagram));
        byte[] hello = firstHello();
        try (MeshNode follower = start("198.51.100.5", "10.0.0.3");
                MeshNode leader = start("198.51.100.4", "10.0.0.4")) {
            Endpoint from = leaderHost.withPort(leader.node().port());
            Endpoint to = internet.host("198.51.100.5").endpoint(follower.node().port());
            boolean isConnected = MeshNode.await(BesiegedPair.SOON, () -> {
                internet.forge(from, to, hello);
                return follower.isConnectedTo("10.0.0.4");
            });
            assertTrue(isConnected, "forged hellos keep the follower from calling");
        }
    }

    /** Another node of the mesh. */
    private MeshNode start(String host, String virtualIp) {
        return MeshNode.start(
                pair.internet().host(host), pair.iexEndpoint(), MeshNode.settings(virtualIp, BesiegedPair.KEY));
    }

    /** More real handshakes than A bears at once, from as many endpoints, each as far as A's answer to the cookie. */
    private void fillTheTable() {
        Map<Endpoint, byte[]> cookies = new HashMap<>();
        byte[] hello = firstHello();
        int ports = MAX_PENDING_PER_ADDRESS + 2;
        int endpoints = 40 * ports;
        for (int i = 0; i < endpoints; i++) {
            pair.forge(pair.stranger(i / ports, i % ports), hello);
        }
        pair.awaitDropped(endpoints, DropReason.INBOUND_COOKIE_SENT);
        for (BesiegedPair.Captured each : pair.captured()) {
            if (isMessage(each.datagram(), DtlsHandshake.HELLO_VERIFY_REQUEST)) {
                cookies.put(each.to(), cookieOf(each.datagram()));
            }
        }
        for (int i = 0; i < endpoints; i++) {
            Endpoint stranger = pair.stranger(i / ports, i % ports);
            pair.forge(stranger, withCookie(hello, cookies.get(stranger)));
        }
        pair.awaitDropped(endpoints - MAX_PENDING, DropReason.INBOUND_TOO_MANY_HANDSHAKES);
        assertTrue(
                MeshNode.await(BesiegedPair.SOON, () -> answeredStrangers().size() >= MAX_PENDING),
                () -> "only " + answeredStrangers().size() + " were answered");
    }

    /** To whom A has sent a ServerHello, B and the like left out. */
    private Set<Endpoint> answeredStrangers() {
        Set<Endpoint> answered = new HashSet<>();
        for (BesiegedPair.Captured each : pair.captured()) {
            if (isMessage(each.datagram(), DtlsHandshake.SERVER_HELLO)
                    && !each.to().equals(pair.endpointOfB())) {
                answered.add(each.to());
            }
        }
        return answered;
    }

    /** The hello without a cookie with which B once called A. */
    private byte[] firstHello() {
        return pair.captured().stream()
                .map(BesiegedPair.Captured::datagram)
                .filter(HostileHandshakeTest::isClientHello)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isClientHello(byte[] datagram) {
        return isMessage(datagram, DtlsHandshake.CLIENT_HELLO);
    }

    private static boolean isMessage(byte[] datagram, int handshakeType) {
        return datagram.length > DtlsRecord.HEADER_BYTES
                && datagram[0] == DtlsRecord.HANDSHAKE
                && Records.epoch(datagram) == 0
                && datagram[DtlsRecord.HEADER_BYTES] == handshakeType;
    }

    private static byte[] cookieOf(byte[] helloVerifyRequest) {
        return Arrays.copyOfRange(
                helloVerifyRequest, COOKIE_AT + 1, COOKIE_AT + 1 + (helloVerifyRequest[COOKIE_AT] & 0xFF));
    }

    private static byte[] withRandom(byte[] hello, Random random) {
        byte[] other = hello.clone();
        System.arraycopy(Records.random(random, 32), 0, other, SESSION_ID_AT - 32, 32);
        return other;
    }

    /** A hello without a cookie, with one. */
    private static byte[] withCookie(byte[] hello, byte[] cookie) {
        int cookieAt = SESSION_ID_AT + 1 + hello[SESSION_ID_AT];
        int length = hello.length + cookie.length;
        ByteBuffer record = ByteBuffer.allocate(length);
        record.put(hello, 0, cookieAt).put((byte) cookie.length).put(cookie);
        record.put(hello, cookieAt + 1, hello.length - cookieAt - 1);
        record.putShort(DtlsRecord.HEADER_BYTES - 2, (short) (length - DtlsRecord.HEADER_BYTES));
        int message = length - DtlsRecord.HEADER_BYTES - DtlsHandshake.HEADER_BYTES;
        int type = hello[DtlsRecord.HEADER_BYTES];
        record.putInt(DtlsRecord.HEADER_BYTES, type << 24 | message);
        // The message's number, and the fragment's length in the last three bytes of the header.
        record.putShort(DtlsRecord.HEADER_BYTES + 4, (short) (cookie.length == 0 ? 0 : 1));
        record.putInt(DtlsRecord.HEADER_BYTES + 8, message);
        return record.array();
    }
}
