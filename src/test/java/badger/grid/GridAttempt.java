package badger.grid;

import java.time.Duration;

/**
 * What two nodes came to in one run.
 *
 * @param outcome null where there is neither a session nor a reason
 * @param sinceStart from the start of both processes to the first ping answered; zero without one
 * @param sinceUp the same from when the later one was up
 * @param path which endpoints the two sessions run between, or what was said instead
 */
record GridAttempt(GridCell.Outcome outcome, Duration sinceStart, Duration sinceUp, String path) {
    /** Whether the two have a session, directly or not. */
    boolean isConnected() {
        return outcome == GridCell.Outcome.DIRECT || outcome == GridCell.Outcome.RELAYED;
    }
}
