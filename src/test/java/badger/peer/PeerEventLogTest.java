package badger.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PeerEventLogTest {
    @Test
    void keepsTheNewestInTheirOrder() {
        PeerEventLog events = new PeerEventLog();
        for (int i = 0; i < PeerEventLog.MOST + 10; i++) {
            events.add(PeerEvent.Kind.CALLING, "call " + i);
        }
        List<PeerEvent> list = events.list();
        assertEquals(PeerEventLog.MOST, list.size());
        assertEquals("call 10", list.getFirst().detail());
        assertEquals("call " + (PeerEventLog.MOST + 9), list.getLast().detail());
        assertTrue(list.getLast().atNanos() - list.getFirst().atNanos() >= 0);
    }
}
