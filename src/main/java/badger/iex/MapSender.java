package badger.iex;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.message.IexMessage;
import badger.message.MapEntry;
import badger.message.MapWriter;
import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Sends the map to all nodes every few seconds and on changes, and to a single node that asks for it by an early
 * heartbeat. It also takes silent nodes off the map. Runs on one platform thread, {@code iex-send}, which owns the
 * message buffer. It sends from a snapshot, outside any lock (paper row P32).
 *
 * <p>In the first 35 s after the start, a removal causes no maps and waits for the next regular round (paper row P37):
 * the server may have restarted and know few nodes yet, and a map that shrinks makes nodes built from the paper close
 * tunnels. {@code Epoch} shows a restart to nodes that read it.
 */
final class MapSender implements Runnable {
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(35);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int TRIES_WHEN_BUFFER_FULL = 20;

    private final UdpSocket socket;
    private final Registry registry;
    private final IexSettings settings;
    private final String epoch;
    private final int probePort;
    private final EventLog log;
    private final Counters counters;
    private final LongSupplier clock;
    private final long startedAt;
    private final RateLimit mapBytes;

    // The monitor of schedule guards these three.
    private final MapSchedule schedule;
    private final Set<Endpoint> wanting = new HashSet<>();
    private boolean isClosed;

    // For the sender's thread only.
    private boolean isCut;

    /** @param probePort what maps say of it, 0 for none */
    MapSender(IexContext context, IexSettings settings, String epoch, int probePort) {
        this.socket = context.socket();
        this.registry = context.registry();
        this.settings = settings;
        this.epoch = epoch;
        this.probePort = probePort;
        this.log = context.log();
        this.counters = context.counters();
        this.clock = context.clock();
        startedAt = clock.getAsLong();
        schedule = new MapSchedule(settings, startedAt);
        mapBytes = new RateLimit(settings.maximumBytesPerSecond(), 1_000_000);
    }

    /** All nodes should soon hear of a change. Any thread may call. */
    void changed(long nowNanos) {
        synchronized (schedule) {
            schedule.changed(nowNanos);
            schedule.notifyAll();
        }
    }

    /** A node asks for a map of its own before the next round. Any thread may call. */
    void wantedBy(Endpoint node) {
        synchronized (schedule) {
            wanting.add(node);
            schedule.notifyAll();
        }
    }

    /** Ends {@link #run}. Any thread may call. */
    void close() {
        synchronized (schedule) {
            isClosed = true;
            schedule.notifyAll();
        }
    }

    @Override
    public void run() {
        try (Arena loopArena = Arena.ofConfined()) {
            UdpSender sender = socket.sender(loopArena);
            MemorySegment message = loopArena.allocate(IexMessage.MAXIMUM_BYTES);
            MapWriter writer = new MapWriter(message, settings.writesBothSpellings());
            while (awaitDue()) {
                purgeIfDue();
                Predicate<Endpoint> receivers = receiversNow();
                if (receivers != null) {
                    sendRound(sender, message, writer, receivers);
                }
            }
        }
    }

    /** Waits until something is due. @return false once closed */
    private boolean awaitDue() {
        synchronized (schedule) {
            long nanos = schedule.nanosUntilDue(clock.getAsLong());
            while (!isClosed && nanos > 0 && wanting.isEmpty()) {
                try {
                    // Rounded up, because the thread would spin during the last part of a millisecond.
                    schedule.wait(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
                nanos = schedule.nanosUntilDue(clock.getAsLong());
            }
            return !isClosed;
        }
    }

    private void purgeIfDue() {
        long now = clock.getAsLong();
        synchronized (schedule) {
            if (!schedule.isPurgeDue(now)) {
                return;
            }
            schedule.purged(now);
        }
        List<MapEntry> gone = registry.sweep(now);
        for (MapEntry entry : gone) {
            log.event("left", entry, registry.size(), now);
        }
        boolean isGraceOver = now - startedAt > GRACE_NANOS;
        if (!gone.isEmpty() && isGraceOver) {
            changed(now);
        }
    }

    /** The receivers of the map now: all nodes if a round is due, else those that asked; null if there are none. */
    private Predicate<Endpoint> receiversNow() {
        long now = clock.getAsLong();
        synchronized (schedule) {
            Set<Endpoint> asking = Set.copyOf(wanting);
            wanting.clear();
            if (schedule.isRoundDue(now)) {
                schedule.roundBegins(now);
                return each -> true;
            }
            return asking.isEmpty() ? null : asking::contains;
        }
    }

    private void sendRound(UdpSender sender, MemorySegment message, MapWriter writer, Predicate<Endpoint> receivers) {
        List<MapEntry> nodes = registry.snapshot();
        warnOnceIfCut(writer.write(nodes, epoch, probePort), nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            if (!receivers.test(nodes.get(i).publicEndpoint())) {
                continue;
            }
            int length = writer.addressTo(i, registry.relayToken(nodes.get(i).publicEndpoint()));
            if (!awaitPermission(length)) {
                return;
            }
            if (send(sender, message, length, nodes.get(i).publicEndpoint()) < 0) {
                counters.count(DropReason.MAP_SEND_FAILED);
            }
        }
    }

    private static int send(UdpSender sender, MemorySegment message, int length, Endpoint to) {
        int sent = sender.send(message, 0, length, to);
        for (int tries = 1; sent == UdpReceiver.NOTHING_WAITING && tries < TRIES_WHEN_BUFFER_FULL; tries++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            sent = sender.send(message, 0, length, to);
        }
        return sent;
    }

    /** Waits until the rate allows {@code bytes} more. @return false once closed */
    private boolean awaitPermission(int bytes) {
        while (!mapBytes.tryTake(bytes, clock.getAsLong())) {
            LockSupport.parkNanos(PAUSE_NANOS);
            synchronized (schedule) {
                if (isClosed) {
                    return false;
                }
            }
        }
        return true;
    }

    private void warnOnceIfCut(int kept, int nodes) {
        if (kept < nodes && !isCut) {
            log.warning(
                    "the map no longer fits into a datagram: each node is told of " + kept + " of " + nodes + " nodes",
                    clock.getAsLong());
        }
        isCut = kept < nodes;
    }
}
