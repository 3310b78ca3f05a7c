package badger.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * How a wait ends. This test makes no change of the network, which needs privileges; the end-to-end tests of moving
 * hosts do.
 */
final class NetworkChangesTest {
    @Test
    void closeEndsTheWait() throws Exception {
        NetworkChanges changes = NetworkChanges.open();
        CompletableFuture<Boolean> wait = CompletableFuture.supplyAsync(() -> {
            boolean hasChanged = changes.await();
            while (hasChanged) {
                // A change that another program has made.
                hasChanged = changes.await();
            }
            changes.free();
            return hasChanged;
        });
        changes.close();
        assertEquals(false, wait.get(10, TimeUnit.SECONDS));
    }
}
