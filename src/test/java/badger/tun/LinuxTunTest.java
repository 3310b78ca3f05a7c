package badger.tun;

import badger.testing.NamespaceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@link TunScenario} in a network namespace for each test, so that no device ever appears in the host's own.
 * Needs root, /dev/net/tun, iproute2, ping and util-linux.
 */
@Tag("netns")
final class LinuxTunTest {
    /** The JDK makes IPv6 sockets only if there was an IPv6 address when it started. */
    private static final String LOOPBACK_UP = "ip link set lo up";

    @TempDir
    private Path folder;

    @BeforeAll
    static void mayMakeNamespaces() {
        NamespaceProcess.require();
    }

    @Test
    void carriesPacketsBothWaysAndVanishesOnClose() throws Exception {
        run(NamespaceProcess.UNSHARE, "traffic");
    }

    @Test
    void carriesTheSamePacketsWithOffloads() throws Exception {
        run(NamespaceProcess.UNSHARE, "offload-traffic");
    }

    @Test
    void readsAndWritesSuperPackets() throws Exception {
        run(NamespaceProcess.UNSHARE, "super-packets");
    }

    @Test
    void readingAndWritingWithOffloadsAllocateNothing() throws Exception {
        run(NamespaceProcess.UNSHARE, "offload-allocation");
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
        run(NamespaceProcess.UNSHARE, "two");
    }

    @Test
    void refusesABadNameOrMtuInOneSentence() throws Exception {
        run(NamespaceProcess.UNSHARE, "errors");
    }

    @Test
    void closingEndsABlockedRead() throws Exception {
        run(NamespaceProcess.UNSHARE, "close");
    }

    @Test
    void aDeviceRemovedByOthersDoesNotMakeTheReaderSpin() throws Exception {
        run(NamespaceProcess.UNSHARE, "removed");
    }

    @Test
    void readingAndWritingAllocateNothing() throws Exception {
        run(NamespaceProcess.UNSHARE, "allocation");
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

    /** A script that prepares its mount namespace and then becomes the command in its arguments. */
    private Path script(String preparation) throws IOException {
        return Files.writeString(folder.resolve("prepare.sh"), "set -e\n" + preparation + "\nexec \"$@\"\n");
    }

    private static void run(String wrapper, String... scenario) throws Exception {
        NamespaceProcess.run(wrapper, TunScenario.class, scenario);
    }
}
