package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.ConnectionId;
import badger.record.RecordProtection;
import badger.record.RecordRoute;
import badger.record.RecordRouter;
import badger.record.Records;
import badger.testing.DatagramLink;
import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What a node does around one association, in the least lines: a thread that receives and routes, a send lock, a list
 * of what was delivered.
 */
final class TestNode implements AutoCloseable, Association.Listener {
    static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final byte[] SOURCE = new byte[CookieGate.SOURCE_BYTES];

    final BlockingQueue<byte[]> delivered = new LinkedBlockingQueue<>();
    final BlockingQueue<HandshakeFailure> failures = new LinkedBlockingQueue<>();
    final CountDownLatch established = new CountDownLatch(1);
    final CountDownLatch ended = new CountDownLatch(1);
    final Set<RecordRoute> routes = ConcurrentHashMap.newKeySet();
    /** All there were, oldest first. */
    final List<Association> associations = new CopyOnWriteArrayList<>();
    /** The one established last. */
    volatile Association association;
    /** The one the listener was called on. */
    volatile Thread associationThread;

    final AtomicInteger replayed = new AtomicInteger();
    final AtomicInteger badTags = new AtomicInteger();
    /** What the fast path has made of each record that it did not deliver. */
    final Map<Integer, Integer> refusals = new ConcurrentHashMap<>();
    /** Sees every datagram this node sends from now on, control or data. */
    volatile Consumer<byte[]> sentTap;

    private final HandshakeSettings settings;
    private final DatagramLink link;
    private final CookieGate gate = new CookieGate();
    private final Thread receiver;
    private final MemorySegment scratch = Arena.ofAuto().allocate(1 << 16);
    private volatile boolean isClosed;

    private TestNode(HandshakeSettings settings, DatagramLink link, Consumer<byte[]> sentTap) {
        this.settings = settings;
        this.link = link;
        this.sentTap = sentTap;
        receiver =
                Thread.ofPlatform().name("receiver-" + settings.ownIdentity()).unstarted(this::receiveAll);
    }

    static TestNode server(HandshakeSettings settings, DatagramLink link) {
        return server(settings, link, datagram -> {});
    }

    /** @param sentTap sees every datagram it sends, from the first one on */
    static TestNode server(HandshakeSettings settings, DatagramLink link, Consumer<byte[]> sentTap) {
        TestNode node = new TestNode(settings, link, sentTap);
        node.receiver.start();
        return node;
    }

    static TestNode client(HandshakeSettings settings, DatagramLink link) {
        return client(settings, link, datagram -> {});
    }

    /** @param sentTap sees every datagram it sends, from the first one on */
    static TestNode client(HandshakeSettings settings, DatagramLink link, Consumer<byte[]> sentTap) {
        TestNode node = new TestNode(settings, link, sentTap);
        node.associations.add(DtlsAssociation.connect(settings, node::sendFlight, node));
        node.receiver.start();
        return node;
    }

    TestNode awaitEstablished() throws InterruptedException {
        if (!established.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(settings.ownIdentity() + " not established; failures: " + failures);
        }
        return this;
    }

    HandshakeFailure awaitFailure() throws InterruptedException {
        HandshakeFailure failure = failures.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (failure == null) {
            throw new AssertionError(settings.ownIdentity() + " did not fail");
        }
        return failure;
    }

    void awaitEnded() throws InterruptedException {
        if (!ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(settings.ownIdentity() + " did not end");
        }
    }

    /** Whether it is past its handshake and has not ended. */
    static boolean isEstablished(Association association) {
        return association.protection() != null && !association.isEnded();
    }

    /** How long the connection ID is that our records carry, in bytes; 0 for none. */
    int peerIdBytes() {
        return association.protection().sealedHeaderBytes() - ConnectionId.LEAST_HEADER_BYTES;
    }

    void send(String text) {
        link.send(sealed(text));
    }

