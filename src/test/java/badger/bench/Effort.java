package badger.bench;

import java.util.List;

/**
 * How long and how often is measured.
 *
 * @param seconds of each TCP test and each series of pings
 * @param omittedSeconds at the start of each TCP test that do not count
 * @param longestWarmUpSeconds for how long at most a path carries TCP each way before it is measured
 * @param udpRates at how many rates the search for the highest one without loss tries at most
 * @param blocks what is measured in each round
 */
record Effort(int rounds, int seconds, int omittedSeconds, int longestWarmUpSeconds, int udpRates, List<Block> blocks) {
    Effort {
        blocks = List.copyOf(blocks);
    }

    static Effort full(int rounds, int seconds) {
        return new Effort(rounds, seconds, 1, 60, 7, List.of(Block.values()));
    }

    /** A smoke run: one round, one second each, TCP, UDP and round trips once; its figures are no ground for claims. */
    static Effort quick() {
        return new Effort(1, 1, 0, 1, 3, List.of(Block.TCP_1, Block.UDP_1400, Block.ROUND_TRIPS));
    }

    /** For how long a path carries TCP each way before it is measured, if it asks for so many seconds. */
    int warmUpSeconds(int wanted) {
        return Math.min(wanted, longestWarmUpSeconds);
    }

    int udpSeconds() {
        return Math.max(1, seconds / 2);
    }

    /**
     * The share of a rate at which a search ends. RFC 2544 searches to the last packet; samples of one second do not
     * tell closer rates apart.
     */
    double udpResolution() {
        return 0.04;
    }
}
