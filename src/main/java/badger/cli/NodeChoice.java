package badger.cli;

import badger.config.ConfigException;
import badger.config.ControlSocket;
import badger.config.NodeConfig;
import badger.node.LinuxHost;
import badger.status.StatusClient;
import badger.status.StatusException;
import badger.status.StatusServer;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The flags that say which running node of this host a command asks: by its device or by its control socket. */
final class NodeChoice {
    @Option(
            names = "--dev",
            paramLabel = "NAME",
            description = "The node's TUN device. Default: " + NodeConfig.DEFAULT_DEVICE + ".")
    private String device;

    @Option(
            names = "--control",
            paramLabel = "PATH",
            description =
                    "The node's control socket, in place of --dev. Default: the one of the device in /run/badger.")
    private String control;

    Path socket() throws ConfigException, StatusException {
        if (control == null) {
            return StatusClient.find(StatusServer.FOLDER, NodeConfig.device(device), LinuxHost.networkNamespace());
        }
        if (device != null) {
            throw new ConfigException("--dev and --control are both given: give the one that names the node");
        }
        return ControlSocket.parse(control)
                .path()
                .orElseThrow(() -> new ConfigException("--control none names no socket: give the one of a node"));
    }

    /** The same failure with the exit code that the command ends with. */
    static ConfigException failure(StatusException e) {
        int exitCode = switch (e.reason()) {
            case ABSENT -> ConfigException.NOT_RUNNING;
            case FORBIDDEN -> ConfigException.PRIVILEGE;
            case AMBIGUOUS -> ConfigException.USAGE;
            case UNINTELLIGIBLE -> 1;
        };
        return new ConfigException(e.getMessage(), exitCode);
    }
}
