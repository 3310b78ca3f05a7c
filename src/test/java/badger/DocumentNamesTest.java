package badger;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the documents name in backquotes exists: {@code package.Class}, {@code Class} and {@code Class.member}, each
 * perhaps behind {@code badger.}. A name that is no class of ours, such as a key of a message or a class of the JDK,
 * must occur in the code of some Java file: a name that was given up occurs in none. Comments are not code.
 */
final class DocumentNamesTest {
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern NAME =
            Pattern.compile("(?:badger\\.)?(?:(?<package>[a-z][a-z0-9]*)\\.)?(?<type>[A-Z][a-z0-9]+\\w*)"
                    + "(?:\\.(?<member>\\w+))?(?:\\(\\))?");
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?m)//[^\"\\n]*$", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("\\w+");
    private static final Pattern EXTENDS = Pattern.compile("\\b(?:class|interface) \\w+(?:<[^{]*>)? extends (\\w+)");

    /** Of others, and not in our code: what the paper leaves out of its JSON, and a limit of C2's. */
    private static final Set<String> OF_OTHERS = Set.of("LastSeen", "NodeCountInliningCutoff");

    /** A report of one day speaks of the classes of that day. */
    private static final Path REPORTS = Path.of("docs/measured");

    /** Each type's files, by its name: a test and a class may have the same. */
    private static final Map<String, List<Source>> TYPES = new HashMap<>();

    private static final Set<String> PACKAGES = new HashSet<>();
    private static final Set<String> WORDS = new HashSet<>();

    /** @param words all that are in its code */
    private record Source(String packageName, String parent, Set<String> words) {}

    @BeforeAll
    static void readSources() throws IOException {
        for (Path file : SourceTree.javaFilesAndBindings()) {
            String code = COMMENT.matcher(Files.readString(file)).replaceAll(" ");
            Set<String> words = new HashSet<>();
            WORD.matcher(code).results().forEach(match -> words.add(match.group()));
            Matcher parent = EXTENDS.matcher(code);
            String packageName = file.getParent().getFileName().toString();
            String type = file.getFileName().toString().replace(".java", "");
            TYPES.computeIfAbsent(type, name -> new ArrayList<>())
                    .add(new Source(packageName, parent.find() ? parent.group(1) : "", words));
            PACKAGES.add(packageName);
            WORDS.addAll(words);
        }
    }

    @Test
    void namesInDocumentsExist() throws IOException {
        List<String> stale = new ArrayList<>();
        for (Path document : SourceTree.documents()) {
            List<String> lines = Files.readAllLines(document);
            for (int i = 0; i < lines.size() && !document.startsWith(REPORTS); i++) {
                Matcher quoted = QUOTED.matcher(lines.get(i));
                while (quoted.find()) {
                    if (isStale(quoted.group(1))) {
                        stale.add(document + ":" + (i + 1) + ": " + quoted.group(1));
                    }
                }
            }
        }
        assertTrue(stale.isEmpty(), () -> "\n" + String.join("\n", stale));
    }

    @Test
    void aStaleNameIsFoundOut() {
        assertTrue(isStale("datapath.SourceRulesTest"), "another package");
        assertTrue(isStale("Source" + "RulezTest"), "no such type");
        assertTrue(isStale("SourceRulesTest.no" + "SuchTest"), "no such member");
        List<String> good = List.of(
                "badger.SourceRulesTest",
                "SourceRulesTest.filesAreFound",
                "MemorySegment",
                "VirtualIP",
                "netns",
                "example.org");
        good.forEach(name -> assertFalse(isStale(name), name));
    }

    private static boolean isStale(String quoted) {
        Matcher name = NAME.matcher(quoted);
        if (!name.matches() || OF_OTHERS.contains(name.group("type"))) {
            return false;
        }
        String inPackage = name.group("package");
        if (inPackage != null && !PACKAGES.contains(inPackage)) {
            return false;
        }
        List<Source> all = TYPES.getOrDefault(name.group("type"), List.of());
        if (all.isEmpty()) {
            return inPackage != null || !WORDS.contains(name.group("type"));
        }
        return all.stream()
                .filter(source -> inPackage == null || source.packageName().equals(inPackage))
                .noneMatch(source -> name.group("member") == null || hasWord(source, name.group("member")));
    }

    private static boolean hasWord(Source source, String word) {
        return source.words().contains(word)
                || TYPES.getOrDefault(source.parent(), List.of()).stream().anyMatch(parent -> hasWord(parent, word));
    }
}
