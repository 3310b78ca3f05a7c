package badger.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Tests that load the processor, or hold traffic to a time: they do not run beside those that {@link MostlyWaits}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ResourceLock(NeedsTheMachine.THE_MACHINE)
public @interface NeedsTheMachine {
    /** What is locked. */
    String THE_MACHINE = "the machine";
}
