package badger.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens to the packets of one direction. Chances are from 0 to 1, of each packet alone.
 *
 * @param delay how long a packet is under way
 * @param jitter by what share of the delay it takes more or less, evenly spread; packets overtake each other then
 * @param loss the chance to be lost
 * @param burst the chance that this packet and those behind it are lost, {@code burstLength} in all
 * @param duplication the chance to arrive twice, each time with a delay of its own
 * @param reordering the chance to be held back until up to {@code depth} later ones have passed
 * @param flips the chance that one bit is another one
 * @param fixesChecksum whether the UDP checksum fits the flipped bit, so that the receiver's kernel does not see it
 */
public record Impairment(
        Duration delay,
        double jitter,
        double loss,
        double burst,
        int burstLength,
        double duplication,
        double reordering,
        int depth,
        double flips,
        boolean fixesChecksum) {
    /** Nothing happens. */
    public static final Impairment NONE = new Impairment(Duration.ZERO, 0, 0, 0, 0, 0, 0, 0, 0, true);

    /** As this, with a round trip that takes so long if both directions are alike. */
    public Impairment withRoundTrip(Duration time, double jitterShare) {
        return new Impairment(
                time.dividedBy(2),
                jitterShare,
                loss,
                burst,
                burstLength,
                duplication,
                reordering,
                depth,
                flips,
                fixesChecksum);
    }

    public Impairment withLoss(double chance) {
        return new Impairment(
                delay, jitter, chance, burst, burstLength, duplication, reordering, depth, flips, fixesChecksum);
    }

    public Impairment withBursts(double chance, int length) {
        return new Impairment(
                delay, jitter, loss, chance, length, duplication, reordering, depth, flips, fixesChecksum);
    }

    public Impairment withDuplication(double chance) {
        return new Impairment(delay, jitter, loss, burst, burstLength, chance, reordering, depth, flips, fixesChecksum);
    }

    public Impairment withReordering(double chance, int byAtMost) {
        return new Impairment(
                delay, jitter, loss, burst, burstLength, duplication, chance, byAtMost, flips, fixesChecksum);
    }

    public Impairment withFlips(double chance, boolean areHidden) {
        return new Impairment(
                delay, jitter, loss, burst, burstLength, duplication, reordering, depth, chance, areHidden);
    }

    /** As words, which {@link #parse} reads. */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        words.add("delay-ms=" + delay.toMillis());
        words.add("jitter=" + jitter);
        words.add("loss=" + loss);
        words.add("burst=" + burst);
        words.add("burst-length=" + burstLength);
        words.add("duplication=" + duplication);
        words.add("reordering=" + reordering);
        words.add("depth=" + depth);
        words.add("flips=" + flips);
        words.add("fixes-checksum=" + fixesChecksum);
        return words;
    }

    /** From words such as {@code loss=0.1}, in any order; what is missing does not happen. */
    public static Impairment parse(List<String> words) {
        Impairment made = NONE;
        double burst = 0;
        int burstLength = 0;
        double reordering = 0;
        int depth = 0;
        double flips = 0;
        boolean isFixed = true;
        Duration delay = Duration.ZERO;
        double jitter = 0;
        for (String word : words) {
            String value = word.substring(word.indexOf('=') + 1);
            switch (word.substring(0, word.indexOf('='))) {
                case "delay-ms" -> delay = Duration.ofMillis(Long.parseLong(value));
                case "jitter" -> jitter = Double.parseDouble(value);
                case "loss" -> made = made.withLoss(Double.parseDouble(value));
                case "burst" -> burst = Double.parseDouble(value);
                case "burst-length" -> burstLength = Integer.parseInt(value);
                case "duplication" -> made = made.withDuplication(Double.parseDouble(value));
                case "reordering" -> reordering = Double.parseDouble(value);
                case "depth" -> depth = Integer.parseInt(value);
                case "flips" -> flips = Double.parseDouble(value);
                case "fixes-checksum" -> isFixed = Boolean.parseBoolean(value);
                default -> throw new IllegalArgumentException(word);
            }
        }
        return made.withRoundTrip(delay.multipliedBy(2), jitter)
                .withBursts(burst, burstLength)
                .withReordering(reordering, depth)
                .withFlips(flips, isFixed);
    }
}
