package badger.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;

/**
 * Numbered datagrams, and whether each came, and only once.
 *
 * <pre>
 * send ADDRESS COUNT RATE      sends so many to UDP port 7300, so many a second
 * receive ADDRESS COUNT        takes them until all are there, or none came for 10 s; prints
 *                              "received N distinct D late L"
 * </pre>
 */
final class SequenceProbe {
    private static final int PORT = 7_300;
    private static final int BYTES = 200;
    private static final int MOST = 10_000_000;
    private static final int LIFETIME_MILLIS = 60_000;
    private static final int SILENCE_MILLIS = 10_000;
    private static final int BUFFER_BYTES = 4 << 20;

    private SequenceProbe() {}

    public static void main(String[] arguments) throws Exception {
        InetAddress address = InetAddress.getByName(arguments[1]);
        int count = Math.min(MOST, Integer.parseInt(arguments[2]));
        if (arguments[0].equals("send")) {
            send(address, count, Integer.parseInt(arguments[3]));
        } else {
            receive(address, count);
        }
    }

    private static void send(InetAddress to, int count, int rate) throws IOException, InterruptedException {
        try (DatagramSocket socket = new DatagramSocket()) {
            long start = System.nanoTime();
            for (int number = 0; number < count; number++) {
                byte[] bytes = ByteBuffer.allocate(BYTES).putInt(number).array();
                socket.send(new DatagramPacket(bytes, BYTES, to, PORT));
                long early = start + TimeUnit.SECONDS.toNanos(number + 1L) / rate - System.nanoTime();
                // A sleep is longer than asked for; what it takes too long is made up for by the next ones.
                if (early > 1_000_000) {
                    TimeUnit.NANOSECONDS.sleep(early);
                }
            }
        }
    }

    private static void receive(InetAddress at, int count) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(PORT, at)) {
            socket.setReceiveBufferSize(BUFFER_BYTES);
            socket.setSoTimeout(LIFETIME_MILLIS);
            System.out.println("bound");
            BitSet seen = new BitSet();
            DatagramPacket packet = new DatagramPacket(new byte[BYTES], BYTES);
            long received = 0;
            int distinct = 0;
            long late = 0;
            int highest = -1;
            try {
                while (true) {
                    socket.receive(packet);
                    received++;
                    int number = ByteBuffer.wrap(packet.getData()).getInt();
                    late += number < highest ? 1 : 0;
                    highest = Math.max(highest, number);
                    distinct += seen.get(number) ? 0 : 1;
                    seen.set(number);
                    // A second one of the last may still come.
                    socket.setSoTimeout(distinct == count ? SILENCE_MILLIS / 5 : SILENCE_MILLIS);
                }
            } catch (SocketTimeoutException e) {
                System.out.println("received " + received + " distinct " + distinct + " late " + late);
            }
        }
    }
}
