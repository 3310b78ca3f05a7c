package badger.discovery;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.IexMessage;
import badger.message.MessageException;
import badger.message.NetworkMap;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The last useful map, in a {@link MapMemory}: read at most once, and written when it has changed, but not for each
 * change. Used by the link's thread.
 */
final class LastMap {
    private static final long KEEP_EVERY_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final System.Logger LOG = System.getLogger(LastMap.class.getName());

    private final MapMemory memory;
    private final Counters counters;
    private byte[] kept = new byte[0];
    private long keptNanos;
    private NetworkMap recalled;

    LastMap(MapMemory memory, Counters counters) {
        this.memory = memory;
        this.counters = counters;
    }

    /**
     * Keeps a map, if it is useful. A map without other nodes, which a server sends that has just started, is not.
     *
     * @param message the map as IEX sent it; not to be changed any more
     */
    void keep(NetworkMap map, byte[] message, long nowNanos) {
        boolean isDue = kept.length == 0 || nowNanos - keptNanos > KEEP_EVERY_NANOS;
        if (isDue && map.nodes().size() > 1 && !Arrays.equals(kept, message)) {
            kept = message;
            keptNanos = nowNanos;
            memory.keep(message);
        }
    }

    /** The map of an earlier run; without nodes if there is none. */
    NetworkMap recall() {
        if (recalled == null) {
            recalled = parse(memory.recall());
            if (!recalled.nodes().isEmpty()) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "no IEX server answers: trying the {0} nodes of the last map",
                        recalled.nodes().size());
            }
        }
        return recalled;
    }

    private NetworkMap parse(byte[] message) {
        try {
            if (message.length > 0 && IexMessage.parse(message, message.length) instanceof NetworkMap map) {
                return map;
            }
        } catch (MessageException malformed) {
            counters.count(DropReason.MAP_MALFORMED);
        }
        return new NetworkMap(List.of(), -1, "");
    }
}
