package badger.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names, and Java's. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "badger " + (version == null ? "development" : version) + " (Java " + Runtime.version() + ")"
        };
    }
}
