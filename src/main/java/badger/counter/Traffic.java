package badger.counter;

import java.util.Locale;

/**
 * What the data path counts of its work; {@link DropReason} has what it drops. Each writing thread counts in a {@link
 * Tally} of its own, and {@link Tallies} adds them up.
 */
public enum Traffic {
    // From this host to the mesh.
    TUN_READS(Section.OUT, "reads of the TUN"),
    TUN_READ_BYTES(Section.OUT, "bytes read from the TUN"),
    TUN_READ_SUPER_PACKETS(Section.OUT, "super-packets read from the TUN"),
    RECORDS_SEALED(Section.OUT, "records sealed"),
    SEALED_BYTES(Section.OUT, "bytes of packets in them"),
    SENDS(Section.OUT, "sends of records"),
    DATAGRAMS_SENT(Section.OUT, "datagrams sent"),
    BYTES_SENT(Section.OUT, "bytes sent"),
    SENDS_REFUSED(Section.OUT, "sends refused, no room"),
    SEGMENTATION_FALLBACKS(Section.OUT, "batches sent one by one"),
    TOO_BIG_ANSWERS(Section.OUT, "answers that a packet is too big"),

    // From the mesh to this host.
    RECEIVES(Section.IN, "receives"),
    DATAGRAMS_RECEIVED(Section.IN, "datagrams received"),
    BYTES_RECEIVED(Section.IN, "bytes received"),
    RECORDS_OPENED(Section.IN, "records opened"),
    OPENED_BYTES(Section.IN, "bytes of packets in them"),
    TUN_WRITES(Section.IN, "writes to the TUN"),
    TUN_WRITTEN_SEGMENTS(Section.IN, "segments written to the TUN"),
    TUN_WRITTEN_BYTES(Section.IN, "bytes written to the TUN"),
    TUN_WRITTEN_SUPER_PACKETS(Section.IN, "super-packets written to the TUN"),

    // Ends of waits.
    TUN_READER_WAKE_UPS(Section.WAKE_UPS, "of the TUN's reader"),
    PEER_WAKE_UPS(Section.WAKE_UPS, "of peers' threads"),
    POLLER_WAKE_UPS(Section.WAKE_UPS, "by the poller, one for a socket"),
    MAIN_SOCKET_WAKE_UPS(Section.WAKE_UPS, "of the main socket's reader");

    /** The heading under which a count is shown. */
    public enum Section {
        OUT("From this host to the mesh"),
        IN("From the mesh to this host"),
        WAKE_UPS("Wake-ups");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    private final Section section;
    private final String description;

    Traffic(Section section, String description) {
        this.section = section;
        this.description = description;
    }

    public Section section() {
        return section;
    }

    /** A few words for people. */
    public String description() {
        return description;
    }

    /** The name for programs, such as {@code tun_reads}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
