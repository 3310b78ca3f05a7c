package badger.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.MessageException;
import badger.message.Probe;
import badger.message.ProbeAnswer;
import badger.testing.FakeInternet;
import badger.time.Deadlines;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.SharedSender;
import badger.udp.UdpReceiver;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a node treats IEX's answers. The clock is the test's. */
final class NatProbeTest {
    private static final int TEN = 0x0A00000A;
    private static final int PROBE_PORT = 9_945;
    private static final int THIRD_PORT = 40_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Arena arena = Arena.ofShared();
    private final FakeInternet internet = new FakeInternet();
    private final Endpoint iex = internet.host("203.0.113.1").endpoint(9_944);
    private final UdpSocket iexSocket = internet.host("203.0.113.1").bind(PROBE_PORT);
    private final UdpReceiver atIex = iexSocket.receiver(arena);
    private final MemorySegment buffer = arena.allocate(1_024);
    private final UdpSocket own = internet.host("198.51.100.1").bind(4_400);
    private final Endpoint seen = internet.host("198.51.100.1").endpoint(4_400);
    private final Endpoint lan = Endpoint.ofIpv4(0xC0A80A64, 4_400);
    private final Counters counters = new Counters();
    private final NatProbe probe = new NatProbe(new SharedSender(() -> own, arena), TEN, "a-node", counters);
    private final Deadlines<LinkTimer> deadlines = new Deadlines<>(LinkTimer.class);
    private long now = 1_000;
    private long due;

    @BeforeEach
    void begin() {
        tick();
        assertFalse(deadlines.isAnySet());
        mapReceived(PROBE_PORT, seen, List.of(lan));
    }

    @AfterEach
    void close() {
        internet.close();
        arena.close();
    }

    @Test
    void openAndUntranslatedIsNoNat() throws MessageException {
        mapReceived(PROBE_PORT, seen, List.of(seen));
        String nonce = next().nonce();
        receive(new ProbeAnswer(nonce), THIRD_PORT);
        assertEquals(NatClass.UNKNOWN, probe.natClass());
        receive(new ProbeAnswer(nonce, seen, seen), PROBE_PORT);
        assertEquals(NatClass.NONE, probe.natClass());
        assertAtRest();
    }

    @Test
    void untranslatedAndShutIsAFirewall() throws MessageException {
        mapReceived(PROBE_PORT, seen, List.of(lan, seen));
        answerAllTries(seen, seen);
        assertEquals(NatClass.FIREWALL, probe.natClass());
    }

    @Test
    void translatedAlikeAndOpenIsAFullCone() throws MessageException {
        String nonce = next().nonce();
        receive(new ProbeAnswer(nonce, seen, seen), PROBE_PORT);
        receive(new ProbeAnswer(nonce), THIRD_PORT);
        assertEquals(NatClass.FULL_CONE, probe.natClass());
        assertAtRest();
    }

    @Test
    void translatedAlikeAndShutIsEasyButOnlyAfterTheLastTry() throws MessageException {
        answerAllTries(seen, seen);
        assertEquals(NatClass.EASY, probe.natClass());
        assertAtRest();
    }

    @Test
    void anotherPortForAnotherDestinationIsHardAtOnce() throws MessageException {
        receive(new ProbeAnswer(next().nonce(), seen.withPort(5), seen), PROBE_PORT);
        assertEquals(NatClass.HARD, probe.natClass());
        assertAtRest();
    }

    @Test
    void lostProbesAreRepeatedAndSilenceIsUnknown() throws MessageException {
        String nonce = next().nonce();
        for (int i = 1; i < NatProbe.TRIES; i++) {
            assertEquals(nonce, next().nonce());
        }
        advance();
        assertEquals(NatClass.UNKNOWN, probe.natClass());
        assertAtRest();
        // The next probe goes after a while, with another nonce.
        assertTrue(!next().nonce().equals(nonce));
    }

