package badger.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Tests that look at, or change, what the whole JVM shares: its heap, its threads by name, what its compiler has made
 * of a method. They do not run beside those that {@link SharesTheJvm}. What every other class would disturb, such as a
 * look at the log, is {@code Isolated}, since the quick tests run any two classes at once.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ResourceLock(OwnsTheJvm.THE_JVM)
public @interface OwnsTheJvm {
    /** What is locked. */
    String THE_JVM = "the JVM";
}
