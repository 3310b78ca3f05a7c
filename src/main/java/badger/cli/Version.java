package badger.cli;

import picocli.CommandLine.IVersionProvider;

/** From the jar's manifest. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "badger " + (version == null ? "development" : version) + " (Java " + Runtime.version() + ")"
        };
    }
}
