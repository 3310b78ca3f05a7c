package badger.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Tests that {@linkplain MostlyWaits mostly wait}, but have nodes in this JVM: they do not run beside those that
 * {@link OwnsTheJvm}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@MostlyWaits
@ResourceLock(value = OwnsTheJvm.THE_JVM, mode = ResourceAccessMode.READ)
public @interface SharesTheJvm {}
