package badger.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PeerEventLogTest {
    @Test
    void keepsTheNewestInTheirOrder() {
        PeerEventLog events = new PeerEventLog();
        for (int i = 0; i < PeerEventLog.MOST + 10; i++) {
            events.add(100 + i, PeerEvent.Kind.CALLING, "call " + i);
        }
        List<PeerEvent> list = events.list();
        assertEquals(PeerEventLog.MOST, list.size());
        assertEquals("call 10", list.getFirst().detail());
        assertEquals("call " + (PeerEventLog.MOST + 9), list.getLast().detail());
        assertEquals(110, list.getFirst().atNanos());
    }
}
