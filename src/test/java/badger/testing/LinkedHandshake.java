package badger.testing;

import badger.aead.AeadBackend;
import badger.aead.Aeads;
import badger.handshake.Association;
import badger.handshake.CookieGate;
import badger.handshake.HandshakeFailure;
import badger.handshake.HandshakeSettings;
import badger.handshake.Handshakes;
import badger.handshake.Psk;
import badger.handshake.VerifiedHello;
import badger.record.RecordRouter;
import badger.session.Session;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/** Two associations that hand their flights straight to each other. */
public final class LinkedHandshake {
    /** As many as a node with one queue has. */
    private static final int SEALERS = Session.sealers(1);

    public final CompletableFuture<Association> client = new CompletableFuture<>();
    public final CompletableFuture<Association> server = new CompletableFuture<>();
    private final CookieGate gate = new CookieGate();
    private final HandshakeSettings serverSettings;
    private final Association calling;
    private volatile Association answering;

    public LinkedHandshake(Psk psk, String backend, String clientIdentity, String serverIdentity)
            throws InterruptedException {
        this(psk, Aeads.named(backend), clientIdentity, serverIdentity);
    }

    public LinkedHandshake(Psk psk, AeadBackend backend, String clientIdentity, String serverIdentity)
            throws InterruptedException {
        serverSettings = HandshakeSettings.of(psk, serverIdentity, backend)
                .withSealers(SEALERS)
                .allowingPartialChecksums(true);
        HandshakeSettings clientSettings = HandshakeSettings.of(psk, clientIdentity, backend)
                .withSealers(SEALERS)
                .allowingPartialChecksums(true);
        CompletableFuture<Association> started = new CompletableFuture<>();
        calling = Handshakes.DTLS.connect(
                clientSettings, (flight, at, length) -> each(flight, at, length, true, started), new Reporter(client));
        started.complete(calling);
    }

    private void each(
            MemorySegment flight,
            long at,
            int length,
            boolean isFromClient,
            CompletableFuture<Association> clientAssociation) {
        long end = at + length;
        for (long recordAt = at; recordAt < end; ) {
            int recordLength = RecordRouter.recordLength(flight, recordAt, end);
            if (!isFromClient) {
                clientAssociation.join().offer(flight, recordAt, recordLength);
            } else if (answering != null) {
                answering.offer(flight, recordAt, recordLength);
            } else {
                Association.FlightSender back =
                        (reply, replyAt, replyLength) -> each(reply, replyAt, replyLength, false, clientAssociation);
                VerifiedHello hello =
                        gate.verify(new byte[CookieGate.SOURCE_BYTES], flight, recordAt, recordLength, back);
                if (hello != null) {
                    answering = Handshakes.DTLS.accept(serverSettings, hello, back, new Reporter(server));
                }
            }
            recordAt += recordLength;
        }
    }

    private record Reporter(CompletableFuture<Association> result) implements Association.Listener {
        @Override
        public void established(Association association) {
            result.complete(association);
        }

        @Override
        public void failed(Association association, HandshakeFailure reason) {
            result.completeExceptionally(new IllegalStateException(reason.sentence()));
        }

        @Override
        public void closed(Association association) {}
    }
}
