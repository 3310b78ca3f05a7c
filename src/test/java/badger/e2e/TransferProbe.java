package badger.e2e;

import badger.udp.Endpoint;
import badger.udp.LinuxUdpNetwork;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * Carries data that is made and hashed on the fly, and datagrams that are known byte for byte. {@link Transfer} starts
 * it in the lab's namespaces.
 *
 * <pre>
 * serve ADDRESS               takes and gives streams on TCP port 7100, returns datagrams on UDP port 7100
 * check ADDRESS BYTES         sends a stream and takes one, and both ends' hashes must be equal; then sends datagrams
 *                             of all sizes, in bursts and in fragments, and each must come back as it was
 * </pre>
 */
final class TransferProbe {
    static final int PORT = 7_100;

    private static final int CHUNK_BYTES = 128 * 1024;
    private static final int PATIENCE_MILLIS = 20_000;

    /** What fits a TUN of MTU 1400 unfragmented. */
    private static final int LARGEST_WHOLE = 1_372;

    private static final int LARGEST_FRAGMENTED = 8_000;
    private static final int BURST = 16;

    private TransferProbe() {}

    public static void main(String[] arguments) throws Exception {
        InetAddress address = InetAddress.getByName(arguments[1]);
        switch (arguments[0]) {
            case "serve" -> serve(address);
            case "check" -> {
                transfer(address, true, Long.parseLong(arguments[2]));
                transfer(address, false, Long.parseLong(arguments[2]));
                datagrams(address);
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void serve(InetAddress address) throws IOException {
        try (ServerSocket server = new ServerSocket(PORT, 5, address);
                DatagramSocket socket = new DatagramSocket(PORT, address)) {
            Thread.ofPlatform().daemon().start(() -> echo(socket));
            System.out.println("serving");
            while (true) {
                try (Socket client = server.accept();
                        DataInputStream in = new DataInputStream(client.getInputStream());
                        DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
                    client.setSoTimeout(PATIENCE_MILLIS);
                    boolean isUpload = in.readBoolean();
                    long bytes = in.readLong();
                    out.write(isUpload ? hashReceived(in, bytes) : sendHashed(out, bytes));
                    out.flush();
                } catch (IOException e) {
                    System.out.println("a client was lost: " + e);
                }
            }
        }
    }

    private static void echo(DatagramSocket socket) {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        while (true) {
            try {
                packet.setLength(65_535);
                socket.receive(packet);
                socket.send(packet);
            } catch (IOException e) {
                System.out.println("datagram lost: " + e);
            }
        }
    }

    private static void transfer(InetAddress server, boolean isUpload, long bytes) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server, PORT), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeBoolean(isUpload);
            out.writeLong(bytes);
            byte[] ownHash = isUpload ? sendHashed(out, bytes) : hashReceived(in, bytes);
            byte[] otherHash = in.readNBytes(ownHash.length);
            if (!Arrays.equals(ownHash, otherHash)) {
                throw new IOException("sent or received " + HexFormat.of().formatHex(ownHash) + ", the server "
                        + HexFormat.of().formatHex(otherHash));
            }
            long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            System.out.println((isUpload ? "sent " : "received ") + bytes + " equal bytes, " + bytes / 125 / millis
                    + " Mbit/s, SHA-256 " + HexFormat.of().formatHex(ownHash));
        }
    }

    private static byte[] sendHashed(DataOutputStream out, long bytes) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK_BYTES];
        ByteBuffer words = ByteBuffer.wrap(chunk);
        long state = System.nanoTime() | 1;
        for (long sent = 0; sent < bytes; ) {
            for (int at = 0; at < CHUNK_BYTES; at += Long.BYTES) {
                // xorshift64 (Marsaglia, 2003): no stretch repeats, so nothing can be exchanged unnoticed.
                state ^= state << 13;
                state ^= state >>> 7;
                state ^= state << 17;
                words.putLong(at, state);
            }
            int length = (int) Math.min(CHUNK_BYTES, bytes - sent);
            digest.update(chunk, 0, length);
            out.write(chunk, 0, length);
            sent += length;
        }
        out.flush();
        return digest.digest();
    }

    private static byte[] hashReceived(DataInputStream in, long bytes) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (long received = 0; received < bytes; ) {
            int length = in.read(chunk, 0, (int) Math.min(CHUNK_BYTES, bytes - received));
            if (length < 0) {
                throw new EOFException("after " + received + " bytes");
            }
            digest.update(chunk, 0, length);
            received += length;
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Bursts go as one send, so that the kernel hands the TUN a super-packet where it may. */
    private static void datagrams(InetAddress server) {
        int count = 0;
        try (LinuxUdpNetwork network = new LinuxUdpNetwork();
                Arena arena = Arena.ofConfined();
                UdpSocket main = network.bind(0);
                UdpSocket socket = network.connect(main.localPort(), Endpoint.of(server, PORT))) {
            Exchange exchange = new Exchange(socket.sender(arena), socket.receiver(arena), arena);
            for (int size = 1; size <= LARGEST_WHOLE; size += size < 40 ? 1 : 37) {
                count += exchange.run(size, BURST);
            }
            count += exchange.run(LARGEST_WHOLE, BURST);
            for (int size = LARGEST_WHOLE + 1; size <= LARGEST_FRAGMENTED; size += 509) {
                count += exchange.run(size, 1);
            }
            count += exchange.run(LARGEST_FRAGMENTED, 1);
        }
        System.out.println(count + " datagrams came back intact");
    }

    /** Sends a burst and waits until every datagram of it is back. */
    private static final class Exchange {
        private final UdpSender sender;
        private final UdpReceiver receiver;
        private final MemorySegment out;
        private final MemorySegment in;

        Exchange(UdpSender sender, UdpReceiver receiver, Arena arena) {
            this.sender = sender;
            this.receiver = receiver;
            out = arena.allocate(65_535);
            in = arena.allocate(65_535);
        }

        int run(int size, int burst) {
            // The last one is shorter, where it can be.
            int length = size * burst - (burst > 1 ? size / 2 : 0);
            for (int at = 0; at < length; at++) {
                out.set(ValueLayout.JAVA_BYTE, at, byteAt(at, size));
            }
            int sent = burst > 1 ? sender.sendSegments(out, 0, length, size) : sender.send(out, 0, length);
            expect(sent == length, "sent " + sent + " of " + length + " bytes");
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            for (int at = 0; at < length; ) {
                int received = receiver.receive(in, 0, 65_535);
                if (received < 0) {
                    expect(System.nanoTime() < end, "lost at " + at + " of " + burst + " datagrams of " + size);
                    Thread.onSpinWait();
                } else {
                    MemorySegment expected = out.asSlice(at, Math.min(received, length - at));
                    expect(
                            in.asSlice(0, received).mismatch(expected) < 0,
                            "another datagram came back, of " + received + " bytes, at " + at + " of " + size);
                    int segment = Math.max(1, receiver.segmentBytes());
                    expect(Math.min(size, length - at) == Math.min(segment, received), "sizes changed: " + segment);
                    at += received;
                }
            }
            return burst;
        }

        private static byte byteAt(int at, int size) {
            return (byte) (at * 31 + size * 7 + (at >>> 8));
        }
    }

    private static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
