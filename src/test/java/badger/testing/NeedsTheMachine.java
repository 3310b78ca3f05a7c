package badger.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Tests that load the processor, or hold traffic to a time: each runs alone, after all others. Not by a lock of their own, for which a
 * worker would wait, idle, until those that {@link MostlyWaits} are done.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Isolated
public @interface NeedsTheMachine {}
