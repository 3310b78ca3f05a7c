package badger.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command line with its environment: run to its end, or started to go on beside us.
 *
 * @param words program and arguments
 * @param environment what is added to our own environment
 */
record Command(List<String> words, Map<String, String> environment) {
    /** What a command left behind: its exit status and everything it printed, both streams in one. */
    record Outcome(int status, String output) {
        boolean succeeded() {
            return status == 0;
        }

        /** The last line that says something, for a message. */
        String lastLine() {
            return output.lines()
                    .filter(line -> !line.isBlank())
                    .reduce((earlier, later) -> later)
                    .orElse("no output");
        }
    }

    static Command of(String... words) {
        return new Command(List.of(words), Map.of());
    }

    /** The same command, started in a network namespace; its process is the command itself, not a parent of it. */
    Command inside(String namespace) {
        List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        inside.addAll(words);
        return new Command(inside, environment);
    }

    /** Runs to the end; kills the command and throws when it takes longer than the deadline. */
    Outcome run(Duration deadline) {
        try {
            Path output = Files.createTempFile("badger-bench", ".out");
            try {
                Process process = start(output.toFile());
                try {
                    if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                        throw new BenchException(this + ": not done within " + deadline.toSeconds() + " s");
                    }
                    return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
                } finally {
                    process.destroyForcibly().waitFor();
                }
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new BenchException(this + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted: " + this, e);
        }
    }

    /** The same, and throws when the command fails; returns what it printed, without the last line's end. */
    String require(Duration deadline) {
        Outcome outcome = run(deadline);
        if (!outcome.succeeded()) {
            throw new BenchException(this + ": exit status " + outcome.status() + "\n" + outcome.output());
        }
        return outcome.output().strip();
    }

    /** Starts the command and returns at once; both its streams are appended to the log. */
    Process startInBackground(Path log) {
        try {
            return start(log.toFile());
        } catch (IOException e) {
            throw new BenchException(this + ": " + e.getMessage(), e);
        }
    }

    private Process start(File output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output));
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C"); // numbers with a point
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
