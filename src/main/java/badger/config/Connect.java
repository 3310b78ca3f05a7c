package badger.config;

import java.util.Arrays;
import java.util.Locale;

/** When a node opens its sessions: what {@code --connect} takes. */
public enum Connect {
    /** Eager as long as there are few nodes, else on demand. */
    AUTO,
    EAGER,
    ON_DEMAND;

    /** Judges {@code --connect}, null where it was not given. */
    static Connect parse(String text) throws ConfigException {
        if (text == null) {
            return AUTO;
        }
        return Arrays.stream(values())
                .filter(each -> each.word().equals(text))
                .findFirst()
                .orElseThrow(() -> new ConfigException(
                        "--connect " + Printable.text(text) + " is unknown: give auto, eager or on-demand"));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
