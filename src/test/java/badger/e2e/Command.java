package badger.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands that end by themselves, each within a deadline. */
public final class Command {
    /** What a command left behind: its exit status and everything it printed, both streams in one. */
    public record Outcome(int status, String output) {
        public boolean succeeded() {
            return status == 0;
        }
    }

    private Command() {}

    /** Runs a command to its end; kills it and throws when it takes longer than the deadline. */
    public static Outcome run(Duration deadline, List<String> words) {
        try {
            Path output = Files.createTempFile("badger-command", ".out");
            try {
                Process process = new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                process.getOutputStream().close();
                if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError(
                            String.join(" ", words) + ": not done within " + deadline + "\n" + read(output));
                }
                return new Outcome(process.exitValue(), read(output));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + String.join(" ", words), e);
        }
    }

    /** The same, and throws when the command fails; returns what it printed. */
    public static String require(Duration deadline, List<String> words) {
        Outcome outcome = run(deadline, words);
        if (!outcome.succeeded()) {
            throw new AssertionError(
                    String.join(" ", words) + ": exit status " + outcome.status() + "\n" + outcome.output());
        }
        return outcome.output();
    }

    private static String read(Path output) throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
