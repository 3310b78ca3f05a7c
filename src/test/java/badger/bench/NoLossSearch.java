package badger.bench;

/**
 * The highest rate a path carries with under 0.5 % loss, in the manner of RFC 2544, section 26.1: trials at steady
 * rates, halving the interval between the highest rate that passed and the lowest that did not. (RFC 2544 wants no loss
 * at all and trials of a minute. On a shared machine nothing would ever pass. For the same reason a trial that fails
 * gets a second chance.)
 *
 * @param resolution the search ends when the interval is smaller than this share of its upper end
 * @param mostRates and at the latest after so many rates, the flood not counted
 */
record NoLossSearch(double resolution, int mostRates) {
    static final double TOLERATED_LOSS = 0.005;

    /** Sends at a rate for the length of one trial. */
    @FunctionalInterface
    interface Path {
        Trial send(double packetsPerSecond);
    }

    /**
     * What one trial showed, in packets per second.
     *
     * @param sent what the sender achieved, which may be less than it was asked for
     */
    record Trial(double sent, double received) {
        double loss() {
            return sent <= 0 ? 1 : Math.max(0, 1 - received / sent);
        }

        boolean passes() {
            return loss() < TOLERATED_LOSS;
        }
    }

    /**
     * Returns the sent rate of the fastest trial that passed, or 0 if none did. The flood is a trial without a limit.
     */
    double highestRate(Trial flood, Path path) {
        if (flood.passes()) {
            return flood.sent();
        }
        double passed = 0;
        double best = 0;
        double failed = flood.sent();
        // What the flood got through is the best guess there is; overload makes most paths carry less than they can.
        double next = flood.received() > 0 && flood.received() < failed ? flood.received() : failed / 2;
        for (int rate = 0; rate < mostRates && failed - passed > resolution * failed; rate++) {
            Trial outcome = path.send(next);
            if (!outcome.passes()) {
                outcome = path.send(next);
            }
            if (outcome.passes()) {
                passed = next;
                best = Math.max(best, outcome.sent());
                if (outcome.sent() < next * (1 - resolution)) {
                    break; // The sender is at its own limit: a higher rate would only be the same trial again.
                }
            } else {
                failed = next;
            }
            next = (passed + failed) / 2;
        }
        return best;
    }
}
