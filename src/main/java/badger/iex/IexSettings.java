package badger.iex;

import java.time.Duration;

/**
 * How an IEX server behaves. {@link #DEFAULTS} are the paper's numbers if it names any. Immutable.
 *
 * @param port the UDP port, 0 for one that the system chooses
 * @param probePort the UDP port at which nodes ask how they are seen; 0 for none, {@link #NEXT_PORT} for the one after
 *     {@code port}
 * @param timeout a node is taken off the map when its last heartbeat is longer ago than this (paper row P34)
 * @param mapInterval the map goes out at least this often (P30); {@code --relay-interval}, as the paper calls it
 * @param purgeInterval the time between searches for silent nodes; the paper searches every 30 s, so that a dead node
 *     may stay on the map for 60 s (P35)
 * @param coalescing changes within this time share one map (P30)
 * @param changeGap the shortest time between two rounds of maps that changes cause
 * @param holderSilence a holder that is silent for longer than this loses its address to another claimant (P20): one
 *     heartbeat and some slack
 * @param maximumNodes further nodes are refused
 * @param maximumNodesPerAddress further nodes from one public IPv4 address or IPv6 /64 are refused; loopback is exempt
 * @param maximumBytesPerSecond the rate of all maps together
 * @param writesBothSpellings whether maps also carry the paper's {@code VirutalIP} (P24)
 * @param relayBytesPerSecond the rate of all relayed datagrams together; 0 for no relay, as in the paper (P2)
 */
public record IexSettings(
        int port,
        int probePort,
        Duration timeout,
        Duration mapInterval,
        Duration purgeInterval,
        Duration coalescing,
        Duration changeGap,
        Duration holderSilence,
        int maximumNodes,
        int maximumNodesPerAddress,
        long maximumBytesPerSecond,
        boolean writesBothSpellings,
        long relayBytesPerSecond) {

    /** Stands for the probe port that follows the main one. */
    public static final int NEXT_PORT = -1;

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    public static final IexSettings DEFAULTS = builder().build();

    /** The rate of a relay if the user asks for one without a rate. */
    public static final long RELAY_BYTES_PER_SECOND = 10_000_000;

    /** @throws IllegalArgumentException with a sentence for the user, if a value makes no sense */
    public IexSettings {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
        if (probePort < NEXT_PORT || probePort > 0xFFFF || (probePort > 0 && probePort == port)) {
            throw new IllegalArgumentException(
                    "the probe port " + probePort + " is not between 0 and 65535, or is the server's other port");
        }
        requireSensible("timeout", timeout);
        requireSensible("relay interval", mapInterval);
        requireSensible("purge interval", purgeInterval);
        requireSensible("coalescing", coalescing);
        requireSensible("change gap", changeGap);
        requireSensible("holder silence", holderSilence);
        if (mapInterval.compareTo(timeout) > 0) {
            throw new IllegalArgumentException("the relay interval is longer than the timeout");
        }
        if (maximumNodes < 1 || maximumNodes > 65_536) {
            throw new IllegalArgumentException("the number of nodes is not between 1 and 65536");
        }
        if (maximumNodesPerAddress < 1) {
            throw new IllegalArgumentException("the number of nodes per address is not at least 1");
        }
        if (maximumBytesPerSecond < 100_000 || maximumBytesPerSecond > 1_000_000_000) {
            throw new IllegalArgumentException("the rate of maps is not between 100 kB/s and 1 GB/s");
        }
        if (relayBytesPerSecond < 0 || relayBytesPerSecond > 1_000_000_000) {
            throw new IllegalArgumentException("the rate of the relay is not between 1 MB/s and 1 GB/s");
        }
    }

    /** The defaults, to be changed by name. */
    public static Builder builder() {
        return new Builder();
    }

    /** These settings, to be changed by name. */
    private Builder change() {
        return new Builder()
                .port(port)
                .probePort(probePort)
                .timeout(timeout)
                .mapInterval(mapInterval)
                .purgeInterval(purgeInterval)
                .coalescing(coalescing)
                .changeGap(changeGap)
                .holderSilence(holderSilence)
                .maximumNodes(maximumNodes)
                .maximumNodesPerAddress(maximumNodesPerAddress)
                .maximumBytesPerSecond(maximumBytesPerSecond)
                .writesBothSpellings(writesBothSpellings)
                .relayBytesPerSecond(relayBytesPerSecond);
    }

    public IexSettings withPort(int otherPort) {
        return change().port(otherPort).build();
    }

    /** The same settings with another relay rate; 0 for no relay. */
    public IexSettings withRelay(long bytesPerSecond) {
        return change().relayBytesPerSecond(bytesPerSecond).build();
    }

    private static void requireSensible(String name, Duration duration) {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the " + name + " is not between 1 ms and 1 day");
        }
    }

    /** Settings by name; they are judged together by {@link #build}. Used by one thread. */
    public static final class Builder {
        private int port = 9944;
        private int probePort = NEXT_PORT;
        private Duration timeout = Duration.ofSeconds(30);
        private Duration mapInterval = Duration.ofSeconds(5);
        private Duration purgeInterval = Duration.ofSeconds(1);
        private Duration coalescing = Duration.ofMillis(50);
        private Duration changeGap = Duration.ofMillis(250);
        private Duration holderSilence = Duration.ofMillis(7500);
        private int maximumNodes = 4096;
        private int maximumNodesPerAddress = 64;
        private long maximumBytesPerSecond = 50_000_000;
        private boolean writesBothSpellings;
        private long relayBytesPerSecond;

        private Builder() {}

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder probePort(int value) {
            probePort = value;
            return this;
        }

        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        public Builder mapInterval(Duration value) {
            mapInterval = value;
            return this;
        }

        public Builder purgeInterval(Duration value) {
            purgeInterval = value;
            return this;
        }

        public Builder coalescing(Duration value) {
            coalescing = value;
            return this;
        }

        public Builder changeGap(Duration value) {
            changeGap = value;
            return this;
        }

        public Builder holderSilence(Duration value) {
            holderSilence = value;
            return this;
        }

        public Builder maximumNodes(int value) {
            maximumNodes = value;
            return this;
        }

        public Builder maximumNodesPerAddress(int value) {
            maximumNodesPerAddress = value;
            return this;
        }

        public Builder maximumBytesPerSecond(long value) {
            maximumBytesPerSecond = value;
            return this;
        }

        public Builder writesBothSpellings(boolean value) {
            writesBothSpellings = value;
            return this;
        }

        public Builder relayBytesPerSecond(long value) {
            relayBytesPerSecond = value;
            return this;
        }

        /**
         * Judges the values together.
         *
         * @throws IllegalArgumentException with a sentence for the user, if one makes no sense
         */
        public IexSettings build() {
            return new IexSettings(
                    port,
                    probePort,
                    timeout,
                    mapInterval,
                    purgeInterval,
                    coalescing,
                    changeGap,
                    holderSilence,
                    maximumNodes,
                    maximumNodesPerAddress,
                    maximumBytesPerSecond,
                    writesBothSpellings,
                    relayBytesPerSecond);
        }
    }
}
