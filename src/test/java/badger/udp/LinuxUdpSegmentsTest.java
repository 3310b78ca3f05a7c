package badger.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.linux.Errno;
import badger.linux.SegmentedDatagram;
import badger.linux.Syscalls;
import badger.testing.AllocationMeter;
import badger.testing.Slow;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many datagrams with one system call, on the loopback interface alone. */
final class LinuxUdpSegmentsTest {
    private static final int CAPACITY = 1 << 18;
    private static final int RECORD = 1_437;
    private static final Endpoint IPV4 = Endpoint.ofIpv4(0x7F000001, 0);
    private static final Endpoint IPV6 = new Endpoint(0, 1, 0);

    private final LinuxUdpNetwork network = new LinuxUdpNetwork();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment sent = arena.allocate(CAPACITY);
    private final MemorySegment received = arena.allocate(CAPACITY);

    LinuxUdpSegmentsTest() {
        byte[] bytes = new byte[CAPACITY];
        new Random(3).nextBytes(bytes);
        sent.copyFrom(MemorySegment.ofArray(bytes));
    }

    @AfterEach
    void close() {
        network.close();
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({
        "63228,1437",
        "63300,1437",
        "1437,1437",
        "1,1437",
        "60,1",
        "4000,63",
        "200000,1437",
        "64,1",
        "30000,9037"
    })
    void everyDatagramArrivesOnceInOrderAndWhole(int length, int segmentBytes) {
        for (Endpoint loopback : List.of(IPV4, IPV6)) {
            try (Pair pair = new Pair(loopback, UdpOffloads.ALL)) {
                assertEquals(length, pair.left.sendSegments(sent, 3, length, segmentBytes));
                assertEquals(0, pair.left.sender.segmentationFallbacks());
                assertEquals(sizes(length, segmentBytes), pair.right.receive(length));
                assertEquals(length, pair.right.sendSegments(sent, 3, length, segmentBytes));
                assertEquals(sizes(length, segmentBytes), pair.left.receive(length));
            }
        }
    }

    @Test
    void theKernelJoinsOneSendIntoOneReceive() {
        assertEquals(UdpOffloads.ALL, network.offloads(), "these tests need Linux 5.0");
        try (Pair pair = new Pair(IPV4, UdpOffloads.ALL)) {
            int length = 44 * RECORD + 72;
            assertEquals(length, pair.left.sendSegments(sent, 3, length, RECORD));
            pair.right.receive(length);
            assertEquals(1, pair.right.receives);
        }
    }

    @ParameterizedTest
    @CsvSource({"false,true", "true,false", "false,false"})
    void eachOffloadCanBeSwitchedOff(boolean gso, boolean gro) {
        UdpOffloads wanted = new UdpOffloads(gso, gro, false);
        try (Pair pair = new Pair(IPV6, wanted)) {
            int length = 20 * RECORD + 10;
            assertEquals(length, pair.left.sendSegments(sent, 3, length, RECORD));
            assertEquals(sizes(length, RECORD), pair.right.receive(length));
            assertTrue(gro || pair.right.receives == 21, "receives: " + pair.right.receives);
        }
    }

    @Test
    void theUnconnectedSocketSendsSegmentsAndReceivesThemOneByOne() {
        try (UdpSocket here = network.bind(0);
                UdpSocket there = network.bind(0)) {
            End a = new End(here);
            End b = new End(there);
            for (Endpoint loopback : List.of(IPV4, IPV6)) {
                int length = 44 * RECORD + 72;
                Endpoint to = loopback.withPort(there.localPort());
                assertEquals(length, a.sender.sendSegments(sent, 3, length, RECORD, to));
                b.receives = 0;
                assertEquals(sizes(length, RECORD), b.receive(length));
                assertEquals(45, b.receives);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EIO", "EINVAL"})
    void aPathThatRefusesSegmentationIsAskedOnlyOnceAndNothingIsLostOrDoubled(String error) {
        int errno = error.equals("EIO") ? Errno.EIO : Errno.EINVAL;
        try (Pair pair = new Pair(IPV4, UdpOffloads.ALL)) {
            Refusing sender = new Refusing(pair.left.socket, 1, errno);
            for (int i = 0; i < 3; i++) {
                int length = 100 * RECORD + 5;
                assertEquals(length, sender.sendSegments(sent, 3, length, RECORD));
                assertEquals(sizes(length, RECORD), pair.right.receive(length));
            }
            // The kernel cut one batch of 45 and refused the second.
            assertEquals(2, sender.calls);
            // Each call has 101 datagrams in batches of 45, 45 and 11.
            assertEquals(1 + 56 + 2 * 101, sender.sends());
            assertEquals(8, sender.segmentationFallbacks());
            assertEquals(0, sender.refusals());
        }
    }

    @Test
    void aBatchThatIsTooBigForItsPathGoesOneByOneAndTheNextIsTriedAgain() {
        try (Pair pair = new Pair(IPV6, UdpOffloads.ALL)) {
            Refusing sender = new Refusing(pair.left.socket, 0, Errno.EMSGSIZE);
            for (int i = 1; i <= 3; i++) {
                int length = 30 * RECORD + 5;
                assertEquals(length, sender.sendSegments(sent, 3, length, RECORD));
                assertEquals(sizes(length, RECORD), pair.right.receive(length));
                assertEquals(i, sender.calls);
                assertEquals(i, sender.segmentationFallbacks());
            }
        }
    }

    @Test
    void everyDestinationOfTheUnconnectedSocketIsJudgedByItself() {
        try (UdpSocket here = network.bind(0);
                UdpSocket there = network.bind(0)) {
            Refusing sender = new Refusing(here, 0, Errno.EIO);
            End end = new End(there);
            int length = 3 * RECORD;
            int expected = 0;
            for (Endpoint to : List.of(IPV4, IPV4, IPV6, IPV6)) {
                assertEquals(length, sender.sendSegments(sent, 3, length, RECORD, to.withPort(there.localPort())));
                assertEquals(sizes(length, RECORD), end.receive(length));
                expected++;
            }
            assertEquals(4, expected);
            assertEquals(2, sender.calls);
        }
    }

    @Test
    void tellsHowMuchWentBeforeAnError() {
        try (Pair pair = new Pair(IPV4, UdpOffloads.ALL)) {
            Refusing full = new Refusing(pair.left.socket, 1, Errno.EAGAIN);
            assertEquals(45 * RECORD, full.sendSegments(sent, 3, 100 * RECORD, RECORD));
            assertEquals(-Errno.EAGAIN, full.sendSegments(sent, 3, 100 * RECORD, RECORD));
            assertEquals(sizes(45 * RECORD, RECORD), pair.right.receive(45 * RECORD));
            assertEquals(1, full.sends());
            assertEquals(2, full.refusals());
            assertEquals(0, full.segmentationFallbacks());
            assertThrows(IllegalArgumentException.class, () -> full.sendSegments(sent, 0, 10, 0));
        }
    }

    @Test
    void refusesAClosedSocketAndAForeignFamily() {
        try (LinuxUdpNetwork old = new LinuxUdpNetwork(false, UdpOffloads.ALL)) {
            UdpSocket socket = old.bind(0);
            UdpSender sender = socket.sender(arena);
            assertEquals(-Errno.EAFNOSUPPORT, sender.sendSegments(sent, 0, 100, 10, IPV6.withPort(9)));
            socket.close();
            assertEquals(-Errno.EBADF, sender.sendSegments(sent, 0, 100, 10, IPV4.withPort(9)));
        }
    }

    @Test
    @Slow("Waits for C2, which lets the objects go that the linker makes of the errno state.")
    void sendingAndReceivingManyAllocateNothing() {
        try (Pair pair = new Pair(IPV4, UdpOffloads.ALL)) {
            double bytes = AllocationMeter.bytesPerIteration(2_000, () -> {
                int length = 44 * RECORD;
                int result = pair.left.sendSegments(sent, 0, length, RECORD);
                int taken = pair.right.receiver.receive(received, 0, 65_535);
                if (result != length || taken != length || pair.right.receiver.segmentBytes() != RECORD) {
                    throw new AssertionError(result + " sent, " + taken + " received");
                }
            });
            assertEquals(0, bytes);
        }
    }

    private static List<Integer> sizes(int length, int segmentBytes) {
        List<Integer> sizes = new ArrayList<>();
        for (int at = 0; at < length; at += segmentBytes) {
            sizes.add(Math.min(segmentBytes, length - at));
        }
        return sizes;
    }

    @Test
    void aSendOfEqualDatagramsGetsAnOddTailWhereAskedFor() {
        try (Pair pair = new Pair(IPV4, new UdpOffloads(true, false, true))) {
            int segments = 70;
            assertEquals(1_000 * segments, pair.left.sendSegments(sent, 3, 1_000 * segments, 1_000));
            List<Integer> sizes = new ArrayList<>();
            for (int taken = 0; taken < 1_000 * segments; ) {
                assertTrue(pair.right.receiver.awaitReadable());
                int length = pair.right.receiver.receive(received, 0, 65_535);
                sizes.add(length);
                taken += length > 1 ? length : 0;
            }
            assertEquals(segments, sizes.stream().filter(size -> size == 1_000).count());
            assertEquals(62, sizes.indexOf(1), "behind the first send, which is as long as may be");
            assertEquals(3_500, pair.left.sendSegments(sent, 3, 3_500, 1_000));
            assertTrue(pair.right.receiver.awaitReadable());
            assertEquals(1, pair.right.receiver.receive(received, 0, 65_535), "of the second send");
            assertEquals(List.of(1_000, 1_000, 1_000, 500), pair.right.receive(3_500), "a shorter end is odd already");
        }
    }

    /** Two sockets on loopback, connected to each other. */
    private final class Pair implements AutoCloseable {
        private final LinuxUdpNetwork switched;
        private final UdpSocket leftMain;
        private final UdpSocket rightMain;
        private final End left;
        private final End right;

        private Pair(Endpoint loopback, UdpOffloads offloads) {
            switched = new LinuxUdpNetwork(offloads);
            leftMain = switched.bind(0);
            rightMain = switched.bind(0);
            left = new End(switched.connect(leftMain.localPort(), loopback.withPort(rightMain.localPort())));
            right = new End(switched.connect(rightMain.localPort(), loopback.withPort(leftMain.localPort())));
        }

        @Override
        public void close() {
            left.socket.close();
            right.socket.close();
            leftMain.close();
            rightMain.close();
            switched.close();
        }
    }

    private final class End {
        private final UdpSocket socket;
        private final UdpReceiver receiver;
        private final UdpSender sender;
        private int receives;

        private End(UdpSocket socket) {
            this.socket = socket;
            receiver = socket.receiver(arena);
            sender = socket.sender(arena);
        }

        private int sendSegments(MemorySegment from, long at, int length, int segmentBytes) {
            return sender.sendSegments(from, at, length, segmentBytes);
        }

        /** The sizes of the datagrams up to {@code length} bytes. Their content must be what was sent. */
        private List<Integer> receive(int length) {
            List<Integer> sizes = new ArrayList<>();
            int taken = 0;
            while (taken < length) {
                assertTrue(receiver.awaitReadable());
                int result = receiver.receive(received, 7, 65_535);
                assertTrue(result > 0, "received " + result);
                assertEquals(-1, received.asSlice(7, result).mismatch(sent.asSlice(3L + taken, result)));
                receives++;
                taken += result;
                sizes.addAll(sizes(result, receiver.segmentBytes()));
            }
            assertEquals(UdpReceiver.NOTHING_WAITING, receiver.receive(received, 0, 65_535));
            return sizes;
        }
    }

    /** A sender whose kernel fails with one error after some calls. */
    private final class Refusing extends LinuxUdpSender {
        private final int goodCalls;
        private final int errno;
        private int calls;

        private Refusing(UdpSocket socket, int goodCalls, int errno) {
            super(arena, ((LinuxUdpSocket) socket).descriptor(), true, UdpOffloads.ALL);
            this.goodCalls = goodCalls;
            this.errno = errno;
        }

        @Override
        int sendmsg(Syscalls calls, int fd, SegmentedDatagram datagram) {
            return this.calls++ < goodCalls ? super.sendmsg(calls, fd, datagram) : -errno;
        }
    }
}
