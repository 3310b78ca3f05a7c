package badger;

/** Entry point of both programs: the node (bare flags) and the IEX server ({@code iex}). */
public final class Badger {
    private Badger() {}

    public static void main(String[] arguments) {
        System.exit(0);
    }
}