    @Test
    void aLostAnswerChangesNothingWhereTheNextComes() throws MessageException {
        next();
        next();
        String nonce = next().nonce();
        receive(new ProbeAnswer(nonce), THIRD_PORT);
        receive(new ProbeAnswer(nonce, seen, seen), PROBE_PORT);
        assertEquals(NatClass.FULL_CONE, probe.natClass());
    }

    @Test
    void itAsksAnewWhenItsEndpointChangesAndAfterSomeMinutes() throws MessageException {
        receive(new ProbeAnswer(next().nonce(), seen.withPort(5), seen), PROBE_PORT);
        mapReceived(PROBE_PORT, seen, List.of(lan));
        assertAtRest();
        Endpoint moved = seen.withPort(7);
        mapReceived(PROBE_PORT, moved, List.of(lan));
        answerAllTries(moved, moved);
        assertEquals(NatClass.EASY, probe.natClass());
        long before = now;
        receive(new ProbeAnswer(next().nonce(), seen.withPort(5), seen), PROBE_PORT);
        assertTrue(now - before > 120 * SECOND && now - before < 600 * SECOND, (now - before) + " ns");
        assertEquals(NatClass.HARD, probe.natClass());
    }

    @Test
    void aServerWithoutThePortLeavesItUnknown() throws MessageException {
        receive(new ProbeAnswer(next().nonce(), seen.withPort(5), seen), PROBE_PORT);
        mapReceived(0, seen, List.of(lan));
        assertEquals(NatClass.UNKNOWN, probe.natClass());
        tick();
        assertFalse(deadlines.isAnySet());
    }

    @Test
    void answersOfOthersAreCountedAndForgotten() throws MessageException {
        String nonce = next().nonce();
        receive(new ProbeAnswer("other", seen, seen), PROBE_PORT);
        receive(new ProbeAnswer("other"), THIRD_PORT);
        // Only the probe port tells what was seen, and only another port shows that an unknown port gets through.
        receive(new ProbeAnswer(nonce, seen.withPort(5), seen), THIRD_PORT);
        receive(new ProbeAnswer(nonce), PROBE_PORT);
        probe.receive(new byte[] {'{', '}'}, PROBE_PORT, now);
        assertEquals(5, counters.dropped(DropReason.PROBE_ANSWER_REFUSED));
        receive(new ProbeAnswer(nonce, seen, seen), PROBE_PORT);
        assertEquals(NatClass.UNKNOWN, probe.natClass());
    }

    private void mapReceived(int probePort, Endpoint ownPublic, List<Endpoint> ownLocal) {
        probe.mapReceived(iex, probePort, ownPublic, ownLocal, now);
        due = now;
    }

    private void answerAllTries(Endpoint observed, Endpoint main) throws MessageException {
        NatClass before = probe.natClass();
        for (int i = 0; i < NatProbe.TRIES; i++) {
            receive(new ProbeAnswer(next().nonce(), observed, main), PROBE_PORT);
            assertEquals(before, probe.natClass());
        }
        advance();
    }

    private void receive(ProbeAnswer answer, int port) {
        probe.receive(answer.toJson(), port, now);
    }

    /** Moves the clock to the next deadline, and runs what is due. */
    private void advance() {
        now = Math.max(now, due);
        tick();
        due = deadlines.isAnySet() ? deadlines.earliestNanos() : now;
    }

    private Probe next() throws MessageException {
        int length = -1;
        for (int i = 0; i < 3 && length < 0; i++) {
            advance();
            length = atIex.receive(buffer, 0, 1_024);
        }
        assertEquals(seen, atIex.source());
        byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        return Probe.parse(bytes, length);
    }

    private void assertAtRest() {
        tick();
        assertTrue(deadlines.earliestNanos() - now > 30 * SECOND);
        assertEquals(UdpReceiver.NOTHING_WAITING, atIex.receive(buffer, 0, 1_024));
    }

    private void tick() {
        probe.tick(now);
        probe.schedule(deadlines);
    }
}
