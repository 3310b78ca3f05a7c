package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.message.Heartbeat;
import badger.udp.Endpoint;
import java.util.List;

/** One heartbeat of a test to a registry. */
final class Beat {
    private Beat() {}

    /** The {@link Outcome.Change} where there is one, whose entry must be that of the registry; else the outcome. */
    static Object outcome(Registry registry, Heartbeat heartbeat, Endpoint source, long nowNanos) {
        Outcome outcome = registry.heartbeat(heartbeat, source, nowNanos);
        if (!(outcome instanceof Outcome.Changed changed)) {
            return outcome;
        }
        assertEquals(
                List.of(changed.entry()),
                registry.snapshot().stream()
                        .filter(each -> each.virtualIp() == heartbeat.virtualIp())
                        .toList());
        assertEquals(source, changed.entry().publicEndpoint());
        return changed.change();
    }
}
