package badger.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times by name, and the earliest of them, at any value of the machine's clock. */
final class DeadlinesTest {
    private enum Name {
        A,
        B,
        C
    }

    private final Deadlines<Name> deadlines = new Deadlines<>(Name.class);

    @Test
    void nothingIsDueAtFirst() {
        assertFalse(deadlines.isAnySet());
        assertFalse(deadlines.isAnyDue(0));
        assertFalse(deadlines.isAnyDue(Long.MAX_VALUE));
        assertEquals(17, deadlines.nanosUntilDue(5, 17));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -50, Long.MAX_VALUE - 50, Long.MIN_VALUE, Long.MAX_VALUE - 101})
    void theEarliestComesFirstAlsoWhereTheClockOverflows(long start) {
        deadlines.set(Name.A, start + 100);
        deadlines.set(Name.B, start + 60);
        deadlines.set(Name.C, start + 150);
        assertEquals(start + 60, deadlines.earliestNanos());
        assertFalse(deadlines.isAnyDue(start + 59));
        assertTrue(deadlines.isAnyDue(start + 60));
        assertEquals(1, deadlines.nanosUntilDue(start + 59, 1_000));
        assertEquals(0, deadlines.nanosUntilDue(start + 70, 1_000));
        assertEquals(10, deadlines.nanosUntilDue(start, 10));
        assertTrue(deadlines.isDue(Name.B, start + 60));
        assertFalse(deadlines.isDue(Name.A, start + 99));
        deadlines.stop(Name.B);
        assertFalse(deadlines.isDue(Name.B, start + 60));
        assertEquals(start + 100, deadlines.earliestNanos());
        deadlines.set(Name.A, start + 200);
        assertEquals(start + 150, deadlines.earliestNanos(), "a later time takes the place of an earlier one");
        deadlines.stopAll();
        assertFalse(deadlines.isAnySet());
        assertFalse(deadlines.isSet(Name.C));
    }

    @Test
    void agreesWithAPlainMapWhateverIsSetAndStopped() {
        Random random = new Random(7);
        long now = Long.MAX_VALUE - 5_000;
        Map<Name, Long> expected = new EnumMap<>(Name.class);
        for (int i = 0; i < 10_000; i++) {
            now += random.nextInt(3);
            long base = now;
            Name name = Name.values()[random.nextInt(Name.values().length)];
            if (random.nextInt(3) == 0) {
                deadlines.stop(name);
                expected.remove(name);
            } else {
                long at = base + random.nextInt(100) - 20;
                deadlines.set(name, at);
                expected.put(name, at);
            }
            assertEquals(!expected.isEmpty(), deadlines.isAnySet());
            long soonest =
                    expected.values().stream().mapToLong(at -> at - base).min().orElse(1_000);
            assertEquals(Math.max(0, soonest), deadlines.nanosUntilDue(base, 1_000));
            assertEquals(!expected.isEmpty() && soonest <= 0, deadlines.isAnyDue(base));
        }
    }
}
