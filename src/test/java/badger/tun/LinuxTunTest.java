package badger.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@link TunScenario} in a network namespace for each test, so that no device ever appears among the host's own.
 * Needs root, /dev/net/tun, iproute2, ping and util-linux.
 */
@Tag("netns")
final class LinuxTunTest {
    /** The JDK makes IPv6 sockets only where it saw an IPv6 address at its start. */
    private static final String LOOPBACK_UP = "ip link set lo up";

    @TempDir
    private Path folder;

    @BeforeAll
    static void mayMakeNamespaces() {
        assertEquals("root", System.getProperty("user.name"), "These tests make network namespaces: run them as root.");
        assertTrue(Files.exists(Path.of("/dev/net/tun")), "These tests need /dev/net/tun: load the tun module.");
    }

    @Test
    void carriesPacketsBothWaysAndVanishesOnClose() throws Exception {
        run("unshare -n", "traffic");
    }

    @Test
    void carriesTheSamePacketsWithOffloads() throws Exception {
        run("unshare -n", "offload-traffic");
    }

    @Test
    void readsAndWritesSuperPackets() throws Exception {
        run("unshare -n", "super-packets");
    }

    @Test
    void readingAndWritingWithOffloadsAllocateNothing() throws Exception {
        run("unshare -n", "offload-allocation");
    }

    @Test
    void theKernelKeepsAFlowToTheQueueItsPacketsWereWrittenTo() throws Exception {
        run("unshare -n", "queues");
    }

    @Test
    void carriesIpv6PacketsOfAllItsAddresses() throws Exception {
        run("unshare -n sh " + script(LOOPBACK_UP), "ipv6", "false");
    }

    @Test
    void carriesTheSameIpv6PacketsWithOffloads() throws Exception {
        run("unshare -n sh " + script(LOOPBACK_UP), "ipv6", "true");
    }

    @Test
    void saysThatIpv6IsSwitchedOff() throws Exception {
        Path preparation = script("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
        run("unshare -n sh " + preparation, "ipv6-refused", "net.ipv6.conf.default.disable_ipv6=0");
    }

    @Test
    void twoDevicesOfTwoNamesWorkSideBySide() throws Exception {
        run("unshare -n", "two");
    }

    @Test
    void refusesABadNameOrMtuInOneSentence() throws Exception {
        run("unshare -n", "errors");
    }

    @Test
    void closingEndsABlockedRead() throws Exception {
        run("unshare -n", "close");
    }

    @Test
    void aDeviceRemovedByOthersDoesNotMakeTheReaderSpin() throws Exception {
        run("unshare -n", "removed");
    }

    @Test
    void readingAndWritingAllocateNothing() throws Exception {
        run("unshare -n", "allocation");
    }

    @Test
    void saysThatThePrivilegeIsMissing() throws Exception {
        run("unshare -n setpriv --bounding-set=-net_admin", "refused", "run as root or give CAP_NET_ADMIN");
    }

    @Test
    void saysThatTheDeviceNodeIsMissing() throws Exception {
        run("unshare -n -m sh " + script("mount -t tmpfs none /dev/net"), "refused", "/dev/net/tun is missing");
    }

    @Test
    void aMachineWithoutLibcryptoIsFoundOutWithoutACrash() throws Exception {
        run("unshare -n -m sh " + script(hide("libcrypto.so.3")), "no-libcrypto");
    }

    @Test
    void aMachineWithoutIpsecMbIsFoundOutWithoutACrash() throws Exception {
        run("unshare -n -m sh " + script(hide("libIPSec_MB.so.1")), "no-ipsec-mb");
    }

    private static String hide(String library) {
        return "for file in /lib/*/%1$s /lib64/%1$s /usr/lib/*/%1$s; do".formatted(library)
                + " if [ -e $file ]; then mount --bind /dev/null $file; fi; done";
    }

    /** A script that does something in its mount namespace and goes on as the command of its arguments. */
    private Path script(String preparation) throws IOException {
        return Files.writeString(folder.resolve("prepare.sh"), "set -e\n" + preparation + "\nexec \"$@\"\n");
    }

    private static void run(String wrapper, String... scenario) throws Exception {
        // The outer bound, as reading the output below waits for the process however long it takes.
        List<String> command = new ArrayList<>(List.of("timeout", "--kill-after=5", "90"));
        command.addAll(List.of(wrapper.split(" ", -1)));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-ea", "-Xmx128m", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(TunScenario.class.getName());
        command.addAll(List.of(scenario));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(1, TimeUnit.MINUTES), output);
            assertEquals(0, process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
