package badger.e2e;

import badger.linux.VirtioNetHeader;
import badger.testing.BitFlips;
import badger.testing.ImpairedDirection;
import badger.testing.Impairment;
import badger.tun.LinuxTun;
import badger.tun.Tun;
import badger.tun.TunOffloads;
import badger.tun.TunReader;
import badger.tun.TunWriter;
import badger.wire.DtlsRecord;
import badger.wire.Ipv4;
import badger.wire.Ipv4Prefix;
import badger.wire.NodeAddresses;
import badger.wire.Udp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A bad path between two TUN devices, impair-left and impair-right: what the kernel routes into one comes out of the
 * other, later or not at all. {@link Lab#impair} starts it in the namespace of the internet, since the kernels of many
 * machines lack netem. A thread for each device reads it; the main thread writes what is due. It ends by SIGTERM, and
 * by itself after half an hour.
 *
 * <pre>
 * SEED WORD...         the words of an {@link Impairment}; prints "forwarding", and each second what it has done, if
 *                      that has changed
 * </pre>
 */
final class Impair {
    private static final int MTU = 1_500;
    private static final long PAUSE_NANOS = 200_000;
    private static final long REPORT_NANOS = 1_000_000_000L;
    private static final long LIFETIME_NANOS = 1_800_000_000_000L;

    /** One direction, from its TUN device to the other's. */
    private static final class Way {
        final Tun from;
        final ImpairedDirection<byte[]> direction;
        final AtomicLong dataDuplicated = new AtomicLong();

        Way(Tun from, Impairment impairment, long seed) {
            this.from = from;
            direction = new ImpairedDirection<>(
                    impairment,
                    seed,
                    (packet, random) -> BitFlips.ofPacket(packet, impairment.fixesChecksum(), random));
        }

        void readAll() {
            try (Arena arena = Arena.ofConfined()) {
                int capacity = VirtioNetHeader.BYTES + MTU;
                MemorySegment buffer = arena.allocate(capacity);
                TunReader reader = from.reader(arena, 0);
                int length = reader.read(buffer, 0, capacity);
                while (length != TunReader.CLOSED) {
                    if (length == TunReader.NOTHING_WAITING) {
                        reader.await();
                    } else {
                        byte[] packet =
                                buffer.asSlice(VirtioNetHeader.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
                        if (direction.offer(System.nanoTime(), packet) == 2 && isData(packet)) {
                            dataDuplicated.incrementAndGet();
                        }
                    }
                    length = reader.read(buffer, 0, capacity);
                }
            }
        }

        String report() {
            return direction.counts() + " data duplicated " + dataDuplicated;
        }
    }

    private Impair() {}

    /** Its command line; the words are its arguments. */
    static List<String> line(List<String> words) {
        List<String> line = new ArrayList<>(List.of(
                BadgerCommand.JAVA,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Impair.class.getName()));
        line.addAll(words);
        return line;
    }

    public static void main(String[] arguments) {
        long seed = Long.parseLong(arguments[0]);
        Impairment impairment = Impairment.parse(Arrays.asList(arguments).subList(1, arguments.length));
        try (Tun left = open("impair-left", "169.254.201.1");
                Tun right = open("impair-right", "169.254.202.1")) {
            Way toRight = new Way(left, impairment, seed);
            Way toLeft = new Way(right, impairment, seed + 1);
            Thread.ofPlatform().name("impair-left").daemon().start(toRight::readAll);
            Thread.ofPlatform().name("impair-right").daemon().start(toLeft::readAll);
            System.out.println("forwarding");
            forward(toRight, right, toLeft, left);
        }
    }

    private static void forward(Way toRight, Tun right, Way toLeft, Tun left) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(VirtioNetHeader.BYTES + MTU);
            TunWriter rightWriter = right.writer(arena, 0);
            TunWriter leftWriter = left.writer(arena, 0);
            long start = System.nanoTime();
            long reported = start;
            String last = "";
            for (long now = start; now - start < LIFETIME_NANOS; now = System.nanoTime()) {
                boolean wroteRight = writeDue(toRight, rightWriter, buffer, now);
                boolean wroteLeft = writeDue(toLeft, leftWriter, buffer, now);
                if (!wroteRight && !wroteLeft) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                if (now - reported >= REPORT_NANOS) {
                    reported = now;
                    String report = "to right: " + toRight.report() + "\nto left: " + toLeft.report();
                    if (!report.equals(last)) {
                        System.out.println(report);
                    }
                    last = report;
                }
            }
        }
    }

    /** @return whether there was one */
    private static boolean writeDue(Way way, TunWriter writer, MemorySegment buffer, long now) {
        byte[] packet = way.direction.poll(now);
        if (packet == null) {
            return false;
        }
        MemorySegment.copy(packet, 0, buffer, ValueLayout.JAVA_BYTE, VirtioNetHeader.BYTES, packet.length);
        VirtioNetHeader.putPlain(buffer, 0);
        writer.write(buffer, 0, packet.length);
        return true;
    }

    /** Where a record has a connection ID its type is hidden (RFC 9146), but nearly all of them are data. */
    private static boolean isData(byte[] packet) {
        MemorySegment segment = MemorySegment.ofArray(packet);
        int payload = Ipv4.headerBytes(segment, 0) + Udp.HEADER_BYTES;
        return Ipv4.isComplete(segment, 0, packet.length)
                && Ipv4.protocol(segment, 0) == Udp.PROTOCOL
                && packet.length > payload
                && (packet[payload] == DtlsRecord.APPLICATION_DATA || packet[payload] == DtlsRecord.TLS12_CID);
    }

    private static Tun open(String name, String address) {
        Ipv4Prefix prefix = new Ipv4Prefix(Ipv4Prefix.parseAddress(address).orElseThrow(), 30);
        return LinuxTun.open(name, NodeAddresses.of(prefix), MTU, TunOffloads.NONE, 1);
    }
}
