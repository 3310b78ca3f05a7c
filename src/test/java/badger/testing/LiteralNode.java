package badger.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The program of {@code src/test/go/literal_node.go}: a node built to the letter of the paper, in Go on pion/dtls. */
public final class LiteralNode {
    /** The Debian package with what it is built on. */
    public static final String PACKAGE = "golang-github-pion-dtls.v2-dev";

    private static final Path PROGRAM = Path.of("target", "literal_node").toAbsolutePath();

    private LiteralNode() {}

    /** Builds it; returns the program's path. */
    public static Path build() throws IOException, InterruptedException {
        Files.createDirectories(PROGRAM.getParent());
        ChildProcess.run(
                "golang-go and " + PACKAGE,
                Map.of("GO111MODULE", "off", "GOPATH", "/usr/share/gocode", "GOFLAGS", ""),
                Path.of("src", "test", "go"),
                "go",
                "build",
                "-o",
                PROGRAM.toString(),
                "literal_node.go");
        return PROGRAM;
    }
}
