package badger.discovery;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.Identifier;
import badger.message.MessageException;
import badger.message.Probe;
import badger.message.ProbeAnswer;
import badger.time.Deadlines;
import badger.udp.Endpoint;
import badger.udp.NatClass;
import badger.udp.SharedSender;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Finds out what stands between this node and the internet: asks a second port of IEX how it sees this node, and
 * whether a datagram gets through from a third port, to which nothing is ever sent. It asks at the first map, before
 * its peers are opened, when the node's own endpoints change, and every few minutes; each time with at most {@link
 * #TRIES} datagrams. Used by the link's thread.
 */
final class NatProbe {
    /**
     * At a loss of a fifth each way, two series of probes in a hundred would find an open way closed until the next
     * time.
     */
    static final int TRIES = 4;

    private static final long TRY_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Spreads the probes: the nodes of a mesh learn of another server at the same moment. */
    private static final long LONGEST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long AGAIN_AFTER_NANOS = TimeUnit.MINUTES.toNanos(4);
    private static final long AGAIN_UNANSWERED_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** What the result is valid for; a change here makes the node probe anew. */
    private record Place(Endpoint iex, int probePort, Endpoint ownPublic, List<Endpoint> ownLocal) {}

    private final SharedSender sender;
    private final int virtualIp;
    private final String nodeId;
    private final Counters counters;
    private Place place;
    private NatClass natClass = NatClass.UNKNOWN;
    private String nonce = "";
    private ProbeAnswer observation;
    private boolean isOpen;
    private int tried;
    private long nextNanos;

    NatProbe(SharedSender sender, int virtualIp, String nodeId, Counters counters) {
        this.sender = sender;
        this.virtualIp = virtualIp;
        this.nodeId = nodeId;
        this.counters = counters;
    }

    /** The newest result. */
    NatClass natClass() {
        return natClass;
    }

    /**
     * A map came.
     *
     * @param probePort where to probe the server that sent it; 0 for nowhere
     * @param ownPublic where the server sees this node; null if it does not say
     * @param ownLocal the node's own endpoints
     */
    void mapReceived(Endpoint iex, int probePort, Endpoint ownPublic, List<Endpoint> ownLocal, long nowNanos) {
        if (iex == null || probePort == 0 || probePort == iex.port() || nodeId.isEmpty()) {
            place = null;
            natClass = NatClass.UNKNOWN;
            return;
        }
        Place newPlace = new Place(iex, probePort, ownPublic, List.copyOf(ownLocal));
        if (!newPlace.equals(place)) {
            boolean isOtherServer = place != null && !place.iex.equals(iex);
            place = newPlace;
            begin(isOtherServer ? nowNanos + ThreadLocalRandom.current().nextLong(LONGEST_DELAY_NANOS) : nowNanos);
        }
    }

    /** Sends the probe that is due, or ends the wait for an answer. */
    void tick(long nowNanos) {
        if (place == null || nowNanos - nextNanos < 0) {
            return;
        }
        if (tried == TRIES) {
            conclude(nowNanos);
        } else if (nonce.isEmpty()) {
            begin(nowNanos);
        }
        if (!nonce.isEmpty()) {
            tried++;
            nextNanos = nowNanos + TRY_EVERY_NANOS;
            int _ = sender.send(new Probe(nonce, virtualIp, nodeId).toJson(), place.iex.withPort(place.probePort));
        }
    }

    /** Sets when {@link #tick} is to be called again, if at all. */
    void schedule(Deadlines<LinkTimer> deadlines) {
        if (place == null) {
            deadlines.stop(LinkTimer.NAT_PROBE);
        } else {
            deadlines.set(LinkTimer.NAT_PROBE, nextNanos);
        }
    }

    /** Takes a datagram from another port of IEX than that of the maps. */
    void receive(byte[] message, int sourcePort, long nowNanos) {
        ProbeAnswer answer = parse(message);
        boolean isFromProbePort = place != null && sourcePort == place.probePort;
        boolean isExpected = answer != null
                && place != null
                && answer.nonce().equals(nonce)
                && isFromProbePort == (answer.observed() != null);
        if (!isExpected) {
            counters.count(DropReason.PROBE_ANSWER_REFUSED);
            return;
        }
        if (isFromProbePort) {
            observation = answer;
        } else {
            isOpen = true;
        }
        boolean isMappedAlike = observation == null || observation.observed().equals(observation.main());
        if (observation != null && (isOpen || !isMappedAlike)) {
            conclude(nowNanos);
        }
    }

    private static ProbeAnswer parse(byte[] message) {
        try {
            return ProbeAnswer.parse(message, message.length);
        } catch (MessageException malformed) {
            return null;
        }
    }

    private void begin(long atNanos) {
        // The nonce is random, since answers are not authenticated: nobody who does not see the probes can answer them.
        nonce = Identifier.random();
        observation = null;
        isOpen = false;
        tried = 0;
        nextNanos = atNanos;
    }

    private void conclude(long nowNanos) {
        natClass = observation == null
                ? NatClass.UNKNOWN
                : NatClass.of(
                        place.ownLocal.stream().noneMatch(each -> Objects.equals(each, observation.observed())),
                        observation.observed().equals(observation.main()),
                        isOpen);
        nonce = "";
        tried = 0;
        nextNanos = nowNanos + (observation == null ? AGAIN_UNANSWERED_NANOS : AGAIN_AFTER_NANOS);
    }
}
