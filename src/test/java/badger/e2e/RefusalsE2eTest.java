package badger.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.MostlyWaits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What cannot work is said in one sentence, with an exit status that scripts can tell apart. */
@Tag("netns")
@ExtendWith(LogsOfFailedTest.class)
@MostlyWaits
final class RefusalsE2eTest {
    private static final int USAGE = 2;
    private static final int PRIVILEGE = 4;
    private static final int IEX_UNREACHABLE = 5;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String[] ARGUMENTS = {"--vip", "10.0.0.10/16", "--iex", "203.0.113.1:9944", "--psk", "psk-key"
    };

    @Test
    void wrongKeyIsNamedAsTheLikelyCause() {
        try (Lab lab = Lab.ofQuickStarts()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NodeProcess first =
                    lab.startNode(lab.home(1, RouterClass.EASY), "10.0.0.10").awaitUp();
            NodeProcess second = lab.startNode(
                    lab.home(2, RouterClass.EASY),
                    "10.0.0.20",
                    "--vip",
                    "10.0.0.20/16",
                    "--iex",
                    "203.0.113.1:9944",
                    "--psk",
                    "another key");
            Pattern cause = Pattern.compile("(?i)keys (probably )?differ|wrong (pre-shared )?key");
            second.process()
                    .await(
                            "one of the nodes names the key",
                            DEADLINE,
                            () -> cause.matcher(first.process().log()
                                            + second.process().log())
                                    .find());
            assertEquals(0, Ping.count(first.namespace(), "10.0.0.20", 5, 56));
            assertTrue(first.process().isAlive() && second.process().isAlive());
        }
    }

    @Test
    void secondHolderOfAnAddressIsToldSoAndTheFirstKeepsIt() {
        try (Lab lab = Lab.ofQuickStarts()) {
            lab.startIex(lab.publicHost("iex", "203.0.113.1")).awaitListening();
            NodeProcess holder =
                    lab.startNode(lab.home(1, RouterClass.EASY), "10.0.0.10").awaitUp();
            NodeProcess friend =
                    lab.startNode(lab.home(2, RouterClass.EASY), "10.0.0.20").awaitUp();
            Ping.awaitFirst(friend.namespace(), "10.0.0.10", Duration.ofSeconds(10));

            NodeProcess late = lab.startNode(lab.home(3, RouterClass.EASY), "10.0.0.10");
            late.process()
                    .awaitLog(
                            "(?i)10\\.0\\.0\\.10\\b.*(conflict|taken|already|in use|held)"
                                    + "|(conflict|taken|already|in use|held).*10\\.0\\.0\\.10\\b",
                            Duration.ofSeconds(15));
            assertEquals(5, Ping.count(friend.namespace(), "10.0.0.10", 5, 56));
            assertTrue(holder.process().isAlive());
        }
    }