    byte[] sealed(String text) {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            RecordProtection protection = association.protection();
            MemorySegment buffer = arena.allocate(plain.length + protection.overheadBytes());
            MemorySegment.copy(plain, 0, buffer, ValueLayout.JAVA_BYTE, protection.sealedHeaderBytes(), plain.length);
            int length;
            synchronized (this) {
                length = Records.seal(protection, buffer, 0, plain.length);
            }
            byte[] record = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            sentTap.accept(record);
            return record;
        }
    }

    String awaitText() throws InterruptedException {
        byte[] text = delivered.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (text == null) {
            throw new AssertionError(settings.ownIdentity() + " got nothing");
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    /** The first that is another one. */
    String awaitTextAfter(String earlier) throws InterruptedException {
        String text = awaitText();
        while (text.equals(earlier)) {
            text = awaitText();
        }
        return text;
    }

    /** Waits until the fast path has made this of at least so many records. */
    void awaitRefusals(int result, int atLeast) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (refusals.getOrDefault(result, 0) < atLeast) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        settings.ownIdentity() + ": no " + atLeast + " of " + result + ": " + refusals);
            }
            Thread.sleep(1);
        }
    }

    List<String> drain() {
        List<byte[]> all = new ArrayList<>();
        delivered.drainTo(all);
        return all.stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    /** Handles one datagram as the receiver thread does; for tests that feed by hand. */
    synchronized void handle(byte[] datagram) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, datagram.length));
            MemorySegment.copy(datagram, 0, buffer, ValueLayout.JAVA_BYTE, 0, datagram.length);
            long at = 0;
            while (at < datagram.length) {
                int length = RecordRouter.recordLength(buffer, at, datagram.length);
                RecordRoute route = RecordRouter.route(buffer, at, length);
                routes.add(route);
                handle(route, buffer, at, length);
                if (length < 0) {
                    return;
                }
                at += length;
            }
        }
    }

    private void handle(RecordRoute route, MemorySegment buffer, long at, int length) {
        switch (route) {
            case DATA -> open(buffer, at, length);
            case CONNECTION_ID -> openNamed(buffer, at, length);
            case CLIENT_HELLO -> hello(buffer, at, length);
            case CONTROL, PLAINTEXT_ALERT -> {
                for (Association each : associations) {
                    if (RecordRouter.side(buffer, at).includes(each.role())) {
                        each.offer(buffer, at, length);
                    }
                }
            }
            default -> {}
        }
    }

    /** The newest keys that fit: after a restart of the peer two associations may carry data for a while. */
    private void open(MemorySegment record, long at, int length) {
        MemorySegment plain = scratch.asSlice(0);
        for (Association each : associations.reversed()) {
            RecordProtection protection = each.protection();
            int plainBytes =
                    protection == null ? RecordProtection.BAD_TAG : protection.open(record, at, length, plain, 0);
            if (deliver(plain, plainBytes)) {
                return;
            }
        }
    }

    /** Those of the association that is named, which are the handshake's until it is established. */
    private void openNamed(MemorySegment record, long at, int length) {
        int connectionId = DtlsRecord.connectionId(record, at);
        for (Association each : associations) {
            if (each.ownConnectionId() == connectionId) {
                RecordProtection protection = each.protection();
                if (protection == null) {
                    each.offer(record, at, length);
                } else {
                    deliver(scratch, protection.open(record, at, length, scratch, 0));
                }
                return;
            }
        }
        deliver(scratch, RecordProtection.BAD_CONNECTION_ID);
    }

    private boolean deliver(MemorySegment plain, int plainBytes) {
        if (plainBytes >= 0) {
            delivered.add(plain.asSlice(0, plainBytes).toArray(ValueLayout.JAVA_BYTE));
            return true;
        }
        refusals.merge(plainBytes, 1, Integer::sum);
        if (plainBytes == RecordProtection.REPLAYED) {
            replayed.incrementAndGet();
        } else if (plainBytes == RecordProtection.BAD_TAG) {
            badTags.incrementAndGet();
        }
        return false;
    }

    private void hello(MemorySegment buffer, long at, int length) {
        VerifiedHello hello = gate.verify(SOURCE, buffer, at, length, this::sendFlight);
        if (hello == null) {
            return;
        }
        for (Association each : associations) {
            if (each.answers(hello)) {
                each.offer(buffer, at, length);
                return;
            }
        }
        associations.add(DtlsAssociation.accept(settings, hello, this::sendFlight, this));
    }

    private void sendFlight(MemorySegment flight, long at, int length) {
        byte[] datagram = flight.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        sentTap.accept(datagram);
        link.send(datagram);
    }

    private void receiveAll() {
        try {
            while (!isClosed) {
                byte[] datagram = link.receive(Duration.ofMillis(100));
                if (datagram != null) {
                    handle(datagram);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void established(Association which) {
        associationThread = Thread.currentThread();
        association = which;
        established.countDown();
    }

    @Override
    public void failed(Association which, HandshakeFailure reason) {
        failures.add(reason);
        ended.countDown();
    }

    @Override
    public void closed(Association which) {
        ended.countDown();
    }

    /** Stops listening without a word, as a process that is killed. */
    void abandon() throws InterruptedException {
        isClosed = true;
        receiver.join();
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            receiver.join();
            for (Association each : associations) {
                each.discard();
                assertTrue(each.awaitEnd(PATIENCE), "the association's thread did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        link.close();
    }
}
