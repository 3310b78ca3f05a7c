package badger.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PathEventsTest {
    @Test
    void keepsTheNewestInTheirOrder() {
        PathEvents events = new PathEvents();
        for (int i = 0; i < PathEvents.MOST + 10; i++) {
            events.add(PathEvent.Kind.CALLING, "call " + i);
        }
        List<PathEvent> list = events.list();
        assertEquals(PathEvents.MOST, list.size());
        assertEquals("call 10", list.getFirst().detail());
        assertEquals("call " + (PathEvents.MOST + 9), list.getLast().detail());
        assertTrue(list.getLast().atNanos() - list.getFirst().atNanos() >= 0);
    }
}
