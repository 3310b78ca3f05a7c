package badger.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.aead.ConnectionId;
import badger.testing.AllocationMeter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ConnectionIdsTest {
    @Test
    void allThatAreInUseDifferAndAreFound() {
        ConnectionIds ids = new ConnectionIds();
        Map<Integer, Object> owners = new HashMap<>();
        List<ConnectionIds.Issued> issued = new ArrayList<>();
        for (int i = 0; i < ConnectionIds.MOST; i++) {
            ConnectionIds.Issued each = ids.issue();
            Object owner = "association " + i;
            assertNull(ids.byConnectionId(each.value()), "nobody's yet");
            each.belongsTo(owner);
            assertNull(owners.put(each.value(), owner), "given out twice");
            assertNotEquals(ConnectionIds.NONE, each.value());
            issued.add(each);
        }
        assertNull(ids.issue(), "there is a bound");
        owners.forEach((value, owner) -> assertSame(owner, ids.byConnectionId(value)));
        assertNull(ids.byConnectionId(ConnectionIds.NONE));

        ConnectionIds.Issued returned = issued.removeLast();
        returned.giveBack();
        returned.giveBack();
        assertNull(ids.byConnectionId(returned.value()));
        assertEquals(ConnectionIds.MOST - 1, ids.live());
        ConnectionIds.Issued next = ids.issue();
        returned.giveBack();
        assertEquals(ConnectionIds.MOST, ids.live(), "not another's");
        next.giveBack();
        issued.forEach(ConnectionIds.Issued::giveBack);
        assertEquals(0, ids.live());
    }

    @Test
    void idsAreNotToBeGuessed() {
        ConnectionIds ids = new ConnectionIds();
        Set<Integer> seen = new HashSet<>();
        int bits = 0;
        for (int i = 0; i < 10_000; i++) {
            ConnectionIds.Issued each = ids.issue();
            seen.add(each.value());
            bits += Integer.bitCount(each.value());
            each.giveBack();
        }
        // Of 10,000 random numbers of 32 bits two are the same in one case of 85, and three pairs never.
        assertTrue(seen.size() > 9_997, "only " + seen.size());
        assertEquals(16.0, bits / 10_000.0, 0.2);
    }

    @Test
    void anIdHasOneOwner() {
        ConnectionIds.Issued issued = new ConnectionIds().issue();
        issued.belongsTo("one");
        issued.belongsTo("one");
        assertThrows(IllegalStateException.class, () -> issued.belongsTo("another"));
    }

    @Test
    void lookingUpAllocatesNothing() {
        ConnectionIds ids = new ConnectionIds();
        ConnectionIds.Issued issued = ids.issue();
        issued.belongsTo("a peer");
        int[] found = new int[1];
        double bytes = AllocationMeter.bytesPerIteration(10_000, () -> {
            found[0] += ids.byConnectionId(issued.value()) == null ? 0 : 1;
            found[0] += ids.byConnectionId(issued.value() + 1) == null ? 0 : 1;
        });
        assertEquals(0.0, bytes);
        assertTrue(found[0] >= 20_000);
    }

    /** Readers take no lock, so that they must find what is there also while the table grows. */
    @Test
    void whatIsInUseIsFoundWhileOthersComeAndGo() throws InterruptedException {
        ConnectionIds ids = new ConnectionIds();
        ConnectionIds.Issued lasting = ids.issue();
        lasting.belongsTo("lasting");
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicReference<String> complaint = new AtomicReference<>();
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!isOver.get()) {
                if (!"lasting".equals(ids.byConnectionId(lasting.value()))) {
                    complaint.set("not found");
                }
            }
        });
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            writers.add(Thread.ofPlatform().start(() -> {
                List<ConnectionIds.Issued> mine = new ArrayList<>();
                for (int each = 0; each < 8_000; each++) {
                    mine.add(ids.issue());
                }
                mine.forEach(ConnectionIds.Issued::giveBack);
            }));
        }
        for (Thread each : writers) {
            each.join();
        }
        isOver.set(true);
        reader.join();
        assertNull(complaint.get());
        assertEquals(1, ids.live());
    }

    @Test
    void aForeignIdHasABound() {
        assertEquals(32, ConnectionId.of(new byte[32]).length());
        assertThrows(IllegalArgumentException.class, () -> ConnectionId.of(new byte[33]));
        assertSame(ConnectionId.NONE, ConnectionId.of(new byte[0]));
    }
}
