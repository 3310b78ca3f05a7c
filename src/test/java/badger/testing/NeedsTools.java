package badger.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that needs a program or a library that Badger can do without. {@code ./run.sh test} installs it, and
 * {@code ./run.sh test --quick}, which installs nothing, leaves the test out.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("tools")
public @interface NeedsTools {
    /** Names the programs or libraries. */
    String[] value();
}
