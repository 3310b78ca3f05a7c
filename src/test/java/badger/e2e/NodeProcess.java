package badger.e2e;

import java.time.Duration;

/** A running node. */
public record NodeProcess(BackgroundProcess process, String vip) {
    public NetworkNamespace namespace() {
        return process.namespace();
    }

    /** Waits until the TUN device is there and has its address. */
    public NodeProcess awaitUp() {
        process.await(
                "the TUN device has " + vip,
                Duration.ofSeconds(60),
                () -> namespace().hasAddress(vip));
        return this;
    }
}
