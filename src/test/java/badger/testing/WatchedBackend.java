package badger.testing;

import badger.aead.Aead;
import badger.aead.AeadBackend;
import badger.aead.ConnectionId;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that counts its ciphers and what they are asked to do, and does something before each record is opened. */
public final class WatchedBackend implements AeadBackend {
    public final AtomicInteger made = new AtomicInteger();
    public final AtomicInteger closed = new AtomicInteger();
    public final AtomicInteger seals = new AtomicInteger();
    public final AtomicInteger opens = new AtomicInteger();
    private final AeadBackend backend;
    private final Runnable beforeOpening;

    public WatchedBackend(AeadBackend backend, Runnable beforeOpening) {
        this.backend = backend;
        this.beforeOpening = beforeOpening;
    }

    @Override
    public String name() {
        return "watched " + backend.name();
    }

    @Override
    public Aead sealing(MemorySegment key, int salt, ConnectionId connectionId) {
        return new Watched(backend.sealing(key, salt, connectionId));
    }

    @Override
    public Aead opening(MemorySegment key, int salt, ConnectionId connectionId) {
        return new Watched(backend.opening(key, salt, connectionId));
    }

    private final class Watched implements Aead {
        private final Aead cipher;

        Watched(Aead cipher) {
            this.cipher = cipher;
            made.incrementAndGet();
        }

        @Override
        public void seal(
                long explicitNonce,
                long epochAndSequence,
                int type,
                MemorySegment source,
                long sourceAt,
                int length,
                MemorySegment target,
                long targetAt) {
            seals.incrementAndGet();
            cipher.seal(explicitNonce, epochAndSequence, type, source, sourceAt, length, target, targetAt);
        }

        @Override
        public boolean open(
                long explicitNonce,
                long epochAndSequence,
                int type,
                MemorySegment source,
                long sourceAt,
                int length,
                MemorySegment target,
                long targetAt) {
            opens.incrementAndGet();
            beforeOpening.run();
            return cipher.open(explicitNonce, epochAndSequence, type, source, sourceAt, length, target, targetAt);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
            cipher.close();
        }
    }
}
