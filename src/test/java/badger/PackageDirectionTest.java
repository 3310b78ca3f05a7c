package badger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.linux.VirtioNetHeader;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The imports of the program point the way that {@link PackageTable} says, and the documents say the same. */
@AnalyzeClasses(packages = "badger", importOptions = ImportOption.DoNotIncludeTests.class)
final class PackageDirectionTest {
    /** A row of the table of docs/ARCHITECTURE.md: package, what it holds, what it may import. */
    private static final Pattern ROW = Pattern.compile("^\\| `\\.?([a-z]+)` \\| .* \\| (.*) \\|$", Pattern.MULTILINE);

    /** An arrow of the picture there. */
    private static final Pattern ARROW = Pattern.compile("^ +([a-z]+) --> ([a-z& ]+)$", Pattern.MULTILINE);

    /** Where each class is to be understood without those that use it. */
    private static final Set<String> WITHOUT_CLASS_CYCLES = Set.of("connect", "path", "session", "peer");

    @ArchTest
    static void importsPointOneWay(JavaClasses program) {
        List<String> wrong = new ArrayList<>();
        imports(program)
                .forEach((from, all) -> all.forEach((to, where) -> {
                    if (!PackageTable.rows().getOrDefault(from, List.of()).contains(to)) {
                        wrong.add(from + " -> " + to + ": " + where);
                    }
                }));
        assertEquals(List.of(), wrong);
    }

    /** A permission that nobody needs is one that somebody will use. */
    @ArchTest
    static void everyPermissionIsUsed(JavaClasses program) {
        Map<String, Map<String, String>> imports = imports(program);
        List<String> unused = new ArrayList<>();
        PackageTable.rows()
                .forEach((from, all) -> all.stream()
                        .filter(to -> !imports.getOrDefault(from, Map.of()).containsKey(to))
                        .forEach(to -> unused.add(from + " -> " + to)));
        assertEquals(List.of(), unused);
    }

    @ArchTest
    static void everyPackageIsInTheTable(JavaClasses program) {
        Set<String> found = new TreeSet<>();
        program.forEach(each -> found.add(packageOf(each)));
        assertEquals(new TreeSet<>(PackageTable.rows().keySet()), found);
    }

    @ArchTest
    static final ArchRule packagesHaveNoCycle =
            SlicesRuleDefinition.slices().matching("badger.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule classesOfAPeersLifeHaveNoCycle = SlicesRuleDefinition.slices()
            .assignedFrom(new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass each) {
                    return WITHOUT_CLASS_CYCLES.contains(packageOf(each))
                            ? SliceIdentifier.of(topLevel(each).getName())
                            : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                    return "the classes of " + WITHOUT_CLASS_CYCLES;
                }
            })
            .should()
            .beFreeOfCycles();

    @ArchTest
    static void theTableOfTheDocumentIsThisOne(JavaClasses program) throws IOException {
        Map<String, Set<String>> documented = new TreeMap<>();
        String text = architecture();
        Matcher rows = ROW.matcher(text.substring(0, text.indexOf("Why some things are where they are")));
        while (rows.find()) {
            Set<String> names =
                    new TreeSet<>(List.of(rows.group(2).replace("`", "").split("[ ,]+")));
            names.remove("-");
            documented.put(rows.group(1), names);
        }
        Map<String, Set<String>> expected = new TreeMap<>();
        PackageTable.rows().forEach((from, all) -> expected.put(from, new TreeSet<>(all)));
        assertEquals(expected, documented);
        assertTrue(program.size() > 0);
    }

    /** The picture leaves out what every package may import, or nobody could read it. */
    @ArchTest
    static void thePictureOfTheDocumentShowsTheImports(JavaClasses program) throws IOException {
        String text = architecture();
        int start = text.indexOf("```mermaid\nflowchart TD");
        assertTrue(start >= 0, "docs/ARCHITECTURE.md has no picture of the packages");
        Map<String, Set<String>> drawn = new TreeMap<>();
        Matcher arrows = ARROW.matcher(text.substring(start, text.indexOf("```\n", start + 3)));
        while (arrows.find()) {
            drawn.computeIfAbsent(arrows.group(1), _ -> new TreeSet<>())
                    .addAll(List.of(arrows.group(2).split(" & ")));
        }
        Map<String, Set<String>> expected = new TreeMap<>();
        imports(program).forEach((from, all) -> {
            Set<String> shown = new TreeSet<>(all.keySet());
            shown.removeAll(PackageTable.EVERYWHERE);
            if (!shown.isEmpty()) {
                expected.put(from, shown);
            }
        });
        assertEquals(expected, drawn);
    }

    @ArchTest
    static final ArchRule onlyHandshakesUseBouncyCastle = onlyIn("badger.handshake..", "org.bouncycastle..");

    @ArchTest
    static final ArchRule onlyMessagesAndStatusUseJson = ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackages("badger.message..", "badger.status..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.eclipsesource.json..");

    @ArchTest
    static final ArchRule onlyLinuxLinksNativeCode = ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackages("badger.linux..", "badger.bindings..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.foreign.Linker")
            .allowEmptyShould(true);

    /** Of all kernel formats the data path knows the one that stands before each packet; the rest is for the seams. */
    @ArchTest
    static final ArchRule dataPathMakesNoSystemCalls = ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage("badger.datapath..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("badger.linux..")
                    .and(DescribedPredicate.not(JavaClass.Predicates.type(VirtioNetHeader.class))))
            .allowEmptyShould(true);

    private static ArchRule onlyIn(String home, String library) {
        return ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true);
    }

    /** Which package uses which, and for each pair the first place that does. */
    private static Map<String, Map<String, String>> imports(JavaClasses program) {
        Map<String, Map<String, String>> found = new TreeMap<>();
        for (JavaClass each : program) {
            for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                String from = packageOf(each);
                boolean isOurs = target.getPackageName().equals("badger")
                        || target.getPackageName().startsWith("badger.");
                if (isOurs && !from.equals(packageOf(target))) {
                    found.computeIfAbsent(from, _ -> new TreeMap<>())
                            .merge(packageOf(target), dependency.getDescription(), PackageDirectionTest::first);
                }
            }
        }
        return found;
    }

    private static String first(String a, String b) {
        return Comparator.<String>naturalOrder().compare(a, b) <= 0 ? a : b;
    }

    /** The part after {@code badger.}, or the root's own name. */
    private static String packageOf(JavaClass each) {
        String name = each.getPackageName();
        if (!name.startsWith("badger.")) {
            return PackageTable.ROOT;
        }
        int end = name.indexOf('.', "badger.".length());
        return end < 0 ? name.substring("badger.".length()) : name.substring("badger.".length(), end);
    }

    private static JavaClass topLevel(JavaClass each) {
        JavaClass outer = each;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }

    private static String architecture() throws IOException {
        return Files.readString(Path.of("docs/ARCHITECTURE.md"));
    }
}
