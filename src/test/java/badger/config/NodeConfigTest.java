package badger.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.config.Offloads.Offload;
import badger.wire.Ipv4Prefix;
import badger.wire.Ipv6Address;
import badger.wire.Ipv6Prefix;
import badger.wire.NodeAddresses;
import java.io.IOException;
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

/** What is accepted; what is refused stands in CommandLineTest. */
final class NodeConfigTest {
    private static final String STRONG = "0123456789abcdef";

    @TempDir
    Path directory;

    @Test
    void takesThePapersCommandLine() throws ConfigException {
        NodeConfig config = of("10.0.0.10/16", "54.250.148.195:9944", "psk-key");
        assertEquals(new Ipv4Prefix(0x0A00000A, 16), config.virtualIp());
        assertEquals(List.of(new IexAddress("54.250.148.195", 9944)), config.iex());
        assertArrayEquals(
                "psk-key".getBytes(StandardCharsets.UTF_8), config.psk().bytes());
        assertEquals(0, config.port());
        assertEquals(Optional.empty(), config.privateIp());
        assertEquals("badger0", config.device());
        assertEquals(OptionalInt.empty(), config.mtu());
        assertEquals(Level.INFO, config.logLevel());
        assertEquals(Offloads.ALL, config.offloads());
        assertEquals(Optional.empty(), config.aead());
        assertFalse(config.isStrictRemoval());
        assertEquals(Optional.empty(), config.opensOnDemand());
        assertEquals(2, config.warnings().size());
        assertTrue(config.warnings().get(0).contains("process list"));
        assertTrue(config.warnings().get(1).contains("short"));
    }

    @Test
    void offloadsAreAllNoneOrAList() throws ConfigException {
        assertEquals(Offloads.ALL, Offloads.parse(null));
        assertEquals(Offloads.ALL, Offloads.parse("all"));
        assertEquals(Offloads.NONE, Offloads.parse("none"));
        assertEquals(Offloads.ALL, Offloads.parse("gro,gso,uso,tso,checksum"));
        assertEquals(new Offloads(Set.of(Offload.USO, Offload.GSO)), Offloads.parse("uso,gso"));
        Offloads strict = new Offloads(Set.of(Offload.TSO, Offload.USO, Offload.GSO, Offload.GRO));
        assertEquals(strict, Offloads.parse("all,-checksum"));
        assertEquals(strict, Offloads.parse("-checksum"));
        assertTrue(Offloads.parse("all,tail").has(Offload.TAIL));
        assertFalse(Offloads.ALL.has(Offload.TAIL));
    }

    @Test
    void controlSocketIsNamedAfterTheDeviceOrAsGivenOrOff() throws ConfigException {
        assertEquals(new ControlSocket(true, Optional.empty()), ControlSocket.parse(null));
        assertEquals(new ControlSocket(true, Optional.of(Path.of("x"))), ControlSocket.parse("x"));
        assertEquals(new ControlSocket(false, Optional.empty()), ControlSocket.parse("none"));
        assertThrows(ConfigException.class, () -> ControlSocket.parse("/tmp/" + "x".repeat(100)));
        assertThrows(ConfigException.class, () -> ControlSocket.parse("a\0b"));
    }

    @Test
    void sessionsAreOpenedAtOnceOnDemandOrByTheNumberOfNodes() throws ConfigException {
        assertEquals(Optional.empty(), Connect.parse("auto"));
        assertEquals(Optional.of(false), Connect.parse("eager"));
        assertEquals(Optional.of(true), Connect.parse("on-demand"));
        ConfigException refused = assertThrows(ConfigException.class, () -> Connect.parse("ON_DEMAND"));
        assertEquals("--connect ON_DEMAND is unknown: give auto, eager or on-demand", refused.getMessage());
    }

    @Test
    void takesAllFlags() throws ConfigException {
        NodeConfig config = NodeConfig.of(
                new NodeArguments()
                        .virtualIps(List.of("10.0.0.10/16"))
                        .iex(List.of("iex.example.com,[2001:db8::1]:1", "h:2"))
                        .port("3000")
                        .privateIp("192.168.10.100")
                        .device("vdevice")
                        .mtu("1280")
                        .logLevel("DEBUG")
                        .offload("tso,gro")
                        .aead("openssl")
                        .queues("3")
                        .control("/run/x.sock")
                        .mapCache("none")
                        .keepAlive("5s")
                        .renewal("2m")
                        .relay("auto")
                        .connect("on-demand")
                        .strictRemoval(true),
                Map.of("BADGER_PSK", STRONG));
        assertEquals(
                List.of(
                        new IexAddress("iex.example.com", 9944),
                        new IexAddress("2001:db8::1", 1),
                        new IexAddress("h", 2)),
                config.iex());
        assertTrue(config.usesRelay());
        assertEquals(3000, config.port());
        assertEquals(new Offloads(Set.of(Offload.TSO, Offload.GRO)), config.offloads());
        assertEquals(Optional.of("openssl"), config.aead());
        assertEquals(OptionalInt.of(3), config.queues());
        assertTrue(config.isStrictRemoval());
        assertEquals(Optional.of(true), config.opensOnDemand());
        assertEquals(Optional.of(InetAddress.ofLiteral("192.168.10.100")), config.privateIp());
        assertEquals("vdevice", config.device());
        assertEquals(new ControlSocket(true, Optional.of(Path.of("/run/x.sock"))), config.control());
        assertEquals(OptionalInt.of(1280), config.mtu());
        assertEquals(Level.DEBUG, config.logLevel());
        assertEquals(List.of(), config.warnings());
    }

