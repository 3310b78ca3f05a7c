package badger.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a change looks like, the end-to-end tests of moving hosts show; none is made here, where tests have no rights. */
final class NetworkChangesTest {
    @Test
    void closeEndsTheWait() throws Exception {
        NetworkChanges changes = NetworkChanges.open();
        CompletableFuture<Boolean> wait = CompletableFuture.supplyAsync(() -> {
            boolean hasChanged = changes.await();
            while (hasChanged) {
                // Whatever else goes on at this host.
                hasChanged = changes.await();
            }
            changes.free();
            return hasChanged;
        });
        changes.close();
        assertEquals(false, wait.get(10, TimeUnit.SECONDS));
    }
}
