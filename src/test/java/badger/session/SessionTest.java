package badger.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Tallies;
import badger.handshake.Psk;
import badger.offload.Segments;
import badger.testing.LinkedHandshake;
import badger.testing.SendingSocket;
import badger.udp.Endpoint;
import badger.udp.UdpSender;
import badger.wire.DtlsRecord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SessionTest {
    private static final Endpoint ENDPOINT = new Endpoint(0, 1, 1);
    private static final int PACKET_AT = 64;

    private final Arena arena = Arena.ofShared();
    private final Psk psk = Psk.of("a key of the mesh that is long enough");
    private final MemorySegment buffer = arena.allocate(4_096);
    private final MemorySegment records = arena.allocate(4_096);
    private final Tallies traffic = new Tallies();
    private Session session;

    @BeforeEach
    void connect() throws Exception {
        LinkedHandshake handshake = new LinkedHandshake(psk, "jce", "10.0.0.10", "10.0.0.20");
        session = new Session(
                handshake.client.get(10, TimeUnit.SECONDS), path(new HeldSocket()), System.nanoTime(), traffic);
    }

    @AfterEach
    void closeArena() {
        psk.close();
        arena.close();
    }

    @Test
    void thePeersThreadDoesNotWaitForAnOutboundThreadThatIsSending() throws Exception {
        HeldSocket socket = new HeldSocket();
        session.moveTo(path(socket));
        CompletableFuture<SendResult> outbound =
                CompletableFuture.supplyAsync(() -> session.transmit(0, new OnePacket(), 1, buffer, records));
        socket.isSending.await();
        MemorySegment own = arena.allocate(256);
        assertEquals(SendResult.SENT, session.transmit(own, PACKET_AT, 20));
        assertFalse(outbound.isDone());
        socket.mayGoOn.countDown();
        assertEquals(SendResult.SENT, outbound.get(10, TimeUnit.SECONDS));
        assertTrue(socket.numbers.stream().distinct().count() == 2, socket.numbers.toString());
        session.close();
    }

    /** A path outlives many sessions: six more each hour, even if nothing else happens. */
    @Test
    void whatASessionNeededToSendGoesWithIt() {
        HeldSocket first = new HeldSocket();
        HeldSocket second = new HeldSocket();
        PeerPath kept = path(first);
        kept.retain();
        session.moveTo(kept);
        assertEquals(2, first.arenas.size());
        assertTrue(first.arenas.stream().allMatch(each -> each.scope().isAlive()));
        session.moveTo(path(second));
        assertTrue(first.arenas.stream().noneMatch(each -> each.scope().isAlive()), "after a move");
        assertTrue(second.arenas.stream().allMatch(each -> each.scope().isAlive()));
        session.close();
        assertTrue(second.arenas.stream().noneMatch(each -> each.scope().isAlive()), "after the end");
        kept.release();
    }

    private static PeerPath path(HeldSocket socket) {
        return new PeerPath(ENDPOINT, socket, null, () -> {});
    }

    private static final class OnePacket implements Segments {
        @Override
        public void next() {}

        @Override
        public long segmentAt() {
            return PACKET_AT;
        }

        @Override
        public int segmentLength() {
            return 100;
        }

        @Override
        public int segmentBytes() {
            return 100;
        }
    }

    /** Blocks threads that send several datagrams at once, and lets single ones through. */
    private static final class HeldSocket extends SendingSocket {
        private final CountDownLatch isSending = new CountDownLatch(1);
        private final CountDownLatch mayGoOn = new CountDownLatch(1);
        private final List<Arena> arenas = new ArrayList<>();
        private final List<Long> numbers = new ArrayList<>();

        HeldSocket() {
            super(ENDPOINT);
        }

        @Override
        public UdpSender sender(Arena ownerArena) {
            arenas.add(ownerArena);
            return this;
        }

        @Override
        public synchronized int send(MemorySegment from, long at, int length) {
            numbers.add(DtlsRecord.sequence(from, at));
            return length;
        }

        @Override
        public int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
            isSending.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return send(from, at, length);
        }
    }
}
