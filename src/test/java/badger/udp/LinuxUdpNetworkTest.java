package badger.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.linux.Errno;
import badger.testing.AllocationMeter;
import badger.testing.Slow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the loopback interface alone. */
final class LinuxUdpNetworkTest {
    private static final int CAPACITY = 2_048;
    private static final int LOOPBACK = 0x7F000001;
    private static final long PATIENCE_SECONDS = 20;

    private final LinuxUdpNetwork network = new LinuxUdpNetwork();
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        network.close();
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void carriesDatagramsAndShowsAnIpv4SourceInItsMappedForm(boolean isIpv6) {
        try (LinuxUdpNetwork other = new LinuxUdpNetwork(isIpv6, UdpOffloads.ALL);
                UdpSocket here = other.bind(0);
                UdpSocket there = network.bind(0)) {
            assertNotEquals(0, here.localPort());
            Node a = new Node(here);
            Node b = new Node(there);
            Endpoint toThere = Endpoint.ofIpv4(LOOPBACK, there.localPort());
            for (int length : new int[] {0, 1, 1_400}) {
                assertEquals(length, a.send(length, (byte) 7, toThere));
                assertEquals(length, b.await());
                assertEquals(Endpoint.ofIpv4(LOOPBACK, here.localPort()), b.receiver.source());
                assertTrue(b.receiver.source().isIpv4());
                if (length > 0) {
                    assertEquals(7, b.memory.get(ValueLayout.JAVA_BYTE, length - 1));
                }
            }
            assertEquals(UdpReceiver.NOTHING_WAITING, b.receiver.receive(b.memory, 0, CAPACITY));
        }
    }

    @Test
    void carriesDatagramsOverIpv6() {
        try (UdpSocket here = network.bind(0);
                UdpSocket there = network.bind(0)) {
            Node a = new Node(here);
            Node b = new Node(there);
            assertEquals(10, a.send(10, (byte) 1, new Endpoint(0, 1, there.localPort())));
            assertEquals(10, b.await());
            assertEquals(new Endpoint(0, 1, here.localPort()), b.receiver.source());
        }
    }

    @Test
    void aSocketWithoutIpv6RefusesAnIpv6Destination() {
        try (LinuxUdpNetwork old = new LinuxUdpNetwork(false, UdpOffloads.ALL);
                UdpSocket socket = old.bind(0)) {
            Endpoint ipv6 = new Endpoint(0, 1, 9);
            assertEquals(-Errno.EAFNOSUPPORT, new Node(socket).send(10, (byte) 1, ipv6));
            assertThrows(UdpException.class, () -> old.connect(socket.localPort(), ipv6));
        }
    }

