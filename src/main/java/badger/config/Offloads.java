package badger.config;

import java.util.EnumSet;
import java.util.Set;

/**
 * The work that the user allows the kernel and Badger to leave to each other, or to the record's tag
 * ({@code --offload}). Offloads that the kernel lacks are not used.
 */
public record Offloads(Set<Offload> chosen) {
    /** One word of the user's list. */
    public enum Offload {
        /** TCP super-packets at the TUN. */
        TSO("tso"),
        /** UDP super-packets at the TUN. */
        USO("uso"),
        /** Many datagrams in one send. */
        GSO("gso"),
        /** Many datagrams in one receive. */
        GRO("gro"),
        /** Inner TCP and UDP checksums stay unfinished between nodes that agree, since the record's tag covers them. */
        CHECKSUM("checksum"),
        /** No send consists only of equally long datagrams, which some kernels corrupt. Not part of {@code all}. */
        TAIL("tail");

        private final String word;

        Offload(String word) {
            this.word = word;
        }
    }

    public static final Offloads ALL = new Offloads(EnumSet.complementOf(EnumSet.of(Offload.TAIL)));
    public static final Offloads NONE = new Offloads(Set.of());

    public Offloads {
        chosen = Set.copyOf(chosen);
    }

    public boolean has(Offload offload) {
        return chosen.contains(offload);
    }

    /**
     * Reads {@code all}, {@code none} or a list of names. A name after a minus sign is left out. If the list begins
     * with such a name or with {@code all}, it begins with all offloads.
     *
     * @param text null means all
     */
    static Offloads parse(String text) throws ConfigException {
        if (text == null || text.equals("all")) {
            return ALL;
        }
        if (text.equals("none")) {
            return NONE;
        }
        Set<Offload> chosen = EnumSet.noneOf(Offload.class);
        boolean beginsWithAll = text.startsWith("all,");
        if (beginsWithAll || text.startsWith("-")) {
            chosen.addAll(ALL.chosen);
        }
        for (String word : text.substring(beginsWithAll ? "all,".length() : 0).split(",", -1)) {
            boolean isLeftOut = word.startsWith("-");
            Offload offload = named(isLeftOut ? word.substring(1) : word, text);
            if (isLeftOut) {
                chosen.remove(offload);
            } else {
                chosen.add(offload);
            }
        }
        return new Offloads(chosen);
    }

    private static Offload named(String word, String text) throws ConfigException {
        for (Offload offload : Offload.values()) {
            if (offload.word.equals(word)) {
                return offload;
            }
        }
        throw new ConfigException("--offload " + Printable.text(text)
                + " is not a list of offloads: give all, none, some of tso,uso,gso,gro,checksum,tail,"
                + " or all without some, such as all,-uso");
    }
}
