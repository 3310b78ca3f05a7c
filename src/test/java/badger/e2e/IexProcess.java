package badger.e2e;

import java.time.Duration;

/** A running IEX server. */
public record IexProcess(BackgroundProcess process) {
    /** Waits until the port is bound, so that no first heartbeat is lost to a server that is still starting. */
    public IexProcess awaitListening() {
        process.await(
                "UDP port 9944 is bound",
                Duration.ofSeconds(60),
                () -> !process.namespace()
                        .require("ss", "-Huln", "sport = :9944")
                        .isBlank());
        return this;
    }
}
