package badger.e2e;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who types over TCP: eight bytes every 50 ms, whether or not those before are back, and how long each took.
 *
 * <pre>
 * serve ADDRESS              returns what comes to TCP port 7200
 * type ADDRESS SECONDS       prints "echoes N median-us M p99-us P max-us X"
 * </pre>
 */
final class EchoProbe {
    private static final int PORT = 7_200;
    private static final int INTERVAL_MILLIS = 50;
    private static final int PATIENCE_MILLIS = 10_000;

    private EchoProbe() {}

    public static void main(String[] arguments) throws Exception {
        InetAddress address = InetAddress.getByName(arguments[1]);
        if (arguments[0].equals("serve")) {
            serve(address);
        } else {
            type(address, Integer.parseInt(arguments[2]) * 1_000 / INTERVAL_MILLIS);
        }
    }

    private static void serve(InetAddress address) throws IOException {
        try (ServerSocket server = new ServerSocket(PORT, 5, address)) {
            System.out.println("serving");
            while (true) {
                try (Socket client = server.accept()) {
                    client.setTcpNoDelay(true);
                    client.getInputStream().transferTo(client.getOutputStream());
                } catch (IOException e) {
                    System.out.println("a client was lost: " + e);
                }
            }
        }
    }

    private static void type(InetAddress server, int echoes) throws Exception {
        try (Socket socket = new Socket(server, PORT)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            Thread typing = Thread.ofPlatform().daemon().start(() -> write(out, echoes));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            long[] micros = new long[echoes];
            for (int i = 0; i < echoes; i++) {
                long sent = in.readLong();
                micros[i] = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sent);
            }
            typing.join();
            Arrays.sort(micros);
            System.out.println("echoes " + echoes + " median-us " + micros[echoes / 2] + " p99-us "
                    + micros[echoes * 99 / 100] + " max-us " + micros[echoes - 1]);
        }
    }

    private static void write(DataOutputStream out, int echoes) {
        long next = System.nanoTime();
        try {
            for (int i = 0; i < echoes; i++) {
                // By the clock, not after each other: a late echo must not hold the next one back.
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                out.writeLong(System.nanoTime());
                next += TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS);
            }
        } catch (IOException | InterruptedException e) {
            System.out.println("typing ended: " + e);
        }
    }
}
