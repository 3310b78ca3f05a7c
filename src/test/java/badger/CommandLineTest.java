package badger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.counter.Traffic;
import badger.counter.TrafficSums;
import badger.status.NodeStatus;
import badger.status.StatusServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake on the command line gives one sentence and its exit code, and no stack trace. */
final class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --nonsense                                                     | unknown option
            frobnicate                                                     | unmatched argument
            --vip | missing required parameter for option '--vip'
            ``                                                             | --vip is missing
            --vip 10.0.0.10/16 --vip 10.0.0.11/16 --iex h --psk k | --vip names two IPv4 addresses, 10.0.0.10/16 and
            --vip 10.0.0.10/16 --vip fd00::10/x --iex 127.0.0.1 --psk k    | is not an IPv6 address
            --vip 10.0.0.10/16,fd00::10/129 --iex 127.0.0.1 --psk k        | is not an IPv6 address
            --vip 10.0.0.10/16,fd00::10::1/64 --iex 127.0.0.1 --psk k      | is not an IPv6 address
            --vip 10.0.0.10/16,fd00::10%eth0/64 --iex 127.0.0.1 --psk k    | is not an IPv6 address
            --vip 10.0.0.10/16,[fd00::10]/64 --iex 127.0.0.1 --psk k       | is not an IPv6 address
            --vip 10.0.0.10/16,:/64 --iex 127.0.0.1 --psk k                | is not an IPv6 address
            --vip 10.0.0.10/16, --iex 127.0.0.1 --psk k                    | is not an IPv4 address
            --vip 10.0.0.10/16,::1/64 --iex 127.0.0.1 --psk k              | lies in a range that hosts cannot use
            --vip 10.0.0.10/16,::/64 --iex 127.0.0.1 --psk k               | lies in a range that hosts cannot use
            --vip 10.0.0.10/16,fe80::10/64 --iex 127.0.0.1 --psk k         | lies in a range that hosts cannot use
            --vip 10.0.0.10/16,ff02::10/64 --iex 127.0.0.1 --psk k         | lies in a range that hosts cannot use
            --vip 10.0.0.10/16,::ffff:10.0.0.10/112 --iex 127.0.0.1 --psk k | lies in a range that hosts cannot use
            --vip 10.0.0.10/16,fec0::10/64 --iex 127.0.0.1 --psk k         | lies in a range that hosts cannot use
            --vip 10.0.0.10/16,fd00::10/7 --iex 127.0.0.1 --psk k          | takes too much of the address space
            --vip 10.0.0.10/16,fd00::10/128 --iex 127.0.0.1 --psk k        | leaves no room for another node
            --vip 10.0.0.10/16,fd00::/64 --iex 127.0.0.1 --psk k           | is the subnet's own address
            --vip 10.0.0.10/16,fd00::1/64,fd00:0::1/48 --iex 127.0.0.1 --psk k | --vip fd00::1/48 is given twice
            --vip 10.0.0.10/16,fd00::1/64,fd00::2/64,fd00::3/64,fd00::4/64,fd00::5/64 --iex h --psk k | give at most 4
            --vip 10.0.0.10/16,fd00::10/64 --iex h --psk k --mtu 1279 | 1279 is too small for the IPv6 --vip fd00::10/64
            --vip 10.0.0.10/16,fd00::10/64 --iex 127.0.0.1 --psk k --private-ip fd00::1 | lies inside the mesh
            --vip 10.0.0.10/16                                             | --iex is missing
            --vip 10.0.0.10/16 --iex 127.0.0.1                             | no pre-shared key
            --vip 10.0.0.256/16 --iex 127.0.0.1 --psk k                    | --vip 10.0.0.256/16 is not an IPv4 address
            --vip 10.0.0.1/16 --iex h --psk k --offload lro                | --offload lro is not a list of offloads
            --vip 10.0.0.1/16 --iex h --psk k --offload all,none | --offload all,none is not a list of offloads
            --vip 10.0.0.1/16 --iex h --psk k --offload tso,               | is not a list of offloads
            --vip 10.0.0.1/16 --iex h --psk k --aead rot13                 | --aead rot13 is unknown: give auto
            --vip 10.0.0/16 --iex 127.0.0.1 --psk k                        | is not an IPv4 address
            --vip 10.0.0.010/16 --iex 127.0.0.1 --psk k                    | is not an IPv4 address
            --vip fd00::1/64 --iex 127.0.0.1 --psk k                       | no --vip is an IPv4 address
            --vip 10.0.0.10/33 --iex 127.0.0.1 --psk k                     | is not an IPv4 address
            --vip 10.0.0.10/ --iex 127.0.0.1 --psk k                       | is not an IPv4 address
            --vip 10.0.0.10/-1 --iex 127.0.0.1 --psk k                     | is not an IPv4 address
            --vip 10.0.0.10/7 --iex 127.0.0.1 --psk k                      | takes too much of the address space
            --vip 10.0.0.10/0 --iex 127.0.0.1 --psk k                      | takes too much of the address space
            --vip 10.0.0.10/32 --iex 127.0.0.1 --psk k                     | leaves no room for another node
            --vip 10.0.0.0/16 --iex 127.0.0.1 --psk k                      | is the network's own address
            --vip 10.0.255.255/16 --iex 127.0.0.1 --psk k                  | is the broadcast address
            --vip 0.0.0.5/8 --iex 127.0.0.1 --psk k                        | range that hosts cannot use
            --vip 127.0.0.5/8 --iex 127.0.0.1 --psk k                      | range that hosts cannot use
            --vip 169.254.3.5/16 --iex 127.0.0.1 --psk k                   | range that hosts cannot use
            --vip 169.1.3.5/8 --iex 127.0.0.1 --psk k                      | range that hosts cannot use
            --vip 224.0.0.5/24 --iex 127.0.0.1 --psk k                     | range that hosts cannot use
            --vip 250.0.0.5/24 --iex 127.0.0.1 --psk k                     | range that hosts cannot use
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk=                      | --psk is empty
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk a\uFFFDb              | characters that this locale cannot express
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --psk-file f        | are both given
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk-file /nonexistent     | does not exist
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --port 65536        | --port 65536 is not a UDP port
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --port -1           | --port -1 is not a UDP port
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --port x            | --port x is not a UDP port
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --mtu 575           | --mtu 575 is out of range
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --mtu 9001          | --mtu 9001 is out of range
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --mtu 1e3           | --mtu 1e3 is out of range
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --dev sixteen-chars-xx | is not a device name
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --dev a/b           | is not a device name
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --dev tun%d         | is not a device name
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --dev ..            | is not a device name
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --private-ip 0.0.0.0     | is not the address of a host
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --private-ip host        | is not the address of a host
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --private-ip 224.0.0.1   | is not the address of a host
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --private-ip 10.0.9.9    | lies inside the mesh
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --log-level loud    | --log-level loud is none
            --vip 10.0.0.10/16 --psk k --iex=                              | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex :9944                         | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex a:b                           | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex a:0                           | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex a:65536                       | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex 1.2.3:9944                    | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex 1.2.3.4.5:9944                | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex [::1                          | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex [::1]9944                     | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex [a]:1                         | is not an IEX server's address
            --vip 10.0.0.10/16 --psk k --iex a,,b                          | is not an IEX server's address
            up --vip 10.0.0.10/40 --iex 127.0.0.1 --psk k                  | is not an IPv4 address
            up extra                                                       | unmatched argument
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --control /         | --control / is not the name of a socket
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --control=          | is not the name of a socket
            counters --dev a/b                                             | --dev a/b is not a device name
            counters --dev badger0 --control /run/x                        | are both given
            counters --control none                                        | --control none names no socket
            counters --control /                                           | is not the name of a socket
            counters --watch 0                                             | --watch 0 is too short
            counters --watch often                                         | --watch often is not a time
            counters extra                                                 | unmatched argument
            iex --listen 65536                                             | port 65536 is not between
            iex --listen x                                                 | --listen x is not a number
            iex --timeout 1h                                               | --timeout 1h is not a time
            iex --timeout 0s                                               | timeout is not between
            iex --timeout 4s | the relay interval is longer than the timeout
            iex --relay-interval fast                                      | --relay-interval fast is not a time
            iex --max-nodes 0                                              | the number of nodes
            iex --max-nodes-per-address 0                                  | the number of nodes per address
            iex --max-rate 1                                               | the rate of maps
            iex --probe-port 65536                                         | --probe-port 65536 is not between
            iex --probe-port nine                                          | --probe-port nine is not a number
            iex --listen 4000 --probe-port 4000                            | the probe port 4000
            iex --relay --relay-rate 0                                     | --relay-rate 0 is out of range
            iex --relay --relay-rate fast                                  | --relay-rate fast is not a number
            iex --relay-rate 5                                             | --relay-rate is of use with --relay alone
            --vip 10.0.0.10/16 --iex 127.0.0.1 --psk k --relay always      | --relay always is neither
            iex --paper-keys three                                         | --paper-keys three is neither
            iex --log-level loud                                           | --log-level loud is none
            iex extra                                                      | unmatched argument
            """)
    void refusesWithOneSentenceAndExitCodeTwo(String arguments, String part) {
        int exitCode = run(
                Map.of(),
                arguments.isBlank() ? new String[0] : arguments.strip().split(" +"));
        assertSentence(part);
        assertEquals(2, exitCode);
    }

    @Test
    void saysThatANameCannotBeResolved() {
        // A label of 64 characters fits into no DNS question, so nothing is asked of any server.
        String name = "x".repeat(64) + ".invalid";
        int exitCode = run(
                Map.of(),
                "--vip",
                "10.0.0.10/16",
                "--iex",
                name + ":9944",
                "--psk",
                "k".repeat(16),
                "--map-cache",
                "none");
        String lastLine = err.toString().lines().toList().getLast();
        assertTrue(lastLine.startsWith("badger: cannot resolve the IEX server's name " + name), lastLine);
        assertEquals(5, exitCode);
    }

    @Test
    void saysWithExitCodeSixThatNoNodeRunsThere() throws IOException {
        Path socket = directory.resolve("x.sock");
        assertEquals(6, run(Map.of(), "counters", "--control", socket.toString()));
        assertSentence("no node runs at " + socket);
        err.getBuffer().setLength(0);
        assertEquals(6, run(Map.of(), "counters", "--json", "--dev", "nobodys0"));
        assertSentence("no node with the device nobodys0 runs here");
        err.getBuffer().setLength(0);
        Files.writeString(socket, "not a socket");
        assertEquals(6, run(Map.of(), "counters", "--watch", "1", "--control", socket.toString()));
        assertSentence("no node runs at " + socket);
        assertEquals("", out.toString());
    }

    @Test
    void helpOfCountersSaysWhatItShows() {
        assertEquals(0, run(Map.of(), "counters", "--help"));
        for (String part : List.of("--dev", "--control", "--json", "--watch", "badger0", "Exit codes", "6  no node")) {
            assertTrue(out.toString().contains(part), part);
        }
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= 100));
    }

    @Test
    void countersOfANodeAreShownForPeopleAndPrograms() throws IOException {
        Path socket = directory.resolve("x.sock");
        NodeStatus status = new NodeStatus(
                "10.0.0.10/16",
                "badger0",
                1,
                "",
                "unknown",
                Duration.ofSeconds(1),
                TrafficSums.of(Map.of(Traffic.TUN_READS, 1_234L)),
                Map.of(),
                List.of());
        try (StatusServer server = StatusServer.start(List.of(socket), () -> status)) {
            String path = server.path().toString();
            assertEquals(0, run(Map.of(), "counters", "--control", path));
            assertTrue(out.toString().contains("reads of the TUN"), out.toString());
            assertTrue(out.toString().contains("1,234"), out.toString());
            out.getBuffer().setLength(0);
            assertEquals(0, run(Map.of(), "counters", "--json", "--control", path));
            assertEquals(1, out.toString().lines().count());
            assertTrue(out.toString().startsWith("{\"schema\":1,"), out.toString());
            assertTrue(out.toString().contains("\"tun_reads\":1234,"), out.toString());
        }
        assertEquals("", err.toString());
    }

    @Test
    void refusesAKeyFileThatOthersCanRead() throws IOException {
        for (String permissions : List.of("rw-r-----", "rw----r--", "rw-rw-rw-")) {
            err.getBuffer().setLength(0);
            assertEquals(2, run(Map.of(), withKeyFile("secret", permissions)));
            assertSentence("can be read by other users: run chmod 600");
        }
    }

    @Test
    void refusesAnEmptyKeyFileAndADirectory() throws IOException {
        assertEquals(2, run(Map.of(), withKeyFile("\n", "rw-------")));
        assertSentence("is empty");
        err.getBuffer().setLength(0);
        Path inner = Files.createDirectory(
                directory.resolve("d"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertEquals(2, run(Map.of(), "--vip", "10.0.0.10/16", "--iex", "127.0.0.1", "--psk-file", inner.toString()));
        assertSentence("cannot be read");
    }

    @Test
    void refusesAnEmptyKeyInTheEnvironment() {
        assertEquals(2, run(Map.of("BADGER_PSK", ""), "--vip", "10.0.0.10/16", "--iex", "127.0.0.1"));
        assertSentence("BADGER_PSK is empty");
    }

    @Test
    void neverPrintsTheKeyNorRawControlCharacters() {
        run(Map.of(), "--vip", "10.0.0.10\u001b[2J", "--iex", "127.0.0.1", "--psk", "the-secret");
        assertFalse(err.toString().contains("the-secret"));
        assertFalse(err.toString().contains("\u001b"));
        assertTrue(err.toString().contains("\\u001b[2J"));
    }

    @Test
    void helpNamesEveryOptionWithItsDefaultAndTheExitCodes() {
        assertEquals(0, run(Map.of(), "--help"));
        for (String part : List.of(
                "--vip",
                "--iex",
                "--psk-file",
                "--psk",
                "--port",
                "--private-ip",
                "--dev",
                "--mtu",
                "--log-level",
                "--help",
                "--version",
                "--control",
                "badger counters",
                "BADGER_PSK",
                "Exit codes",
                "badger0",
                "9944",
                "10.0.0.10/16",
                "badger iex")) {
            assertTrue(out.toString().contains(part), part);
        }
        assertEquals("", err.toString());
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= 100));
    }

    @Test
    void helpOfTheServerSaysWhichPortToForward() {
        assertEquals(0, run(Map.of(), "iex", "--help"));
        for (String part : List.of(
                "forward UDP port 9944",
                "--listen",
                "--timeout",
                "30s",
                "--relay-interval",
                "5s",
                "--purge-interval",
                "--max-nodes",
                "4096",
                "--max-nodes-per-address",
                "64",
                "--max-rate",
                "--paper-keys",
                "Exit codes")) {
            assertTrue(out.toString().replaceAll("\\s+", " ").contains(part), part);
        }
        assertTrue(out.toString().lines().allMatch(line -> line.length() <= 100));
    }

    @Test
    void saysItsVersion() {
        for (String[] arguments : List.of(new String[] {"--version"}, new String[] {"iex", "-V"})) {
            out.getBuffer().setLength(0);
            assertEquals(0, run(Map.of(), arguments));
            assertTrue(out.toString().startsWith("badger "));
        }
    }

    private String[] withKeyFile(String content, String permissions) throws IOException {
        Path file = directory.resolve("key");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return new String[] {"--vip", "10.0.0.10/16", "--iex", "127.0.0.1", "--psk-file", file.toString()};
    }

    private void assertSentence(String part) {
        String text = err.toString();
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.startsWith("badger: "), text);
        assertTrue(text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)), text);
        assertFalse(text.contains("Exception"), text);
    }

    private int run(Map<String, String> environment, String... arguments) {
        return Badger.run(
                Arrays.copyOf(arguments, arguments.length),
                environment,
                new PrintWriter(out, true),
                new PrintWriter(err, true));
    }
}
