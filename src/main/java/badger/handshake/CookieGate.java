package badger.handshake;

import badger.wire.DtlsHandshake;
import badger.wire.DtlsRecord;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSVerifier;
import org.bouncycastle.tls.DatagramSender;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * Stateless cookies (RFC 6347, section 4.2.1): a ClientHello costs no state until its sender has echoed what was sent
 * to its address. The secret changes every {@link #SECRET_LIFE}; the one before it is still accepted. Any thread.
 */
public final class CookieGate {
    static final Duration SECRET_LIFE = Duration.ofMinutes(2);
    /** Address of 16 bytes and port of 2: what the cookie is bound to. */
    public static final int SOURCE_BYTES = 18;
    /** A ClientHello of ours has about 150 bytes, one of OpenSSL about 250. */
    private static final int LONGEST_HELLO_BYTES = 2048;

    private static final int RANDOM_AT = DtlsRecord.HEADER_BYTES + DtlsHandshake.HEADER_BYTES + 2;
    private static final int RANDOM_BYTES = 32;

    private final LongSupplier nanoClock;
    private final BcTlsCrypto crypto = new BcTlsCrypto(HandshakeCrypto.RANDOM);
    private volatile Secrets secrets;

    public CookieGate() {
        this(System::nanoTime);
    }

    CookieGate(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        secrets = new Secrets(new DTLSVerifier(crypto), new DTLSVerifier(crypto), nanoClock.getAsLong());
    }

    private record Secrets(DTLSVerifier current, DTLSVerifier previous, long sinceNanos) {}

    /**
     * Checks a record of {@code RecordRoute.CLIENT_HELLO}. Without a valid cookie a HelloVerifyRequest, never longer
     * than the hello, goes to {@code out} before this returns.
     *
     * @param source {@link #SOURCE_BYTES} bytes: address and port of the sender
     * @return the verified hello, or null if an answer was sent or the record was refused
     */
    public VerifiedHello verify(
            byte[] source, MemorySegment buffer, long recordAt, int recordLength, Association.FlightSender out) {
        if (source.length != SOURCE_BYTES) {
            throw new IllegalArgumentException("source must have " + SOURCE_BYTES + " bytes, not " + source.length);
        }
        if (recordLength < RANDOM_AT + RANDOM_BYTES || recordLength > LONGEST_HELLO_BYTES) {
            return null;
        }
        byte[] record = new byte[recordLength];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, recordAt, record, 0, recordLength);
        Secrets now = secretsNow();
        Answer answer = new Answer();
        DTLSRequest request = verify(now.current, source, record, answer);
        if (request == null && answer.bytes != null) {
            request = verify(now.previous, source, record, new Answer());
        }
        if (request != null) {
            return new VerifiedHello(request, Arrays.copyOfRange(record, RANDOM_AT, RANDOM_AT + RANDOM_BYTES));
        }
        if (answer.bytes != null && answer.bytes.length <= recordLength) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment datagram = arena.allocate(answer.bytes.length);
                MemorySegment.copy(answer.bytes, 0, datagram, ValueLayout.JAVA_BYTE, 0, answer.bytes.length);
                out.send(datagram, 0, answer.bytes.length);
            }
        }
        return null;
    }

    private static DTLSRequest verify(DTLSVerifier verifier, byte[] source, byte[] record, Answer answer) {
        try {
            return verifier.verifyRequest(source, record, 0, record.length, answer);
        } catch (RuntimeException malformed) {
            // bctls catches IOException only; nothing a stranger sends may end the thread that reads the socket.
            return null;
        }
    }

    private Secrets secretsNow() {
        Secrets now = secrets;
        if (nanoClock.getAsLong() - now.sinceNanos < SECRET_LIFE.toNanos()) {
            return now;
        }
        return changeSecrets();
    }

    private synchronized Secrets changeSecrets() {
        Secrets old = secrets;
        long nanos = nanoClock.getAsLong();
        long age = nanos - old.sinceNanos;
        if (age >= SECRET_LIFE.toNanos()) {
            boolean isForgotten = age >= 2 * SECRET_LIFE.toNanos();
            DTLSVerifier previous = isForgotten ? new DTLSVerifier(crypto) : old.current;
            secrets = new Secrets(new DTLSVerifier(crypto), previous, nanos);
        }
        return secrets;
    }

    /** Keeps the one datagram the verifier sends. */
    private static final class Answer implements DatagramSender {
        private byte[] bytes;

        @Override
        public int getSendLimit() throws IOException {
            return FlightTransport.FLIGHT_BYTES;
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {
            bytes = Arrays.copyOfRange(buffer, offset, offset + length);
        }
    }
}
