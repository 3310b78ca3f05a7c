package badger;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.testing.Mesh;
import badger.testing.MeshNode;
import badger.testing.NamespaceProcess;
import badger.testing.NeedsTools;
import badger.testing.Slow;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.platform.commons.annotation.Testable;

/**
 * Tests that are not quick say so by a tag, or {@code ./run.sh test --quick} would run them. Looks at all classes, as
 * {@link ParameterCountTest} does, so that they are read once for both.
 */
@AnalyzeClasses(packages = "badger")
final class TestTagsTest {
    private static final String MESH = "mesh";
    private static final String NETNS = "netns";

    private static final DescribedPredicate<JavaClass> ARE_TESTS = DescribedPredicate.describe(
            "are tests",
            type -> type.getMethods().stream()
                    .anyMatch(method ->
                            method.isAnnotatedWith(Testable.class) || method.isMetaAnnotatedWith(Testable.class)));

    @ArchTest
    static final ArchRule testsOfWholeNodesAreTagged = classes()
            .that(ARE_TESTS)
            .and()
            .resideInAPackage("badger.mesh..")
            .should()
            .beAnnotatedWith(tag(MESH));

    /** What other tests take of {@link MeshNode} is how it waits. */
    @ArchTest
    static final ArchRule otherTestsStartNoWholeNode = noClasses()
            .that(ARE_TESTS)
            .and()
            .resideOutsideOfPackage("badger.mesh..")
            .should()
            .accessTargetWhere(DescribedPredicate.describe(
                    "whole nodes are started",
                    (JavaAccess<?> access) -> access.getTargetOwner().isEquivalentTo(Mesh.class)
                            || (access.getTargetOwner().isEquivalentTo(MeshNode.class)
                                    && !access.getTarget().getName().equals("await"))));

    @ArchTest
    static final ArchRule testsInNamespacesAreTagged = classes()
            .that(ARE_TESTS)
            .and(DescribedPredicate.describe(
                    "make namespaces",
                    type -> type.getPackageName().equals("badger.e2e")
                            || type.getSimpleName().endsWith("E2eTest")
                            || type.getAccessesFromSelf().stream()
                                    .anyMatch(use -> use.getTargetOwner().isEquivalentTo(NamespaceProcess.class))))
            .should()
            .beAnnotatedWith(tag(NETNS));

    /** All other tags come with {@link Slow} and {@link NeedsTools}, which say why. */
    @ArchTest
    static void noOtherTagIsWritten(JavaClasses tests) {
        Set<String> written = new TreeSet<>();
        for (JavaClass test : tests) {
            if (!test.isEquivalentTo(Slow.class) && !test.isEquivalentTo(NeedsTools.class)) {
                Stream.concat(Stream.of(test), test.getMethods().stream())
                        .filter(each -> each.isAnnotatedWith(Tag.class))
                        .forEach(each ->
                                written.add(each.getAnnotationOfType(Tag.class).value()));
            }
        }
        assertEquals(Set.of(MESH, NETNS), written);
    }

    private static DescribedPredicate<JavaAnnotation<?>> tag(String name) {
        return DescribedPredicate.describe(
                "@Tag(\"" + name + "\")",
                annotation -> annotation.getRawType().isEquivalentTo(Tag.class)
                        && annotation.as(Tag.class).value().equals(name));
    }
}
