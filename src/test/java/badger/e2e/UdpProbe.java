package badger.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A small UDP program that the lab's own tests run in its namespaces. All times are bounded.
 *
 * <pre>
 * echo PORT                     answers each datagram with the address it came from
 * ask PORT HOST:PORT...         sends one datagram to each, prints each answer or "none" after a second
 * punch PORT HOST:PORT          sends one datagram every 100 ms until one comes from there and 500 ms on, 3 s at most;
 *                               prints "punched"
 * </pre>
 */
public final class UdpProbe {
    private static final int LIFETIME_MILLIS = 60_000;

    private UdpProbe() {}

    /** The command line of the probe, with little start-up time. */
    public static List<String> line(String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                BadgerCommand.JAVA,
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                "target/test-classes",
                UdpProbe.class.getName()));
        words.addAll(List.of(arguments));
        return words;
    }

    public static void main(String[] arguments) throws IOException {
        try (var socket = new DatagramSocket(Integer.parseInt(arguments[1]))) {
            System.out.println("bound");
            switch (arguments[0]) {
                case "echo" -> echo(socket);
                case "ask" -> ask(socket, Arrays.copyOfRange(arguments, 2, arguments.length));
                case "punch" -> punch(socket, endpoint(arguments[2]));
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    private static void echo(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(LIFETIME_MILLIS);
        while (true) {
            DatagramPacket request = receive(socket);
            send(socket, (InetSocketAddress) request.getSocketAddress(), source(request));
        }
    }

    private static void ask(DatagramSocket socket, String... targets) throws IOException {
        socket.setSoTimeout(1000);
        for (String target : targets) {
            send(socket, endpoint(target), "ask");
            try {
                System.out.println("answer " + text(receive(socket)));
            } catch (SocketTimeoutException e) {
                System.out.println("answer none");
            }
        }
    }

    private static void punch(DatagramSocket socket, InetSocketAddress peer) throws IOException {
        socket.setSoTimeout(100);
        int left = 30;
        while (left-- > 0) {
            send(socket, peer, "punch");
            try {
                if (receive(socket).getSocketAddress().equals(peer) && left > 5) {
                    System.out.println("punched");
                    left = 5;
                }
            } catch (SocketTimeoutException e) {
                // Nothing yet: the next datagram goes out.
            }
        }
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        var packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return packet;
    }

    private static void send(DatagramSocket socket, InetSocketAddress to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        socket.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }

    private static String source(DatagramPacket packet) {
        return packet.getAddress().getHostAddress() + ":" + packet.getPort();
    }

    private static InetSocketAddress endpoint(String text) {
        int colon = text.indexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
