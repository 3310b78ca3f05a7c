package badger.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program a test runs: its lines are read as they come, and it is killed when the test is done. */
public final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    private ChildProcess(ProcessBuilder builder) {
        try {
            process = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(this::readAll);
    }

    /**
     * Starts a program that a Debian package brings.
     *
     * @throws AssertionError that names the package if the program is missing
     */
    public static ChildProcess start(String debianPackage, String... command) {
        requireProgram(command[0], debianPackage);
        return new ChildProcess(new ProcessBuilder(command));
    }

    /** Starts a main class of this build's tests in a JVM of its own, with {@code flags} for that JVM. */
    public static ChildProcess startJava(Class<?> mainClass, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass.getName()));
        command.addAll(List.of(arguments));
        return new ChildProcess(new ProcessBuilder(command));
    }

    /** Runs a program to its end and fails the test unless it succeeds. */
    public static void run(String debianPackage, Map<String, String> environment, Path directory, String... command)
            throws InterruptedException {
        requireProgram(command[0], debianPackage);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        try (ChildProcess child = new ChildProcess(builder)) {
            if (!child.process.waitFor(240, TimeUnit.SECONDS) || child.process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed (is the Debian package " + debianPackage
                        + " installed?): " + child.seen);
            }
        }
    }

    private static void requireProgram(String program, String debianPackage) {
        boolean isThere = program.startsWith("/")
                ? Files.isExecutable(Path.of(program))
                : List.of(System.getenv("PATH").split(":", -1)).stream()
                        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
        if (!isThere) {
            throw new AssertionError("this test needs " + program + ": install the Debian package " + debianPackage);
        }
    }

    /** Waits for a line that contains the text, and returns it. */
    public String awaitLine(String text) throws InterruptedException {
        return awaitLine(text, 20);
    }

    /** As {@link #awaitLine(String)}, with a patience of its own. */
    public String awaitLine(String text, long seconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long left = deadline - System.nanoTime();
        while (left > 0) {
            String line = lines.poll(left, TimeUnit.NANOSECONDS);
            if (line != null && line.contains(text)) {
                return line;
            }
            left = deadline - System.nanoTime();
        }
        throw new AssertionError("no line with \"" + text + "\" in " + seen);
    }

    public void writeLine(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Everything the program has written so far. */
    public List<String> output() {
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    /** The exit code of a program that ends by itself within the time. */
    public int awaitExitCode(long seconds) throws InterruptedException {
        if (!awaitExit(seconds)) {
            throw new AssertionError("the program does not end: " + output());
        }
        return process.exitValue();
    }

    /** Whether the program has ended by itself within the time. */
    public boolean awaitExit(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    private void readAll() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            while (line != null) {
                seen.add(line);
                lines.add(line);
                line = reader.readLine();
            }
        } catch (IOException closed) {
            seen.add("(" + closed.getMessage() + ")");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
