package badger.connect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PacketBudgetTest {
    private static final long START = Long.MAX_VALUE - 1_000;

    @Test
    void letsABurstOfFortyThroughAndFiveASecondFromThenOn() {
        PacketBudget budget = new PacketBudget(START);
        assertEquals(40, take(budget, START));
        assertEquals(5, take(budget, START + TimeUnit.SECONDS.toNanos(1)));
        assertEquals(0, take(budget, START + TimeUnit.MILLISECONDS.toNanos(1_199)));
        assertEquals(1, take(budget, START + TimeUnit.MILLISECONDS.toNanos(1_200)));
    }

    @Test
    void savesNoMoreThanABurst() {
        PacketBudget budget = new PacketBudget(START);
        assertEquals(40, take(budget, START + TimeUnit.HOURS.toNanos(1)));
        assertEquals(40, take(budget, START + TimeUnit.HOURS.toNanos(2)));
    }

    /** Takes packets until none is left, a hundred at most. */
    private static int take(PacketBudget budget, long nowNanos) {
        int taken = 0;
        while (taken < 100 && budget.take(nowNanos)) {
            taken++;
        }
        return taken;
    }
}