    @Test
    void userWithoutPrivilegeIsTold() throws IOException {
        Path folder = Files.createTempDirectory("badger-for-everyone");
        try (Lab lab = Lab.ofQuickStarts()) {
            // Maven's repository and this build may lie in a home folder that nobody else may read.
            List<String> command = new ArrayList<>(
                    List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"));
            command.addAll(BadgerCommand.lineFrom(copyClassPath(folder), ARGUMENTS));
            assertRefused(lab.home(1, RouterClass.EASY), PRIVILEGE, "(?i)root|CAP_NET_ADMIN|privilege", command);
        } finally {
            Command.require(DEADLINE, List.of("rm", "-rf", folder.toString()));
        }
    }

    @Test
    void rootWithoutTheCapabilityIsTold() {
        try (Lab lab = Lab.ofQuickStarts()) {
            List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
            command.addAll(BadgerCommand.line(ARGUMENTS));
            assertRefused(lab.home(1, RouterClass.EASY), PRIVILEGE, "(?i)root|CAP_NET_ADMIN|privilege", command);
        }
    }

    @Test
    void portInUseIsTold() {
        try (Lab lab = Lab.ofQuickStarts()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            BackgroundProcess occupant = lab.start(
                    host,
                    "occupant",
                    List.of(
                            BadgerCommand.JAVA,
                            "-cp",
                            "target/test-classes",
                            UdpProbe.class.getName(),
                            "echo",
                            "4242"));
            occupant.awaitLog("bound", DEADLINE);
            List<String> arguments = new ArrayList<>(List.of(ARGUMENTS));
            arguments.addAll(List.of("--port", "4242"));
            assertRefused(host, USAGE, "4242", BadgerCommand.line(arguments.toArray(String[]::new)));
        }
    }

    @Test
    void prefixThatOverlapsARouteIsTold() {
        try (Lab lab = Lab.ofQuickStarts()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            host.require("ip", "route", "add", "10.0.7.0/24", "via", "192.168.10.1");
            assertRefused(host, USAGE, "10\\.0\\.7\\.0", BadgerCommand.line(ARGUMENTS));
        }
    }

    @Test
    void ipv6PrefixThatOverlapsARouteIsTold() {
        try (Lab lab = Lab.ofQuickStarts()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            host.require("ip", "-6", "route", "add", "fd00:0:0:7::/80", "dev", "eth0");
            assertRefused(host, USAGE, "fd00::10/48 overlaps the route fd00:0:0:7:.*/80", withIpv6("fd00::10/48"));
        }
    }

    @Test
    void ipv6ThatIsSwitchedOffIsTold() {
        try (Lab lab = Lab.ofQuickStarts()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            host.require("sysctl", "-w", "net.ipv6.conf.all.disable_ipv6=1");
            assertRefused(host, USAGE, "IPv6 is switched off .* cannot have fd00::10/64", withIpv6("fd00::10/64"));
        }
    }

    @Test
    void anInterfaceWhoseMtuLeavesNoRoomForIpv6IsTold() {
        try (Lab lab = Lab.ofQuickStarts()) {
            NetworkNamespace host = lab.home(1, RouterClass.EASY);
            host.require("ip", "link", "set", "eth0", "mtu", "1300");
            assertRefused(host, USAGE, "leaves an MTU of 1200, too small", withIpv6("fd00::10/64"));
        }
    }

    private static List<String> withIpv6(String prefix) {
        List<String> arguments = new ArrayList<>(List.of(ARGUMENTS));
        arguments.addAll(List.of("--vip", prefix));
        return BadgerCommand.line(arguments.toArray(String[]::new));
    }

    @Test
    void iexWhoseNameDoesNotResolveIsTold() {
        try (Lab lab = Lab.ofQuickStarts()) {
            List<String> command = BadgerCommand.line(
                    "--vip",
                    "10.0.0.10/16",
                    "--iex",
                    "iex.badger.invalid:9944",
                    "--psk",
                    "psk-key",
                    "--map-cache",
                    "none");
            assertRefused(lab.home(1, RouterClass.EASY), IEX_UNREACHABLE, "iex\\.badger\\.invalid", command);
        }
    }

    /**
     * The command ends with this status, its last line matches, it prints no stack trace, and no device stays behind.
     */
    private static void assertRefused(NetworkNamespace host, int status, String sentence, List<String> command) {
        Command.Outcome outcome = Command.run(DEADLINE, host.inside(command));
        String lastLine = outcome.output().lines().reduce("", (before, line) -> line.isBlank() ? before : line);
        assertEquals(status, outcome.status(), outcome::output);
        assertTrue(Pattern.compile(sentence).matcher(lastLine).find(), outcome::output);
        assertFalse(
                Pattern.compile("(?m)^\\s+at |Exception")
                        .matcher(outcome.output())
                        .find(),
                outcome::output);
        assertFalse(host.hasDevice("badger0"));
    }

    /** Copies what the program needs at run time to a folder that everyone may read; returns the class path there. */
    private static String copyClassPath(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Stream<String> entries = Pattern.compile(":").splitAsStream(System.getProperty("java.class.path"))) {
            return entries.filter(
                            entry -> entry.matches(".*/(classes|(bctls|bcprov|bcutil|minimal-json|picocli)-[^/]*)/?"))
                    .map(entry -> copy(Path.of(entry), folder))
                    .collect(Collectors.joining(":"));
        }
    }

    private static String copy(Path entry, Path folder) {
        String target = folder.resolve(entry.getFileName()).toString();
        Command.require(DEADLINE, List.of("cp", "-r", entry.toString(), target));
        Command.require(DEADLINE, List.of("chmod", "-R", "a+rX", target));
        return target;
    }
}
