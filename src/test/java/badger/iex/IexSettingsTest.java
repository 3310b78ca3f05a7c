package badger.iex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every value arrives under its own name, and nothing but the one that is named changes. */
final class IexSettingsTest {
    @Test
    void everyNamedValueIsTheOneThatIsRead() {
        IexSettings settings = distinct().build();
        assertEquals(1, settings.port());
        assertEquals(2, settings.probePort());
        assertEquals(Duration.ofSeconds(3), settings.timeout());
        assertEquals(Duration.ofSeconds(1), settings.mapInterval());
        assertEquals(Duration.ofMillis(5), settings.purgeInterval());
        assertEquals(Duration.ofMillis(6), settings.coalescing());
        assertEquals(Duration.ofMillis(7), settings.changeGap());
        assertEquals(Duration.ofMillis(8), settings.holderSilence());
        assertEquals(9, settings.maximumNodes());
        assertEquals(10, settings.maximumNodesPerAddress());
        assertEquals(110_000, settings.maximumBytesPerSecond());
        assertTrue(settings.writesBothSpellings());
        assertEquals(12, settings.relayBytesPerSecond());
    }

    @Test
    void anotherPortOrRelayLeavesTheRestAsItIs() {
        assertEquals(distinct().port(4_000).build(), distinct().build().withPort(4_000));
        assertEquals(
                distinct().relayBytesPerSecond(5).build(), distinct().build().withRelay(5));
    }

    private static IexSettings.Builder distinct() {
        return IexSettings.builder()
                .port(1)
                .probePort(2)
                .timeout(Duration.ofSeconds(3))
                .mapInterval(Duration.ofSeconds(1))
                .purgeInterval(Duration.ofMillis(5))
                .coalescing(Duration.ofMillis(6))
                .changeGap(Duration.ofMillis(7))
                .holderSilence(Duration.ofMillis(8))
                .maximumNodes(9)
                .maximumNodesPerAddress(10)
                .maximumBytesPerSecond(110_000)
                .writesBothSpellings(true)
                .relayBytesPerSecond(12);
    }
}
