package badger;

import badger.cli.CountersCommand;
import badger.cli.ExplainCommand;
import badger.cli.IexCommand;
import badger.cli.NodeOptions;
import badger.cli.UpCommand;
import badger.cli.Version;
import badger.config.ConfigException;
import badger.config.LastingLogManager;
import badger.config.Printable;
import badger.thread.CarrierThreads;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * Entry point of both programs: the node (bare flags, or {@code up}) and the IEX server ({@code iex}); and to commands.
 */
@Command(
        name = "badger",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpWidth = 100,
        header = "Badger, a peer-to-peer mesh VPN: joins this host to a mesh of nodes.",
        customSynopsis = {
            "badger --vip ADDRESS/LENGTH --iex HOST[:PORT] (--psk-file FILE | --psk KEY) [OPTION]...",
            "badger up ...      the same",
            "badger iex         runs the server that nodes find each other by: see badger iex --help",
            "badger counters    shows what a running node has carried: see badger counters --help",
            "badger explain     tells why it is, or is not, connected to another: see badger explain --help"
        },
        description = {
            "",
            "Creates a TUN device with an address in the mesh, finds the other nodes through an IEX server, and "
                    + "carries IP packets to each of them directly, through NATs and firewalls, encrypted by DTLS 1.2 "
                    + "with a key that all nodes share. Needs root (or CAP_NET_ADMIN) and /dev/net/tun.",
            ""
        },
        optionListHeading = "Options:%n",
        footer = {
            "",
            "Environment:",
            "  BADGER_PSK   the key, where neither --psk nor --psk-file is given",
            "",
            "Exit codes:",
            "  0  ended as asked, by SIGINT or SIGTERM",
            "  1  a fault while running",
            "  2  wrong usage or configuration",
            "  4  no privilege, or no /dev/net/tun",
            "  5  the IEX server's name cannot be resolved, and there is no map of an earlier run",
            "  6  no node runs there, for badger counters and explain",
            "",
            "Example, on two hosts anywhere, with a server at 203.0.113.5:",
            "  (umask 077; openssl rand -base64 32 > key)         once; copy the file to both",
            "  badger --vip 10.0.0.10/16 --iex 203.0.113.5:9944 --psk-file key",
            "  badger --vip 10.0.0.20/16 --iex 203.0.113.5:9944 --psk-file key",
            "  ping 10.0.0.20                                     from the first"
        })
public final class Badger implements Callable<Integer> {
    @Mixin
    NodeOptions node;

    private final Map<String, String> environment;

    private Badger(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Runs the program that the arguments ask for and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.setProperty(LastingLogManager.PROPERTY, LastingLogManager.class.getName());
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CarrierThreads.provide();
        System.exit(run(arguments, System.getenv(), out, err));
    }

    /** As {@link #main}, but returns the exit code. */
    static int run(String[] arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        CommandLine commandLine = new CommandLine(new Badger(environment))
                .addSubcommand("up", new UpCommand(environment))
                .addSubcommand("iex", new IexCommand())
                .addSubcommand("counters", new CountersCommand())
                .addSubcommand("explain", new ExplainCommand())
                .setOut(out)
                .setErr(err)
                // A key may begin with @, which picocli would take for a file of arguments.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, _) -> badUsage(e))
                .setExecutionExceptionHandler((e, failed, _) -> fault(e, failed));
        return commandLine.execute(arguments);
    }

    @Override
    public Integer call() throws ConfigException {
        return node.run(environment);
    }

    private static int badUsage(ParameterException e) {
        String sentence = e.getMessage().lines().findFirst().orElse("wrong usage");
        e.getCommandLine()
                .getErr()
                .println("badger: " + Printable.text(sentence) + "; see "
                        + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ConfigException.USAGE;
    }

    private static int fault(Exception e, CommandLine failed) {
        boolean isUsers = e instanceof ConfigException;
        String sentence = isUsers ? e.getMessage() : "a fault in Badger: " + e;
        failed.getErr().println("badger: " + Printable.text(sentence));
        return isUsers ? ((ConfigException) e).exitCode() : 1;
    }
}
