package badger.offload;

import badger.testing.NamespaceProcess;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Segmenter and coalescer against the kernel, whose work they do: {@link KernelScenario} in a network namespace of its
 * own. Needs root, /dev/net/tun, iproute2 and util-linux.
 */
@Tag("netns")
final class KernelTest {
    @BeforeAll
    static void mayMakeNamespaces() {
        NamespaceProcess.require();
    }

    @Test
    void cutsAsTheKernelDoes() throws Exception {
        System.out.print(NamespaceProcess.run(NamespaceProcess.UNSHARE, KernelScenario.class, "cut"));
    }

    @Test
    void kernelCutsWhatWasJoinedIntoWhatItWas() throws Exception {
        System.out.print(NamespaceProcess.run(NamespaceProcess.UNSHARE, KernelScenario.class, "join"));
    }
}