    @Test
    void refusesAPortThatIsInUseEvenByOneThatShares() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0)) {
            UdpException e = assertThrows(UdpException.class, () -> network.bind(taken.getLocalPort()));
            assertTrue(e.getMessage().startsWith("UDP port " + taken.getLocalPort() + " is in use"), e.getMessage());
        }
        try (DatagramChannel shared = DatagramChannel.open()) {
            shared.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            shared.bind(new InetSocketAddress(0));
            int port = ((InetSocketAddress) shared.getLocalAddress()).getPort();
            assertThrows(UdpException.class, () -> network.bind(port));
        }
        try (UdpSocket own = network.bind(0)) {
            assertThrows(UdpException.class, () -> network.bind(own.localPort()));
        }
    }

    @Test
    void theSocketsOfAPortEachGetWhatIsTheirs() throws Exception {
        try (UdpSocket main = network.bind(0);
                DatagramSocket first = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                DatagramSocket second = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                UdpSocket toFirst = network.connect(main.localPort(), Endpoint.ofIpv4(LOOPBACK, first.getLocalPort()));
                UdpSocket toSecond =
                        network.connect(main.localPort(), Endpoint.ofIpv4(LOOPBACK, second.getLocalPort()))) {
            assertEquals(main.localPort(), toFirst.localPort());
            Node mainNode = new Node(main);
            Node firstNode = new Node(toFirst);
            Node secondNode = new Node(toSecond);
            for (int i = 0; i < 50; i++) {
                send(first, main.localPort(), 11);
                send(second, main.localPort(), 12);
                send(stranger, main.localPort(), 13);
                assertEquals(11, firstNode.await());
                assertEquals(first.getLocalPort(), firstNode.receiver.sourcePort());
                assertEquals(12, secondNode.await());
                assertEquals(second.getLocalPort(), secondNode.receiver.sourcePort());
                assertEquals(13, mainNode.await());
                assertEquals(stranger.getLocalPort(), mainNode.receiver.sourcePort());
            }
            assertEquals(5, firstNode.sender.send(firstNode.memory, 0, 5));
            DatagramPacket packet = new DatagramPacket(new byte[CAPACITY], CAPACITY);
            first.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            first.receive(packet);
            assertEquals(5, packet.getLength());
            assertEquals(main.localPort(), packet.getPort());
        }
    }

    @Test
    void tellsThatNobodyListensAndGoesOn() throws Exception {
        int closedPort;
        try (DatagramSocket gone = new DatagramSocket(0)) {
            closedPort = gone.getLocalPort();
        }
        try (UdpSocket main = network.bind(0);
                UdpSocket socket = network.connect(main.localPort(), Endpoint.ofIpv4(LOOPBACK, closedPort))) {
            Node node = new Node(socket);
            assertEquals(5, node.sender.send(node.memory, 0, 5));
            assertEquals(-Errno.ECONNREFUSED, node.await());
            assertEquals(UdpReceiver.NOTHING_WAITING, node.receiver.receive(node.memory, 0, CAPACITY));
            assertEquals(5, node.sender.send(node.memory, 0, 5));
        }
    }

    @Test
    void anArmedSocketWakesOnceUntilItIsArmedAgain() throws Exception {
        try (UdpSocket socket = network.bind(0);
                DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Semaphore wakeUps = new Semaphore(0);
            AtomicReference<String> thread = new AtomicReference<>();
            socket.onReadable(() -> {
                thread.set(Thread.currentThread().getName());
                wakeUps.release();
            });
            Node node = new Node(socket);
            send(other, socket.localPort(), 1);
            assertFalse(wakeUps.tryAcquire(100, TimeUnit.MILLISECONDS), "woken without being armed");
            socket.armReadable();
            assertTrue(wakeUps.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS), "one was waiting already");
            assertEquals("badger-poller", thread.get());
            send(other, socket.localPort(), 2);
            assertFalse(wakeUps.tryAcquire(100, TimeUnit.MILLISECONDS), "woken twice by one arming");
            assertEquals(1, node.await());
            assertEquals(2, node.await());
            socket.armReadable();
            assertFalse(wakeUps.tryAcquire(100, TimeUnit.MILLISECONDS), "woken by an empty socket");
            send(other, socket.localPort(), 3);
            assertTrue(wakeUps.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS), "a new one came");
        }
    }

    @Test
    void closingASocketRunsNoWakeUpAndItsNumberServesTheNextOne() throws Exception {
        for (int i = 0; i < 50; i++) {
            Semaphore late = new Semaphore(0);
            UdpSocket closed = network.bind(0);
            closed.onReadable(late::release);
            closed.armReadable();
            closed.close();
            closed.armReadable();
            Semaphore wakeUps = new Semaphore(0);
            try (UdpSocket next = network.bind(0);
                    DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                next.onReadable(wakeUps::release);
                next.armReadable();
                send(other, next.localPort(), 1);
                assertTrue(wakeUps.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS));
                assertEquals(0, late.availablePermits());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingEndsABlockedWait(boolean isConnected) throws Exception {
        try (UdpSocket main = network.bind(0)) {
            UdpSocket socket =
                    isConnected ? network.connect(main.localPort(), Endpoint.ofIpv4(LOOPBACK, 9)) : network.bind(0);
            AtomicReference<Object> result = new AtomicReference<>();
            Thread thread = Thread.ofPlatform().start(() -> {
                try (Arena threadArena = Arena.ofConfined()) {
                    result.set(socket.receiver(threadArena).awaitReadable());
                }
            });
            TimeUnit.MILLISECONDS.sleep(100);
            assertTrue(thread.isAlive());
            socket.close();
            socket.close();
            assertTrue(thread.join(Duration.ofSeconds(PATIENCE_SECONDS)));
            assertEquals(false, result.get());
            Node node = new Node(socket);
            assertEquals(-Errno.EBADF, node.receiver.receive(node.memory, 0, CAPACITY));
            assertEquals(-Errno.EBADF, node.sender.send(node.memory, 0, 5));
            assertEquals(-Errno.EBADF, node.send(5, (byte) 1, Endpoint.ofIpv4(LOOPBACK, 9)));
            assertFalse(node.receiver.awaitReadable());
        }
    }

    @Test
    void aWaitEndsWithADatagramAnInterruptionOrItsTime() throws Exception {
        try (UdpSocket socket = network.bind(0);
                DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Node node = new Node(socket);
            assertFalse(node.receiver.awaitReadable(1), "nothing came");
            socket.interrupt();
            socket.interrupt();
            int forever = (int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS * 10);
            long started = System.nanoTime();
            assertFalse(node.receiver.awaitReadable(forever), "an interruption before the wait is not lost");
            Thread interrupter = Thread.ofPlatform().start(() -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                socket.interrupt();
            });
            assertFalse(node.receiver.awaitReadable(forever), "two interruptions are one, and the third ends this");
            interrupter.join();
            send(other, socket.localPort(), 1);
            assertTrue(node.receiver.awaitReadable(forever));
            assertTrue(System.nanoTime() - started < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
            assertEquals(1, node.receiver.receive(node.memory, 0, CAPACITY));
        }
    }

    @Test
    void aClosedSocketIsNotWaitedFor() {
        UdpSocket socket = network.bind(0);
        Node node = new Node(socket);
        assertFalse(node.receiver.awaitReadable(1));
        socket.close();
        socket.interrupt();
        assertFalse(node.receiver.awaitReadable((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS)));
    }

    @Test
    void aThreadThatIsLateNeverReachesTheNextFileOfTheSameNumber() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicReference<UdpSocket> current = new AtomicReference<>(network.bind(0));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (DatagramSocket victim = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Endpoint nowhere = Endpoint.ofIpv4(LOOPBACK, victim.getLocalPort());
            Thread late = Thread.ofPlatform().start(() -> {
                try {
                    while (!isOver.get()) {
                        UdpSocket mine = current.get();
                        try (Arena threadArena = Arena.ofConfined()) {
                            UdpSender sender = mine.sender(threadArena);
                            MemorySegment memory = threadArena.allocate(8);
                            int result;
                            do {
                                result = sender.send(memory, 0, 8, nowhere);
                            } while (result == 8 || result == -Errno.EAGAIN);
                            assertEquals(-Errno.EBADF, result);
                        }
                    }
                } catch (RuntimeException | Error e) {
                    failure.set(e);
                }
            });
            for (int i = 0; i < 500; i++) {
                UdpSocket old = current.get();
                UdpSocket next = network.bind(0);
                current.set(next);
                old.close();
            }
            isOver.set(true);
            current.get().close();
            assertTrue(late.join(Duration.ofSeconds(PATIENCE_SECONDS)));
            assertEquals(null, failure.get());
        }
    }

    @Test
    @Slow("Waits for C2, which lets the objects go that the linker makes of the errno state.")
    void sendingAndReceivingAllocateNothing() {
        try (UdpSocket here = network.bind(0);
                UdpSocket there = network.bind(0)) {
            there.onReadable(() -> {});
            Node a = new Node(here);
            Node b = new Node(there);
            Endpoint to = Endpoint.ofIpv4(LOOPBACK, there.localPort());
            assertEquals(0, AllocationMeter.bytesPerIteration(10, () -> exchange(a, b, there, to)));
        }
    }

    private static void exchange(Node a, Node b, UdpSocket receiving, Endpoint to) {
        for (int i = 0; i < 1_000; i++) {
            a.sender.send(a.memory, 100, 1_000, to);
            receiving.armReadable();
            int length = b.receiver.receive(b.memory, 50, 1_500);
            if (length != 1_000 || b.receiver.sourceHigh() != 0) {
                throw new AssertionError("received " + length);
            }
        }
    }

    private static void send(DatagramSocket from, int port, int length) throws Exception {
        from.send(new DatagramPacket(
                new byte[length], length, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
    }

    /** A socket's two ends and a buffer. */
    private final class Node {
        private final UdpReceiver receiver;
        private final UdpSender sender;
        private final MemorySegment memory = arena.allocate(CAPACITY);

        private Node(UdpSocket socket) {
            receiver = socket.receiver(arena);
            sender = socket.sender(arena);
        }

        private int send(int length, byte filler, Endpoint to) {
            memory.fill(filler);
            return sender.send(memory, 0, length, to);
        }

        private int await() {
            assertTrue(receiver.awaitReadable());
            memory.fill((byte) 0);
            return receiver.receive(memory, 0, CAPACITY);
        }
    }
}
