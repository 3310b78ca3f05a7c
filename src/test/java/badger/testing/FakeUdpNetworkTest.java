package badger.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.udp.Endpoint;
import badger.udp.UdpException;
import badger.udp.UdpReceiver;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FakeUdpNetworkTest {
    private static final int ECONNREFUSED = 111;

    private final FakeInternet internet = new FakeInternet();
    private final FakeUdpNetwork here = internet.host("192.0.2.1");
    private final FakeUdpNetwork there = internet.host("192.0.2.2");
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(100);

    @AfterEach
    void close() {
        internet.close();
        arena.close();
    }

    @Test
    void carriesADatagramAndNamesItsSource() {
        UdpSocket sender = here.bind(10);
        UdpReceiver receiver = there.bind(20).receiver(arena);
        send(sender, 7, there.endpoint(20));
        assertEquals(1, receiver.receive(buffer, 5, 10));
        assertEquals(7, buffer.get(ValueLayout.JAVA_BYTE, 5));
        assertEquals(here.endpoint(10), receiver.source());
        assertEquals(UdpReceiver.NOTHING_WAITING, receiver.receive(buffer, 0, 10));
    }

    @Test
    void aConnectedSocketWinsOverTheUnconnectedOneForItsPeerAlone() {
        UdpReceiver main = there.bind(20).receiver(arena);
        UdpSocket connected = there.connect(20, here.endpoint(10));
        send(here.bind(10), 1, there.endpoint(20));
        send(here.bind(11), 2, there.endpoint(20));
        assertEquals(1, connected.receiver(arena).receive(buffer, 0, 10));
        assertEquals(1, buffer.get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(1, main.receive(buffer, 0, 10));
        assertEquals(2, buffer.get(ValueLayout.JAVA_BYTE, 0));
        connected.close();
        send(here.connect(10, there.endpoint(20)), 3, there.endpoint(20));
        assertEquals(1, main.receive(buffer, 0, 10));
    }

    @Test
    void tellsAConnectedSocketThatNobodyListens() {
        UdpSocket socket = here.connect(10, there.endpoint(20));
        assertEquals(1, socket.sender(arena).send(buffer, 0, 1));
        assertEquals(-ECONNREFUSED, socket.receiver(arena).receive(buffer, 0, 10));
        assertEquals(UdpReceiver.NOTHING_WAITING, socket.receiver(arena).receive(buffer, 0, 10));
    }

    @Test
    void wakesOnceForEachArming() throws InterruptedException {
        UdpSocket socket = there.bind(20);
        Semaphore woken = new Semaphore(0);
        socket.onReadable(woken::release);
        UdpSocket sender = here.bind(10);
        socket.armReadable();
        assertFalse(woken.tryAcquire(50, TimeUnit.MILLISECONDS));
        send(sender, 1, there.endpoint(20));
        assertTrue(woken.tryAcquire(10, TimeUnit.SECONDS));
        send(sender, 2, there.endpoint(20));
        assertFalse(woken.tryAcquire(50, TimeUnit.MILLISECONDS));
        socket.armReadable();
        assertTrue(woken.tryAcquire(10, TimeUnit.SECONDS));
    }

    @Test
    void closingEndsABlockedReader() throws InterruptedException {
        UdpSocket socket = there.bind(20);
        UdpReceiver receiver = socket.receiver(arena);
        Thread reader = Thread.ofPlatform().start(receiver::awaitReadable);
        socket.close();
        assertTrue(reader.join(Duration.ofSeconds(10)));
        assertEquals(0, there.openSockets());
    }

    @Test
    void aPortIsBoundOnce() {
        there.bind(20);
        assertThrows(UdpException.class, () -> there.bind(20));
        assertEquals(20, here.bind(20).localPort());
    }

    @Test
    void boundsEachQueueAndLosesWhatTheHookTakes() {
        UdpReceiver receiver = there.bind(20).receiver(arena);
        UdpSocket sender = here.bind(10);
        for (int i = 0; i < 3000; i++) {
            send(sender, 1, there.endpoint(20));
        }
        int received = 0;
        while (receiver.receive(buffer, 0, 10) >= 0) {
            received++;
        }
        assertEquals(1024, received);
        internet.setLoss(FakeInternet.randomLoss(1, 0.2));
        for (int i = 0; i < 1000; i++) {
            send(sender, 1, there.endpoint(20));
        }
        while (receiver.receive(buffer, 0, 10) >= 0) {
            received++;
        }
        assertTrue(received - 1024 > 740 && received - 1024 < 860, "received " + (received - 1024));
    }

    private void send(UdpSocket socket, int content, Endpoint to) {
        buffer.set(ValueLayout.JAVA_BYTE, 0, (byte) content);
        assertEquals(1, socket.sender(arena).send(buffer, 0, 1, to));
    }
}
