package badger.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.config.ConfigException;
import badger.config.ControlSocket;
import badger.config.IexAddress;
import badger.config.MapCache;
import badger.config.NodeConfig;
import badger.config.Offloads;
import badger.config.Offloads.Offload;
import badger.iex.IexSettings;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Every flag has its effect on the setting of its name, and on no other. */
final class FlagsTest {
    @TempDir
    Path directory;

    @Test
    void everyFlagOfANodeArrivesUnderItsOwnName() throws Exception {
        Path key = directory.resolve("key");
        Files.writeString(key, "0123456789abcdef");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        NodeConfig config =
                node("--vip 10.0.0.10/16 --vip fd00::10/64 --iex h:1 --psk-file " + key + " --port 3000 --private-ip "
                        + "192.168.10.100 --dev vdevice --mtu 1300 --log-level debug --offload tso --aead jce "
                        + "--queues 3 --control /run/x.sock --map-cache /run/x.map --keepalive 5s --rekey 7m "
                        + "--relay auto --connect on-demand --strict-removal");
        assertEquals("10.0.0.10/16", config.virtualIp().toString());
        assertEquals("fd00::10/64", config.addresses().ipv6().getFirst().toString());
        assertEquals(List.of(new IexAddress("h", 1)), config.iex());
        assertArrayEquals(Files.readAllBytes(key), config.psk().bytes());
        assertEquals(3000, config.port());
        assertEquals(Optional.of(InetAddress.ofLiteral("192.168.10.100")), config.privateIp());
        assertEquals("vdevice", config.device());
        assertEquals(OptionalInt.of(1300), config.mtu());
        assertEquals(Level.DEBUG, config.logLevel());
        assertEquals(new Offloads(Set.of(Offload.TSO)), config.offloads());
        assertEquals(Optional.of("jce"), config.aead());
        assertEquals(OptionalInt.of(3), config.queues());
        assertEquals(new ControlSocket(true, Optional.of(Path.of("/run/x.sock"))), config.control());
        assertEquals(new MapCache(true, Optional.of(Path.of("/run/x.map"))), config.mapCache());
        assertEquals(Optional.of(Duration.ofSeconds(5)), config.keepAlive());
        assertEquals(Optional.of(Duration.ofMinutes(7)), config.renewal());
        assertTrue(config.usesRelay());
        assertEquals(Optional.of(true), config.opensOnDemand());
        assertTrue(config.isStrictRemoval());
    }

    @Test
    void theKeyItselfCanBeGiven() throws Exception {
        NodeConfig config = node("--vip 10.0.0.10/16 --iex h --psk 0123456789abcdef");
        assertArrayEquals(
                "0123456789abcdef".getBytes(StandardCharsets.US_ASCII),
                config.psk().bytes());
    }

    @Test
    void everyFlagOfTheServerArrivesUnderItsOwnName() throws ConfigException {
        IexSettings expected = IexSettings.builder()
                .port(1)
                .probePort(2)
                .timeout(Duration.ofSeconds(30))
                .mapInterval(Duration.ofSeconds(4))
                .purgeInterval(Duration.ofSeconds(5))
                .maximumNodes(6)
                .maximumNodesPerAddress(7)
                .maximumBytesPerSecond(800_000)
                .writesBothSpellings(true)
                .relayBytesPerSecond(9_000_000)
                .build();
        IexCommand command = new IexCommand();
        new CommandLine(command)
                .parseArgs(("--listen 1 --probe-port 2 --timeout 30s --relay-interval 4s --purge-interval 5s "
                                + "--max-nodes 6 --max-nodes-per-address 7 --max-rate 800 --paper-keys both "
                                + "--relay --relay-rate 9")
                        .split(" "));
        assertEquals(expected, command.settings());
    }

    @Test
    void aServerWithoutFlagsHasTheDefaults() throws ConfigException {
        IexCommand command = new IexCommand();
        new CommandLine(command).parseArgs();
        assertEquals(IexSettings.DEFAULTS, command.settings());
    }

    private static NodeConfig node(String flags) throws ConfigException {
        Node command = new Node();
        new CommandLine(command).parseArgs(flags.split(" "));
        return NodeConfig.of(command.options.arguments(), Map.of());
    }

    @Command
    static final class Node {
        @Mixin
        NodeOptions options;
    }
}
