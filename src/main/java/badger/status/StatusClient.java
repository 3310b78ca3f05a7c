package badger.status;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks nodes of this host for their status. Static; any thread may call, and waits for the answer. */
public final class StatusClient {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Far more than the status of 4,096 peers needs. */
    private static final int LONGEST_ANSWER_BYTES = 4 << 20;

    private StatusClient() {}

    /**
     * Finds the node with that device: the one in the caller's network namespace, or else the only one.
     *
     * @param networkNamespace the caller's
     * @return its socket
     */
    public static Path find(Path folder, String device, String networkNamespace) throws StatusException {
        Map<Path, NodeStatus> elsewhere = new TreeMap<>();
        StatusException last = null;
        for (Path socket : sockets(folder, device)) {
            try {
                NodeStatus status = ask(socket);
                if (!status.device().equals(device)) {
                    // badger0-1.sock may belong to a device of that name, or to a second node with badger0.
                    continue;
                }
                if (status.networkNamespace().equals(networkNamespace)) {
                    return socket;
                }
                elsewhere.put(socket, status);
            } catch (StatusException e) {
                last = last == null || e.reason() != StatusException.Cause.ABSENT ? e : last;
            }
        }
        if (elsewhere.size() > 1) {
            throw new StatusException(
                    StatusException.Cause.AMBIGUOUS,
                    "several nodes with the device " + device
                            + " run in other network namespaces: choose one by --control "
                            + elsewhere.keySet().stream()
                                    .map(Path::toString)
                                    .reduce((a, b) -> a + " or " + b)
                                    .orElseThrow());
        }
        if (elsewhere.isEmpty() && last != null && last.reason() != StatusException.Cause.ABSENT) {
            throw last;
        }
        if (elsewhere.isEmpty()) {
            throw new StatusException(
                    StatusException.Cause.ABSENT,
                    "no node with the device " + device + " runs here: no socket in " + folder
                            + " answers; start one, or name its --dev or --control");
        }
        return elsewhere.keySet().iterator().next();
    }

    /** The status of the node at {@code socket}. */
    public static NodeStatus ask(Path socket) throws StatusException {
        return StatusJson.parse(ask(socket, StatusServer.REQUEST));
    }

    /** The explanation, by the node at {@code socket}, of its connection to the peer with that address in the mesh. */
    public static PeerExplanation explain(Path socket, String virtualIp) throws StatusException {
        return PeerExplanation.parse(ask(socket, StatusServer.EXPLAIN + virtualIp));
    }

    private static String ask(Path socket, String request) throws StatusException {
        if (Files.notExists(socket)) {
            throw absent(socket);
        }
        if (!Files.isWritable(socket)) {
            throw new StatusException(
                    StatusException.Cause.FORBIDDEN, "only root and the group of " + socket + " may ask: use sudo");
        }
        return exchange(socket, request);
    }

    private static List<Path> sockets(Path folder, String device) throws StatusException {
        try {
            return StatusServer.socketsOf(folder, device);
        } catch (IOException e) {
            throw new StatusException(StatusException.Cause.FORBIDDEN, folder + " cannot be read: use sudo");
        }
    }

    private static String exchange(Path socket, String request) throws StatusException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            Thread watchdog = Thread.ofPlatform().daemon().start(() -> closeLate(channel));
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                channel.write(StandardCharsets.UTF_8.encode(request + "\n"));
                return read(channel);
            } finally {
                watchdog.interrupt();
            }
        } catch (IOException e) {
            // Refused, reset or too late: the node ends, or was killed.
            throw absent(socket);
        }
    }

    private static String read(SocketChannel channel) throws IOException {
        byte[] answer = Channels.newInputStream(channel).readNBytes(LONGEST_ANSWER_BYTES);
        return StandardCharsets.UTF_8.decode(ByteBuffer.wrap(answer)).toString();
    }

    private static void closeLate(SocketChannel channel) {
        try (channel) {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException | IOException inTimeOrClosedAlready) {
            // The channel is closed all the same.
        }
    }

    private static StatusException absent(Path socket) {
        return new StatusException(
                StatusException.Cause.ABSENT,
                "no node runs at " + socket + ": start one, or name its --dev or --control");
    }
}
