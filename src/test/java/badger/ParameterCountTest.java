package badger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What takes many values is told them by name. Beyond eight, only a record has a constructor for all of its values, and
 * only its own class calls it, in its {@code with} methods or its builder.
 */
@AnalyzeClasses(packages = "badger")
final class ParameterCountTest {
    /** A call to seal or to open a record names two places of memory, and takes this many. */
    private static final int MOST_PARAMETERS = 8;

    /** Not written by hand. */
    private static final Set<String> GENERATED = Set.of("bindings", "jmh_generated");

    /** The values of a message or a report are those of one JSON document, and are written and read in its order. */
    private static final Set<String> DOCUMENTS = Set.of("badger.message", "badger.status");

    @ArchTest
    static void onlyRecordsHaveMoreValues(JavaClasses all) {
        List<String> wrong = large(all)
                .filter(each -> !(each.isConstructor() && each.getOwner().isRecord()))
                .map(JavaCodeUnit::getFullName)
                .toList();
        assertEquals(List.of(), wrong);
    }

    @ArchTest
    static void onlyTheRecordItselfCallsItsLargeConstructor(JavaClasses all) {
        List<String> wrong = large(all)
                .filter(each -> !DOCUMENTS.contains(each.getOwner().getPackageName()))
                .flatMap(each -> each.getAccessesToSelf().stream())
                .filter(access -> topLevel(access.getOriginOwner()) != topLevel(access.getTargetOwner()))
                .map(access -> access.getDescription())
                .toList();
        assertEquals(List.of(), wrong);
    }

    private static Stream<JavaCodeUnit> large(JavaClasses all) {
        return all.stream()
                .filter(each -> GENERATED.stream().noneMatch(each.getPackageName()::contains))
                // The compiler's constructors of these take what they use from around them.
                .filter(each -> !each.isAnonymousClass() && !each.isLocalClass())
                .flatMap(each -> each.getCodeUnits().stream())
                .filter(each -> !each.getModifiers().contains(JavaModifier.SYNTHETIC))
                .filter(each -> each.getRawParameterTypes().size() > MOST_PARAMETERS);
    }

    private static JavaClass topLevel(JavaClass each) {
        JavaClass outer = each;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }
}
