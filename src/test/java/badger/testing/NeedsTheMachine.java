package badger.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Tests that load the processor, or hold traffic to a time: each runs alone, after all others. A lock of their own
 * would not do: a worker would wait for it, idle, until those that {@link MostlyWaits} are done.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Isolated
public @interface NeedsTheMachine {}
