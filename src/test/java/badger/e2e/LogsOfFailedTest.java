package badger.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Prints the end of every log of a test's processes when the test fails. The whole logs stay in target/e2e-logs. */
final class LogsOfFailedTest implements BeforeEachCallback, TestExecutionExceptionHandler {
    private static final int LINES = 40;
    /** A test has a time limit and so a thread of its own, which inherits the list. Others may run at the same time. */
    private static final ThreadLocal<List<Path>> LOGS = new InheritableThreadLocal<>();

    static void add(Path log) {
        if (LOGS.get() != null) {
            LOGS.get().add(log);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        LOGS.set(Collections.synchronizedList(new ArrayList<>()));
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        System.err.println("--- " + context.getDisplayName() + " failed: " + failure.getMessage());
        for (Path log : LOGS.get()) {
            print(log);
        }
        throw failure;
    }

    private static void print(Path log) {
        System.err.println("--- the end of " + log);
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            lines.subList(Math.max(0, lines.size() - LINES), lines.size()).forEach(System.err::println);
        } catch (IOException e) {
            System.err.println("(unreadable: " + e.getMessage() + ")");
        }
    }
}
