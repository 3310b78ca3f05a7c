package badger.config;

import java.util.List;

/**
 * What the user lets the kernel and Badger leave to each other, as far as the kernel can; {@code --offload}.
 *
 * @param tso TCP super-packets at the TUN
 * @param uso UDP super-packets at the TUN
 * @param gso many datagrams in one send
 * @param gro many datagrams in one receive
 */
public record Offloads(boolean tso, boolean uso, boolean gso, boolean gro) {
    public static final Offloads ALL = new Offloads(true, true, true, true);
    public static final Offloads NONE = new Offloads(false, false, false, false);

    private static final List<String> NAMES = List.of("tso", "uso", "gso", "gro");

    /** @param text null for all */
    static Offloads parse(String text) throws ConfigException {
        if (text == null || text.equals("all")) {
            return ALL;
        }
        if (text.equals("none")) {
            return NONE;
        }
        List<String> names = List.of(text.split(",", -1));
        if (!NAMES.containsAll(names)) {
            throw new ConfigException("--offload " + Printable.text(text)
                    + " is not a list of offloads: give all, none, or some of tso,uso,gso,gro");
        }
        return new Offloads(names.contains("tso"), names.contains("uso"), names.contains("gso"), names.contains("gro"));
    }
}
