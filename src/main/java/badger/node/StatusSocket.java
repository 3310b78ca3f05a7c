package badger.node;

import badger.config.ControlSocket;
import badger.status.StatusServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The socket at which a node answers commands of its own host. The node carries packets without it all the same. */
public final class StatusSocket implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("badger");

    private final StatusServer server;

    private StatusSocket(StatusServer server) {
        this.server = server;
    }

    /** Begins to answer where the user wants it. Where that fails, the log says why, and the result answers nothing. */
    public static StatusSocket open(ControlSocket wanted, NodeReport report) {
        return new StatusSocket(wanted.isWanted() ? start(wanted, report) : null);
    }

    private static StatusServer start(ControlSocket wanted, NodeReport report) {
        List<Path> paths = wanted.path()
                .map(List::of)
                .orElseGet(() -> StatusServer.defaultPaths(StatusServer.FOLDER, report.device()));
        try {
            if (wanted.path().isEmpty()) {
                StatusServer.removeDeadSockets(StatusServer.FOLDER, report.device());
            }
            StatusServer server = StatusServer.start(paths, report);
            if (!server.path().equals(paths.getFirst())) {
                LOGGER.log(Level.INFO, paths.getFirst() + " is another node's; the control socket is " + server.path());
            }
            return server;
        } catch (IOException refused) {
            LOGGER.log(
                    Level.WARNING,
                    "no control socket, so badger counters cannot ask this node: " + reason(refused)
                            + "; choose another place by --control PATH, or none");
            return null;
        }
    }

    /** A sentence for the exceptions whose message is the file's name alone. */
    private static String reason(IOException refused) {
        return switch (refused) {
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case NoSuchFileException missing -> "no folder for " + missing.getFile();
            default -> refused.getMessage();
        };
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
