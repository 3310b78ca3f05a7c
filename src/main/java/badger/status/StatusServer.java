package badger.status;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Answers commands of this host at a UNIX socket. The answer to the line {@code counters} is the {@link StatusJson} of
 * the moment, in one line. It has one platform thread, {@code badger-status}, which owns the clients and never waits
 * for one. Any thread may call.
 */
public final class StatusServer implements AutoCloseable {
    /** The folder of the nodes' sockets, unless the user names another. */
    public static final Path FOLDER = Path.of("/run/badger");

    /** The request for the status. */
    static final String REQUEST = "counters";

    /** The request for an explanation, which the address of a peer follows. */
    static final String EXPLAIN = "explain ";

    /** The most clients that are served at once. Others wait to be accepted. */
    static final int MAX_CLIENTS = 4;

    /** The time that a client has to ask and to read. */
    static final Duration LIFETIME = Duration.ofSeconds(2);

    /** The most old sockets that a start checks. */
    private static final int MOST_OLD_SOCKETS = 64;

    private static final long CLOSE_MILLIS = 500;
    private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final System.Logger LOG = System.getLogger(StatusServer.class.getName());

    /** The node that the answers are about. Called by the server's thread. */
    @FunctionalInterface
    public interface Subject {
        NodeStatus get();

        /** Explains the connection to the peer with that address in the mesh; null if there is no such peer. */
        default PeerExplanation explain(String virtualIp) {
            return null;
        }
    }

    private final SocketFile socket;
    private final Subject subject;
    private final Selector selector;
    private final SelectionKey accepting;
    private final List<SelectionKey> clients = new ArrayList<>(MAX_CLIENTS);
    private final Thread thread;
    private volatile boolean isClosed;

    private StatusServer(SocketFile socket, Subject subject) throws IOException {
        this.socket = socket;
        this.subject = subject;
        selector = Selector.open();
        socket.channel().configureBlocking(false);
        accepting = socket.channel().register(selector, SelectionKey.OP_ACCEPT);
        thread = Thread.ofPlatform().name("badger-status").daemon(true).unstarted(this::run);
    }

    /**
     * Starts to answer at the first of {@code paths} that no living program uses.
     *
     * @throws IOException with a sentence, if all are used
     */
    public static StatusServer start(List<Path> paths, Subject subject) throws IOException {
        for (Path path : paths) {
            SocketFile socket = SocketFile.listen(path);
            if (socket != null) {
                try {
                    StatusServer server = new StatusServer(socket, subject);
                    server.thread.start();
                    return server;
                } catch (IOException e) {
                    socket.close();
                    throw e;
                }
            }
        }
        throw new IOException(paths.getFirst() + " is taken");
    }

    /** The socket of a node with that device, and a second one in case that another node has the first. */
    public static List<Path> defaultPaths(Path folder, String device) {
        return List.of(
                folder.resolve(device + ".sock"),
                folder.resolve(device + "-" + ProcessHandle.current().pid() + ".sock"));
    }

    /** Removes the sockets of nodes with that device that were killed. */
    public static void removeDeadSockets(Path folder, String device) throws IOException {
        for (Path path : socketsOf(folder, device)) {
            SocketFile.removeIfDead(path);
        }
    }

    /** All sockets that a node with that device may have, dead ones included. */
    static List<Path> socketsOf(Path folder, String device) throws IOException {
        Pattern name = Pattern.compile(Pattern.quote(device) + "(-\\d+)?\\.sock");
        List<Path> sockets = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(
                    folder, file -> name.matcher(file.getFileName().toString()).matches())) {
                Iterator<Path> each = files.iterator();
                while (each.hasNext() && sockets.size() < MOST_OLD_SOCKETS) {
                    sockets.add(each.next());
                }
            }
        }
        return sockets;
    }

    public Path path() {
        return socket.path();
    }

    /** Removes the socket and ends the thread. Safe to call twice. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        selector.wakeup();
        try {
            socket.close();
            thread.join(CLOSE_MILLIS);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the control socket could not be removed", e);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (selector) {
            while (!isClosed) {
                selector.select(this::serve, millisToNextDeadline());
                dropLateClients();
                if (accepting.isValid()) {
                    accepting.interestOps(clients.size() < MAX_CLIENTS ? SelectionKey.OP_ACCEPT : 0);
                }
            }
        } catch (IOException | RuntimeException e) {
            if (!isClosed) {
                LOG.log(Level.WARNING, "the control socket stops answering", e);
            }
        }
        List.copyOf(clients).forEach(this::end);
    }

    private void serve(SelectionKey key) {
        try {
            if (!(key.attachment() instanceof Conversation conversation)) {
                accept();
            } else if (!conversation.proceed(key, this::answer)) {
                end(key);
            }
        } catch (IOException e) {
            // The client has gone, or the process has no descriptor for it at the moment.
            LOG.log(Level.DEBUG, "a client of the control socket is lost", e);
            if (key.attachment() == null) {
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            } else {
                end(key);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = socket.channel().accept();
        if (channel != null) {
            channel.configureBlocking(false);
            Conversation conversation = new Conversation(channel, System.nanoTime() + LIFETIME.toNanos());
            clients.add(channel.register(selector, SelectionKey.OP_READ, conversation));
        }
    }

    private String answer(String request) {
        try {
            if (REQUEST.equals(request)) {
                return StatusJson.write(subject.get());
            }
            if (request != null && request.startsWith(EXPLAIN)) {
                return explain(request.substring(EXPLAIN.length()).strip());
            }
            return StatusJson.error("unknown request: send the line " + REQUEST + ", or " + EXPLAIN + "ADDRESS");
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the status could not be reported", e);
            return StatusJson.error("a fault in Badger, see the node's log");
        }
    }

    private String explain(String virtualIp) {
        PeerExplanation explanation = subject.explain(virtualIp);
        return explanation == null ? StatusJson.error("the map names no node " + virtualIp) : explanation.json();
    }

    private void end(SelectionKey key) {
        clients.remove(key);
        try {
            key.channel().close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a client of the control socket could not be closed", e);
        }
    }

    private void dropLateClients() {
        long nowNanos = System.nanoTime();
        for (SelectionKey key : List.copyOf(clients)) {
            if (((Conversation) key.attachment()).deadlineNanos() - nowNanos <= 0) {
                end(key);
            }
        }
    }

    /** The timeout for select, to which 0 means no timeout. */
    private long millisToNextDeadline() {
        if (clients.isEmpty()) {
            return 0;
        }
        // Clients are in the order of their coming, so the first one's time ends first.
        long nanos = ((Conversation) clients.getFirst().attachment()).deadlineNanos() - System.nanoTime();
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
    }
}
