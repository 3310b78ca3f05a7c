package badger.cli;

import badger.config.ConfigException;
import badger.config.Printable;
import badger.status.PeerExplanation;
import badger.status.StatusClient;
import badger.status.StatusException;
import badger.wire.Ipv4Prefix;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code badger explain}: why a running node is, or is not, connected to a peer. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpWidth = 100,
        header = "Tells why a running node of this host is, or is not, connected to another node.",
        description = {
            "",
            "Asks the node at its control socket, as root, for what it has done last to reach the other one, and what "
                    + "came of it:",
            "",
            "  candidates   the map names the peer at these endpoints, its own network's first",
            "  punching     this node began to open its NAT or firewall towards them",
            "  knocked      the peer has asked, by way of the IEX server, to punch now",
            "  calling      it began a handshake with them",
            "  answered     the first answer to it came from there",
            "  call failed  and why",
            "  called       the peer has begun a handshake from where this node knew it",
            "  unreachable  there has been no session for 12 s, and why",
            "  connected    there is a session",
            "  idle         the session carried no packet for 5 minutes and was closed (--connect)",
            "  dormant      nothing is done until there is a packet for the peer, or it knocks or calls",
            "  wanted       there is a packet for the dormant peer, or it has knocked or called",
            "  renewing     this node calls for new keys",
            "  given up     the session was of no more use, and why",
            "  ended        no session is left: given up, or ended by the peer",
            ""
        },
        optionListHeading = "Options:%n",
        footer = {
            "",
            "Exit codes:",
            "  0  the node is connected to the peer",
            "  1  it is not, or does not know it",
            "  2  wrong usage, or several nodes could be meant",
            "  4  no privilege to ask",
            "  6  no node runs there",
            "",
            "Example:",
            "  badger explain 10.0.0.20"
        })
public final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeChoice node;

    @Parameters(paramLabel = "ADDRESS", description = "The other node's IPv4 address in the mesh.")
    private String virtualIp;

    @Option(names = "--json", description = "One JSON document on one line.")
    private boolean isJson;

    @Override
    public Integer call() throws ConfigException {
        if (Ipv4Prefix.parseAddress(virtualIp).isEmpty()) {
            throw new ConfigException(Printable.text(virtualIp)
                    + " is not an IPv4 address: give another node's --vip, such as 10.0.0.20");
        }
        try {
            PeerExplanation explanation = StatusClient.explain(node.socket(), virtualIp);
            PrintWriter out = spec.commandLine().getOut();
            out.print(isJson ? explanation.json() + "\n" : explanation.text());
            out.flush();
            return explanation.endpoint() == null ? 1 : 0;
        } catch (StatusException e) {
            throw NodeChoice.failure(e);
        }
    }
}
