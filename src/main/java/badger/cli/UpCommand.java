package badger.cli;

import badger.config.ConfigException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code badger up}: the same as {@code badger} with flags alone. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpWidth = 100,
        description = "Joins this host to a mesh: the same as badger without a command.")
public final class UpCommand implements Callable<Integer> {
    @Mixin
    NodeOptions node;

    private final Map<String, String> environment;

    public UpCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws ConfigException {
        return node.run(environment);
    }
}
