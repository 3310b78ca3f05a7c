package badger.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** A process in a namespace that runs beside the test. Its output goes to a file, which a failing test prints. */
public final class BackgroundProcess implements AutoCloseable {
    private static final Path LOGS = Path.of("target/e2e-logs");
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration POLL = Duration.ofMillis(20);

    private final NetworkNamespace namespace;
    private final Path log;
    private final Process process;

    BackgroundProcess(NetworkNamespace namespace, String name, List<String> command) {
        this.namespace = namespace;
        try {
            Files.createDirectories(LOGS);
            log = LOGS.resolve(String.format("%03d-%s.log", COUNT.incrementAndGet(), name));
            process = new ProcessBuilder(namespace.inside(command))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LogsOfFailedTest.add(log);
    }

    public NetworkNamespace namespace() {
        return namespace;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the log matches the regular expression somewhere. */
    public void awaitLog(String expression, Duration deadline) {
        Pattern pattern = Pattern.compile(expression);
        await(
                "a log line like " + expression,
                deadline,
                () -> pattern.matcher(log()).find());
    }

    /** Polls until the condition holds; throws at the deadline, or at once when the process has ended. */
    public void await(String what, Duration deadline, BooleanSupplier condition) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() && !condition.getAsBoolean()) {
                throw new AssertionError(this + " ended with " + process.exitValue() + " before " + what);
            }
            if (System.nanoTime() > end) {
                throw new AssertionError(this + ": not within " + deadline + ": " + what);
            }
            pause(POLL);
        }
    }

    /** Sends SIGTERM; returns the exit status. */
    public int stop(Duration deadline) {
        process.destroy();
        return awaitExit(deadline);
    }

    /** Sends SIGINT, as Ctrl-C does; returns the exit status. */
    public int interrupt(Duration deadline) {
        Command.require(Duration.ofSeconds(5), List.of("kill", "-INT", Long.toString(pid())));
        return awaitExit(deadline);
    }

    /** Sends SIGKILL and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(10));
    }

    /** Waits for the process to end by itself; returns its exit status. */
    public int awaitExit(Duration deadline) {
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(this + ": still running after " + deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + this, e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return log.getFileName() + " (pid " + pid() + ")";
    }

    public static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
