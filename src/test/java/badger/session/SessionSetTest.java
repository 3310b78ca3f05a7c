package badger.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Tallies;
import badger.model.ModelAssociation;
import badger.model.ModelAssociations;
import badger.record.Role;
import badger.testing.SendingSocket;
import badger.testing.TestClock;
import badger.thread.ThreadOwner;
import badger.udp.Endpoint;
import badger.udp.SharedSender;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which session sends, and how long earlier ones still receive. The clock is the test's. */
final class SessionSetTest {
    private static final Endpoint HERE = Endpoint.ofIpv4(0xC6336402, 2_000);
    private static final Endpoint THERE = Endpoint.ofIpv4(0xC6336403, 3_000);
    private static final Endpoint ELSEWHERE = Endpoint.ofIpv4(0xC6336404, 4_000);

    private final TestClock clock = new TestClock();
    private final List<String> log = new ArrayList<>();
    private final ModelAssociations associations =
            new ModelAssociations(closed -> log.add("closed " + closed.number()));
    private final List<Endpoint> openSockets = new ArrayList<>();
    private Endpoint local = Endpoint.ofIpv4(0xC0A80A01, 1_000);
    private final Socket mainSocket = new Socket(null);
    private final SharedSender flights = new SharedSender(() -> mainSocket, Arena.ofAuto());
    private Session sending;
    private SessionSet sessions = sessionsOf(true);

    private SessionSet sessionsOf(boolean isLeader) {
        return new SessionSet(
                this,
                new ThreadOwner(),
                new Tallies(),
                session -> {
                    sending = session;
                    log.add("elected " + (session == null ? "none" : number(session)));
                },
                isLeader,
                (endpoint, isReplacement) -> new PeerPath(endpoint, new Socket(endpoint), null, () -> {}));
    }

    @AfterEach
    void nothingIsLeftBehind() {
        sessions.closeAll();
        assertEquals(0, associations.openKeys());
        assertEquals(List.of(), openSockets);
    }

    @Test
    void theNewestSends() {
        Session first = add(Role.CLIENT);
        assertSame(first, sending);
        pass(Duration.ofMinutes(10));
        Session second = add(Role.CLIENT);
        assertSame(second, sessions.current());
        assertSame(second, sending);
        assertEquals(List.of(first), sessions.older());
    }

    @Test
    void whileTheNewestHoldsBackTheOneBeforeItSends() {
        Session first = add(Role.CLIENT);
        pass(Duration.ofMinutes(10));
        Session second = add(Role.SERVER);
        assertSame(second, sessions.current());
        assertSame(first, sending);
        assertFalse(sessions.isSettled());
        second.heard(clock.nanoTime());
        sessions.elect();
        assertSame(second, sending);
    }

    @Test
    void whereNoneMaySendYetTheNewestIsTheOneThatWaits() {
        Session only = add(Role.SERVER);
        assertSame(only, sending);
        assertFalse(only.mayTransmit());
    }

    @Test
    void ofTwoThatWereUnderWayAtOnceTheLeadersOwnCallStaysAtTheLeader() {
        long startedNanos = clock.nanoTime();
        pass(Duration.ofMillis(100));
        Session own = add(Role.CLIENT, startedNanos);
        pass(Duration.ofMillis(50));
        Session ofFollower = add(Role.SERVER, startedNanos);
        assertSame(own, sessions.current());
        assertSame(own, sending);
        assertEquals(List.of(ofFollower), sessions.older());
        assertTrue(ofFollower.mayTransmit(), "its client waits for this end's first record, too");
    }

    @Test
    void andTheLeadersCallWinsAtTheFollowerWhicheverCameFirst() {
        sessions = sessionsOf(false);
        long startedNanos = clock.nanoTime();
        pass(Duration.ofMillis(100));
        Session ofLeader = add(Role.SERVER, startedNanos);
        pass(Duration.ofMillis(50));
        Session own = add(Role.CLIENT, startedNanos);
        assertSame(ofLeader, sessions.current());
        assertEquals(List.of(own), sessions.older());
        sessions.closeAll();

        startedNanos = clock.nanoTime();
        pass(Duration.ofMillis(100));
        own = add(Role.CLIENT, startedNanos);
        pass(Duration.ofMillis(50));
        ofLeader = add(Role.SERVER, startedNanos);
        assertSame(ofLeader, sessions.current());
        assertEquals(List.of(own), sessions.older());
    }

    @Test
    void aCallThatBeganWhenTheSessionWasThereAlreadyIsNewerWhoeverCalled() {
        Session own = add(Role.CLIENT);
        long startedNanos = clock.nanoTime();
        pass(Duration.ofMillis(50));
        Session ofFollower = add(Role.SERVER, startedNanos);
        assertSame(ofFollower, sessions.current());
        assertEquals(List.of(own), sessions.older());
    }