    @Test
    void assumesSixteenBitsForABareAddressAndSaysSo() throws ConfigException {
        NodeConfig config = of("10.0.0.10", "h", STRONG);
        assertEquals(16, config.virtualIp().length());
        assertTrue(config.warnings().getFirst().contains("10.0.0.10/16 is assumed"));
    }

    @Test
    void bothAddressesOfAPointToPointPrefixAreHosts() throws ConfigException {
        assertEquals(31, of("10.0.0.10/31", "h", STRONG).virtualIp().length());
        assertEquals(31, of("10.0.0.11/31", "h", STRONG).virtualIp().length());
    }

    @Test
    void takesIpv6AddressesBesideTheOneOfIpv4() throws ConfigException {
        List<Ipv6Prefix> two = List.of(ipv6("fd00::10", 64), ipv6("fd12:3456:789a::1", 48));
        NodeConfig separate = of(List.of("fd00::10/64", "10.0.0.10/16", "fd12:3456:789a::1/48"), null);
        NodeConfig together = of(List.of("10.0.0.10/16,fd00:0:0::10/64,fd12:3456:789a::1/48"), "1280");
        assertEquals(new NodeAddresses(new Ipv4Prefix(0x0A00000A, 16), two), separate.addresses());
        assertEquals(separate.addresses(), together.addresses());
        assertEquals(new Ipv4Prefix(0x0A00000A, 16), separate.virtualIp());
        assertEquals(List.of(), of("10.0.0.10/16", "h", STRONG).addresses().ipv6());
        assertEquals(1, separate.warnings().size(), "only that --psk shows the key");
        assertEquals(
                4,
                of(List.of("10.0.0.10/16,fd00::1/64,fd00::2/64,fd00::3/8,2001:db8::4/127"), null)
                        .addresses()
                        .ipv6()
                        .size());
    }

    @Test
    void assumesSixtyFourBitsForABareIpv6AddressAndSaysSo() throws ConfigException {
        NodeConfig config = of(List.of("10.0.0.10/16", "fd00::10"), null);
        assertEquals(64, config.addresses().ipv6().getFirst().length());
        assertTrue(config.warnings().getFirst().contains("fd00::10/64 is assumed"));
    }

    @Test
    void bothAddressesOfAnIpv6PointToPointPrefixAreHosts() throws ConfigException {
        assertEquals(
                List.of(ipv6("fd00::10", 127)),
                of(List.of("10.0.0.10/16,fd00::10/127"), null).addresses().ipv6());
    }

    @Test
    void warnsOfGlobalIpv6Addresses() throws ConfigException {
        assertTrue(of(List.of("10.0.0.10/16,2001:db8::1/64"), null).warnings().stream()
                .anyMatch(w -> w.contains("unique local range")));
    }

    @Test
    void anMtuBelowThatOfIpv6IsForIpv4Alone() throws ConfigException {
        assertEquals(OptionalInt.of(1279), of(List.of("10.0.0.10/16"), "1279").mtu());
        assertThrows(ConfigException.class, () -> of(List.of("10.0.0.10/16,fd00::1/64"), "1279"));
    }

    @Test
    void warnsOfAPublicRange() throws ConfigException {
        assertTrue(of("20.0.0.10/16", "h", STRONG).warnings().stream().anyMatch(w -> w.contains("private range")));
        for (String vip : List.of("10.1.2.3/8", "172.31.0.1/24", "192.168.7.7/24", "100.127.0.1/16", "198.19.0.1/16")) {
            assertFalse(of(vip, "h", STRONG).warnings().stream().anyMatch(w -> w.contains("private range")), vip);
        }
    }

    @Test
    void readsEveryFormOfIexAddress() throws ConfigException {
        assertEquals(new IexAddress("203.0.113.5", 9944), IexAddress.parse("203.0.113.5"));
        assertEquals(new IexAddress("a-b.example", 1), IexAddress.parse("a-b.example:1"));
        assertEquals(new IexAddress("2001:db8::1", 9944), IexAddress.parse("2001:db8::1"));
        assertEquals(new IexAddress("2001:db8::1", 9944), IexAddress.parse("[2001:db8::1]"));
        IexAddress v6 = IexAddress.parse("[2001:db8::1]:65535");
        assertEquals(new IexAddress("2001:db8::1", 65535), v6);
        assertEquals(v6, IexAddress.parse(v6.toString()));
        assertEquals(
                "203.0.113.5:9944",
                IexAddress.parse("203.0.113.5").resolve().getFirst().toString());
        assertEquals("[2001:db8:0:0:0:0:0:1]:65535", v6.resolve().getFirst().toString());
    }

