package badger.testing;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A node over the kernel's UDP on loopback, in a JVM of its own, that sends each packet back to where it came from.
 *
 * <pre>EchoingNode IEX_PORT VIRTUAL_IP KEY</pre>
 *
 * Prints "ready", and "ended" when its standard input ends or holds anything.
 */
public final class EchoingNode {
    private static final int SOURCE_AT = 12;
    private static final int DESTINATION_AT = 16;

    private EchoingNode() {}

    public static void main(String[] arguments) throws IOException {
        int iexPort = Integer.parseInt(arguments[0]);
        try (MeshNode node =
                MeshNode.startOnLoopback(MeshNode.onLoopback(iexPort), MeshNode.settings(arguments[1], arguments[2]))) {
            Thread.ofPlatform().daemon().start(() -> echo(node.tun()));
            System.out.println("ready");
            int _ = System.in.read();
        }
        System.out.println("ended");
    }

    private static void echo(FakeTun tun) {
        try {
            while (!tun.isClosed()) {
                byte[] packet = tun.take(1_000);
                if (packet != null) {
                    tun.send(turnedRound(packet));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same packet in the other direction; its checksum stays right. */
    static byte[] turnedRound(byte[] packet) {
        ByteBuffer turned = ByteBuffer.wrap(packet.clone());
        int source = turned.getInt(SOURCE_AT);
        turned.putInt(SOURCE_AT, turned.getInt(DESTINATION_AT)).putInt(DESTINATION_AT, source);
        return turned.array();
    }
}
