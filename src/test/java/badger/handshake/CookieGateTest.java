package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.Aeads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CookieGateTest {
    private static final byte[] HERE = source(1);
    private static final byte[] ELSEWHERE = source(2);

    private long now = 1;
    private final CookieGate gate = new CookieGate(() -> now);
    private final Arena arena = Arena.ofShared();
    private final Psk psk = Psk.of("0123456789abcdef0123456789abcdef");
    private final List<byte[]> answers = new ArrayList<>();
    private Association client;
    private BlockingQueue<byte[]> sent;

    private static byte[] source(int port) {
        byte[] source = new byte[CookieGate.SOURCE_BYTES];
        source[17] = (byte) port;
        return source;
    }

    @BeforeEach
    void connect() {
        sent = new LinkedBlockingQueue<>();
        client = DtlsAssociation.connect(
                HandshakeSettings.of(psk, "10.0.0.2", Aeads.named("jce")),
                (flight, at, length) -> sent.add(flight.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE)),
                new SilentListener());
    }

    @AfterEach
    void end() throws InterruptedException {
        client.close();
        assertTrue(client.awaitEnd(TestNode.PATIENCE));
        psk.close();
        arena.close();
    }

    private byte[] nextHello() throws InterruptedException {
        byte[] hello = sent.poll(5, TimeUnit.SECONDS);
        assertNotNull(hello, "the client sent no ClientHello");
        return hello;
    }

    private MemorySegment nativeCopy(byte[] bytes) {
        MemorySegment segment = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    private VerifiedHello verify(byte[] source, byte[] hello) {
        return gate.verify(
                source,
                nativeCopy(hello),
                0,
                hello.length,
                (flight, at, length) -> answers.add(flight.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE)));
    }

    /** What the client says once it was given the cookie for a source. */
    private byte[] helloWithCookie(byte[] source) throws InterruptedException {
        byte[] first = nextHello();
        assertNull(verify(source, first));
        byte[] answer = answers.removeLast();
        assertTrue(answer.length <= first.length, "an answer longer than the question invites reflection");
        assertTrue(client.offer(nativeCopy(answer), 0, answer.length));
        byte[] second = nextHello();
        while (second.length == first.length) {
            second = nextHello();
        }
        return second;
    }

    @Test
    void echoedCookieIsAccepted() throws Exception {
        byte[] hello = helloWithCookie(HERE);
        VerifiedHello verified = verify(HERE, hello);
        assertNotNull(verified);
        assertTrue(answers.isEmpty());
        assertTrue(verified.isSameHandshake(verify(HERE, hello)));
    }

    @Test
    void rightCookieFromTheWrongAddressIsRefused() throws Exception {
        byte[] hello = helloWithCookie(HERE);
        assertNull(verify(ELSEWHERE, hello));
        assertEquals(1, answers.size());
    }

    @Test
    void wrongCookieFromTheRightAddressIsRefused() throws Exception {
        byte[] hello = helloWithCookie(HERE);
        // Header 13, handshake header 12, version 2, random 32, empty session id 1, then the cookie and its length.
        int cookieAt = 61;
        assertEquals(32, hello[cookieAt - 1]);
        for (int at = cookieAt; at < cookieAt + 32; at++) {
            byte[] changed = hello.clone();
            changed[at] ^= 1;
            assertNull(verify(HERE, changed));
        }
    }

    @Test
    void cookieIsBoundToTheHello() throws Exception {
        byte[] hello = helloWithCookie(HERE);
        byte[] changed = hello.clone();
        changed[30] ^= 1;
        assertNull(verify(HERE, changed), "another client random");
    }

    @Test
    void secretBeforeTheLastIsForgotten() throws Exception {
        byte[] hello = helloWithCookie(HERE);
        now += CookieGate.SECRET_LIFE.toNanos();
        assertNotNull(verify(HERE, hello), "the previous secret still counts");
        now += CookieGate.SECRET_LIFE.toNanos();
        assertNull(verify(HERE, hello));
    }

    @Test
    void nothingIsRememberedAfterALongPause() throws Exception {
        byte[] hello = helloWithCookie(HERE);
        now += 2 * CookieGate.SECRET_LIFE.toNanos();
        assertNull(verify(HERE, hello));
    }

    @Test
    void truncatedAndRandomHellosAreRefused() throws Exception {
        byte[] hello = helloWithCookie(HERE);
        for (int length = 0; length < hello.length; length++) {
            assertNull(verify(HERE, Arrays.copyOf(hello, length)));
        }
        assertTrue(answers.isEmpty(), "what is cut off gets no answer");
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            byte[] changed = hello.clone();
            ByteBuffer.wrap(changed).put(25 + random.nextInt(changed.length - 25), (byte) random.nextInt());
            boolean isUnchanged = Arrays.equals(changed, hello);
            assertEquals(isUnchanged, verify(HERE, changed) != null);
        }
        assertFalse(client.isEnded());
    }

    static final class SilentListener implements Association.Listener {
        @Override
        public void established(Association association) {}

        @Override
        public void failed(Association association, HandshakeFailure reason) {}

        @Override
        public void closed(Association association) {}
    }
}