    @Test
    void atMostThreeOlderOnesAreListenedTo() {
        Session first = add(Role.CLIENT);
        List<Session> later = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pass(Duration.ofMillis(10));
            later.addFirst(add(Role.CLIENT));
        }
        assertEquals(List.of(later.get(1), later.get(2), first), sessions.older());
        pass(Duration.ofMillis(10));
        add(Role.CLIENT);
        assertEquals(later, sessions.older());
        assertTrue(first.association().isEnded());
        assertNull(sessions.byConnectionId(first.ownConnectionId()));
        assertSame(later.getLast(), sessions.byConnectionId(later.getLast().ownConnectionId()));
    }

    @Test
    void anOlderOneIsListenedToForThreeSecondsSinceItWasSuperseded() {
        Session first = add(Role.CLIENT);
        pass(Duration.ofMinutes(10));
        add(Role.CLIENT).heard(clock.nanoTime());
        tidyAfter(Duration.ofSeconds(3));
        assertEquals(List.of(first), sessions.older());
        tidyAfter(Duration.ofMillis(1));
        assertEquals(List.of(), sessions.older());
        assertTrue(first.association().isEnded());
        assertTrue(sessions.isSettled());
    }

    @Test
    void andForThreeSecondsSinceItsLastRecord() {
        Session first = add(Role.CLIENT);
        pass(Duration.ofMinutes(10));
        add(Role.CLIENT).heard(clock.nanoTime());
        tidyAfter(Duration.ofSeconds(2));
        first.heard(clock.nanoTime());
        tidyAfter(Duration.ofSeconds(3));
        assertEquals(List.of(first), sessions.older());
        tidyAfter(Duration.ofMillis(1));
        assertEquals(List.of(), sessions.older());
    }

    @Test
    void aPeerThatGoesOnWithAnOlderOneForMoreThanTwoSecondsMovesThisEndOver() {
        Session first = add(Role.CLIENT);
        pass(Duration.ofMinutes(10));
        Session second = add(Role.CLIENT);
        pass(Duration.ofSeconds(2));
        first.heard(clock.nanoTime());
        assertFalse(sessions.tidy(clock.nanoTime()));
        assertSame(second, sessions.current());
        pass(Duration.ofMillis(1));
        first.heard(clock.nanoTime());
        assertFalse(sessions.tidy(clock.nanoTime()));
        assertSame(first, sessions.current());
        assertSame(first, sending);
        assertEquals(List.of(second), sessions.older());
        tidyAfter(Duration.ofSeconds(3));
        assertEquals(List.of(second), sessions.older(), "it is superseded from now on");
        tidyAfter(Duration.ofMillis(1));
        assertEquals(List.of(), sessions.older());
    }

    @Test
    void butNotOneThatHasUsedTheNewestToo() {
        Session first = add(Role.CLIENT);
        pass(Duration.ofMinutes(10));
        Session second = add(Role.CLIENT);
        second.heard(clock.nanoTime());
        pass(Duration.ofSeconds(10));
        first.heard(clock.nanoTime());
        assertFalse(sessions.tidy(clock.nanoTime()));
        assertSame(second, sessions.current());
    }

    @Test
    void whereTheCurrentOneIsClosedTheNewestOfTheOlderTakesItsPlace() {
        Session first = add(Role.CLIENT);
        Session second = add(Role.CLIENT);
        Session third = add(Role.CLIENT);
        sessions.closeCurrent();
        assertSame(second, sessions.current());
        assertSame(second, sending);
        assertTrue(third.association().isEnded());
        second.association().close();
        assertFalse(sessions.tidy(clock.nanoTime()), "there is still one");
        assertSame(first, sending);
        first.association().close();
        assertTrue(sessions.tidy(clock.nanoTime()), "the last one");
        assertNull(sessions.current());
        assertNull(sending);
    }

    /** An outbound loop that the earlier session refuses looks for the newer one, and has to find it. */
    @Test
    void whichOneSendsIsToldBeforeTheOneThatItReplacesIsClosed() {
        add(Role.CLIENT);
        add(Role.CLIENT);
        sessions.closeCurrent();
        sessions.closeCurrent();
        assertEquals(List.of("elected 1", "elected 2", "elected 1", "closed 2", "elected none", "closed 1"), log);
    }

    @Test
    void anOlderOneThatSendsWhileTheNewestHoldsBackIsNotClosedBeforeAnotherIsTold() {
        add(Role.CLIENT);
        add(Role.SERVER);
        log.clear();
        tidyAfter(Duration.ofMillis(3_001));
        assertEquals(List.of("elected 2", "closed 1"), log);
    }

    @Test
    void theSessionsOfOneEndpointShareAPathAndPathsNamesItOnce() {
        add(Role.CLIENT);
        add(Role.CLIENT);
        assertEquals(List.of(HERE), openSockets);
        assertEquals(List.of(sessions.current().path()), paths());
        Session third =
                sessions.add(associations.established(Role.CLIENT, ""), THERE, clock.nanoTime(), clock.nanoTime());
        assertEquals(Set.of(HERE, THERE), new HashSet<>(openSockets));
        assertEquals(List.of(third.path(), sessions.older().getFirst().path()), paths());
    }

    @Test
    void aPathThatIsLeftIsReadForThreeSecondsAndThenClosed() {
        Session first = add(Role.CLIENT);
        Session second = add(Role.CLIENT);
        PeerPath left = second.path();
        sessions.moveTo(THERE, flights, clock.nanoTime());
        assertEquals(THERE, first.path().endpoint());
        assertSame(first.path(), second.path());
        assertEquals(PathState.LEAVING, left.state());
        assertEquals(PathState.IN_USE, second.path().state());
        assertEquals(List.of(second.path(), left), paths());
        second.heard(clock.nanoTime());
        tidyAfter(Duration.ofSeconds(3));
        assertEquals(List.of(second.path(), left), paths());
        tidyAfter(Duration.ofMillis(1));
        assertEquals(PathState.CLOSED, left.state());
        assertEquals(List.of(second.path()), paths());
        assertEquals(List.of(THERE), openSockets);
    }

    @Test
    void aPathThatIsLeftClosesAtOnceWhereTheSessionsMoveAgainOrEnd() {
        Session session = add(Role.CLIENT);
        PeerPath first = session.path();
        sessions.moveTo(THERE, flights, clock.nanoTime());
        PeerPath second = session.path();
        sessions.moveTo(ELSEWHERE, flights, clock.nanoTime());
        assertEquals(PathState.CLOSED, first.state());
        assertEquals(PathState.LEAVING, second.state());
        sessions.closeCurrent();
        assertEquals(PathState.CLOSED, second.state());
    }

    /**
     * The greatest number: three older sessions and the current one, each on a path of its own, and one path that was
     * left.
     */
    @Test
    void thereAreNeverMorePathsThanAreSaid() {
        for (int i = 0; i < 6; i++) {
            Endpoint endpoint = HERE.withPort(5_000 + i);
            sessions.add(associations.established(Role.CLIENT, ""), endpoint, clock.nanoTime(), clock.nanoTime());
        }
        assertEquals(SessionSet.MOST_PATHS - 1, paths().size());
        sessions.moveTo(THERE, flights, clock.nanoTime());
        assertTrue(paths().size() <= SessionSet.MOST_PATHS);
        assertEquals(new HashSet<>(paths()).size(), paths().size());
    }

    @Test
    void aPathIsOpenedAnewOnlyWhereThisHostHasAnotherAddress() {
        Session session = add(Role.CLIENT);
        PeerPath before = session.path();
        assertFalse(sessions.reopenPath(clock.nanoTime()));
        assertSame(before, session.path());
        assertEquals(List.of(HERE), openSockets);
        local = Endpoint.ofIpv4(0xC0A80A63, 1_000);
        assertTrue(sessions.reopenPath(clock.nanoTime()));
        assertEquals(HERE, session.path().endpoint());
        assertEquals(PathState.LEAVING, before.state());
    }

    private Session add(Role role) {
        return add(role, clock.nanoTime());
    }

    private Session add(Role role, long startedNanos) {
        return sessions.add(associations.established(role, "10.0.0.20"), HERE, startedNanos, clock.nanoTime());
    }

    private void pass(Duration time) {
        clock.pass(time);
    }

    private void tidyAfter(Duration time) {
        assertFalse(sessions.tidy(clock.pass(time)));
    }

    private List<PeerPath> paths() {
        PeerPath[] into = new PeerPath[SessionSet.MOST_PATHS];
        int count = sessions.paths(into);
        return Arrays.asList(into).subList(0, count);
    }

    private static long number(Session session) {
        return ((ModelAssociation) session.association()).number();
    }

    private final class Socket extends SendingSocket {
        private final Endpoint connected;

        /** @param connected null for the main socket */
        Socket(Endpoint connected) {
            super(local);
            this.connected = connected;
            if (connected != null) {
                openSockets.add(connected);
            }
        }

        @Override
        public int send(MemorySegment from, long at, int length) {
            return length;
        }

        @Override
        public int send(MemorySegment from, long at, int length, Endpoint to) {
            return length;
        }

        @Override
        public int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
            return length;
        }

        @Override
        public void close() {
            openSockets.remove(connected);
        }
    }
}
