package badger.bench;

import java.util.List;
import java.util.Map;

/**
 * Everything about a run that is not a sample.
 *
 * @param started in ISO 8601
 * @param command the command line that repeats it
 * @param machine name and value, in the order of the report
 * @param absent the paths that could not be compared here, with the reason
 */
record RunDescription(
        String started,
        String command,
        Map<String, String> machine,
        Effort effort,
        List<ComparedPath> paths,
        Map<String, String> absent) {
    /** A path that was measured; {@code where} is its folder in the source tree. */
    record ComparedPath(String name, String title, String version, String settings, String where) {
        static ComparedPath of(PathScript script, String version) {
            return new ComparedPath(script.name(), script.title(), version, script.settings(), script.where());
        }
    }

    RunDescription {
        paths = List.copyOf(paths);
    }
}
