package badger.testing;

/** How many random cases a test tries. */
public final class RandomCases {
    /** Set by {@code ./run.sh test --quick}. */
    private static final boolean IS_QUICK = Boolean.getBoolean("badger.quick");

    private RandomCases() {}

    /** Returns {@code all}, or a tenth of it where {@code -Dbadger.quick=true} is given. */
    public static int of(int all) {
        return IS_QUICK ? all / 10 : all;
    }
}