    @Test
    void takesTheKeysBytesLiterally() throws ConfigException, IOException {
        assertArrayEquals(
                new byte[] {(byte) 0xC3, (byte) 0xA9, ' ', '\n'},
                of("10.0.0.10/16", "h", "\u00e9 \n").psk().bytes());
        assertArrayEquals(new byte[] {'a', '\n'}, keyOfFile("a\n\n"));
        assertArrayEquals(new byte[] {'a'}, keyOfFile("a\r\n"));
        assertArrayEquals(new byte[] {'a', '\r'}, keyOfFile("a\r"));
        assertArrayEquals(new byte[] {' ', 'a', ' '}, keyOfFile(" a "));
    }

    @Test
    void readsAnyBytesFromAKeyFileButNotTooMany() throws ConfigException, IOException {
        byte[] bytes = new byte[512];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 7);
        }
        assertArrayEquals(bytes, keyOfFile(bytes));
        assertThrows(ConfigException.class, () -> keyOfFile(new byte[513]));
    }

    @Test
    void theFlagGoesBeforeTheEnvironment() throws ConfigException {
        NodeConfig config = NodeConfig.of(arguments("10.0.0.10/16", "h", STRONG), Map.of("BADGER_PSK", "other"));
        assertArrayEquals(STRONG.getBytes(StandardCharsets.UTF_8), config.psk().bytes());
    }

    @Test
    void theKeyIsNeverShownAndCanBeWiped() throws ConfigException {
        NodeConfig config = of("10.0.0.10/16", "h", STRONG);
        assertFalse(config.toString().contains(STRONG));
        assertFalse(config.psk().toString().contains(STRONG));
        assertFalse(arguments("10.0.0.10/16", "h", STRONG).toString().contains(STRONG));
        config.psk().close();
        assertArrayEquals(new byte[16], config.psk().bytes());
    }

    @Test
    void readsTimes() throws ConfigException {
        assertEquals(Duration.ofSeconds(30), Durations.parse("--x", "30s"));
        assertEquals(Duration.ofSeconds(30), Durations.parse("--x", "30"));
        assertEquals(Duration.ofMillis(500), Durations.parse("--x", "500ms"));
        assertEquals(Duration.ofMinutes(2), Durations.parse("--x", "2m"));
        for (String bad : List.of("", "s", "-1s", "1.5s", "1d", "9999999999s", "1 s")) {
            assertThrows(ConfigException.class, () -> Durations.parse("--x", bad), bad);
        }
    }

    @Test
    void refusesTimesOutOfRange() {
        assertEquals("--keepalive 21s is out of range: give a time from 1s to 20s", timeRefused("21s", null));
        assertEquals("--keepalive 0 is out of range: give a time from 1s to 20s", timeRefused("0", null));
        assertEquals("--rekey 999ms is out of range: give a time from 1s to 86400s", timeRefused(null, "999ms"));
        assertEquals("--rekey never is not a time: give one such as 30s, 500ms or 2m", timeRefused(null, "never"));
    }

    private static String timeRefused(String keepAlive, String renewal) {
        NodeArguments given = given().psk(STRONG).keepAlive(keepAlive).renewal(renewal);
        return assertThrows(ConfigException.class, () -> NodeConfig.of(given, Map.of()))
                .getMessage();
    }

    private byte[] keyOfFile(String content) throws ConfigException, IOException {
        return keyOfFile(content.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] keyOfFile(byte[] content) throws ConfigException, IOException {
        Path file = directory.resolve("key");
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return NodeConfig.of(given().pskFile(file), Map.of("BADGER_PSK", "ignored"))
                .psk()
                .bytes();
    }

    @Test
    void nothingIsRelayedUnlessTheUserSaysSo() throws ConfigException {
        NodeArguments given = given().psk(STRONG);
        assertFalse(NodeConfig.of(given, Map.of()).usesRelay());
        assertFalse(NodeConfig.of(given.relay("never"), Map.of()).usesRelay());
        given.relay("always");
        String sentence = assertThrows(ConfigException.class, () -> NodeConfig.of(given, Map.of()))
                .getMessage();
        assertEquals("--relay always is neither: give never or auto", sentence);
    }

    private static Ipv6Prefix ipv6(String address, int length) {
        return new Ipv6Prefix(Ipv6Address.parse(address).orElseThrow(), length);
    }

    private static NodeConfig of(List<String> vips, String mtu) throws ConfigException {
        return NodeConfig.of(given().virtualIps(vips).psk(STRONG).mtu(mtu), Map.of());
    }

    private static NodeConfig of(String vip, String iex, String psk) throws ConfigException {
        return NodeConfig.of(arguments(vip, iex, psk), Map.of());
    }

    private static NodeArguments arguments(String vip, String iex, String psk) {
        return given().virtualIps(List.of(vip)).iex(List.of(iex)).psk(psk);
    }

    /** Arguments of which most are left out. */
    private static NodeArguments given() {
        return new NodeArguments().virtualIps(List.of("10.0.0.10/16")).iex(List.of("h"));
    }
}
