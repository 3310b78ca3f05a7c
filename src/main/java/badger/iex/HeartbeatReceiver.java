package badger.iex;

import badger.counter.Counters;
import badger.counter.DropReason;
import badger.iex.Outcome.Changed;
import badger.iex.Outcome.Conflict;
import badger.iex.Outcome.Rejected;
import badger.iex.Outcome.Unchanged;
import badger.message.Heartbeat;
import badger.message.Knock;
import badger.message.MessageException;
import badger.message.Refusal;
import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import badger.udp.UdpSender;
import badger.udp.UdpSocket;
import badger.wire.Ipv4Prefix;
import badger.wire.RelayFrame;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Reads heartbeats into the registry, tells the sender of maps what changed, and hands relay frames on. Runs on one
 * platform thread, {@code iex-receive}, which may block and owns the buffers. It ends when the socket is closed.
 */
final class HeartbeatReceiver implements Runnable {
    // One byte more than a heartbeat may have, so that a longer one is noticed.
    private static final int BUFFER_BYTES = Heartbeat.MAXIMUM_BYTES + 1;
    private static final int REFUSALS_PER_SECOND = 100;
    private static final int KNOCKS_PER_SECOND = 500;
    private static final int REMEMBERED_COMPLAINTS = 256;
    private static final long COMPLAINT_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long ERROR_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final UdpSocket socket;
    private final Registry registry;
    private final MapSender mapSender;
    private final RecordRelay relay;
    private final EventLog log;
    private final Counters counters;
    private final LongSupplier clock;

    private final byte[] heartbeatBytes = new byte[BUFFER_BYTES];
    private final RateLimit refusals = new RateLimit(REFUSALS_PER_SECOND, REFUSALS_PER_SECOND);
    private final RateLimit knocks = new RateLimit(KNOCKS_PER_SECOND, KNOCKS_PER_SECOND);
    // When the log last named a refused source. The oldest goes first.
    private final Map<Endpoint, Long> complaints = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Endpoint, Long> eldest) {
            return size() > REMEMBERED_COMPLAINTS;
        }
    };

    HeartbeatReceiver(IexContext context, MapSender mapSender, RecordRelay relay) {
        this.socket = context.socket();
        this.registry = context.registry();
        this.mapSender = mapSender;
        this.relay = relay;
        this.log = context.log();
        this.counters = context.counters();
        this.clock = context.clock();
    }

    @Override
    public void run() {
        try (Arena loopArena = Arena.ofConfined()) {
            UdpReceiver receiver = socket.receiver(loopArena);
            UdpSender sender = socket.sender(loopArena);
            MemorySegment buffer = loopArena.allocate(BUFFER_BYTES);
            while (receiver.awaitReadable()) {
                int length = receiver.receive(buffer, 0, BUFFER_BYTES);
                while (length >= 0) {
                    if (RelayFrame.isOne(buffer, 0, length)) {
                        relay.forward(buffer, length, receiver, sender, clock.getAsLong());
                    } else {
                        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, heartbeatBytes, 0, length);
                        receive(length, receiver.source(), sender, buffer);
                    }
                    length = receiver.receive(buffer, 0, BUFFER_BYTES);
                }
                if (length != UdpReceiver.NOTHING_WAITING) {
                    // An error that stays must not make this loop spin.
                    LockSupport.parkNanos(ERROR_PAUSE_NANOS);
                }
            }
        }
    }

    private void receive(int length, Endpoint source, UdpSender sender, MemorySegment buffer) {
        long now = clock.getAsLong();
        if (!registry.mayBeat(source, now)) {
            counters.count(DropReason.HEARTBEAT_TOO_FREQUENT);
            return;
        }
        Heartbeat heartbeat;
        try {
            heartbeat = Heartbeat.parse(heartbeatBytes, length);
        } catch (MessageException e) {
            counters.count(DropReason.HEARTBEAT_MALFORMED);
            return;
        }
        Outcome outcome = registry.heartbeat(heartbeat, source, now);
        if (outcome.isAccepted() && !heartbeat.knocks().isEmpty()) {
            passOn(heartbeat, sender, buffer, now);
        }
        switch (outcome) {
            case Unchanged.REFRESHED -> {}
            case Unchanged.IMPATIENT -> mapSender.wantedBy(source);
            case Changed changed -> announce(changed, now);
            case Conflict conflict -> {
                counters.count(DropReason.HEARTBEAT_CONFLICT);
                refuse(heartbeat, conflict, source, sender, buffer, now);
            }
            case Rejected.BAD_ADDRESS -> counters.count(DropReason.HEARTBEAT_REFUSED);
            case Rejected tooMany -> {
                counters.count(DropReason.HEARTBEAT_TABLE_FULL);
                if (isWorthALine(source, now)) {
                    log.full(tooMany, source, now);
                }
            }
        }
    }

    /** Tells the nodes at which the sender of the heartbeat knocks. */
    private void passOn(Heartbeat heartbeat, UdpSender sender, MemorySegment buffer, long now) {
        byte[] knock = new Knock(heartbeat.virtualIp()).toJson();
        for (int virtualIp : heartbeat.knocks()) {
            Endpoint to = registry.knockedAt(virtualIp, heartbeat.virtualIp(), now);
            if (to == null || !knocks.tryTake(now)) {
                counters.count(DropReason.KNOCK_REFUSED);
                continue;
            }
            MemorySegment.copy(knock, 0, buffer, ValueLayout.JAVA_BYTE, 0, knock.length);
            // A lost knock is repeated with the node's next attempt.
            int _ = sender.send(buffer, 0, knock.length, to);
        }
    }

    private void announce(Changed changed, long now) {
        mapSender.changed(now);
        log.event(changed.change().name().toLowerCase(Locale.ROOT), changed.entry(), registry.size(), now);
    }

    private void refuse(
            Heartbeat heartbeat, Conflict conflict, Endpoint source, UdpSender sender, MemorySegment buffer, long now) {
        if (isWorthALine(source, now)) {
            log.conflict(conflict, source, now);
        }
        // A node built from the paper would take the answer for a map without nodes.
        if (!heartbeat.nodeId().isEmpty() && refusals.tryTake(now)) {
            boolean isIpv4 = conflict.address().equals(Ipv4Prefix.format(heartbeat.virtualIp()));
            String why = (isIpv4 ? "" : conflict.address() + " is ") + "held by another node";
            byte[] refusal = new Refusal(Refusal.VIRTUAL_IP_CONFLICT, heartbeat.virtualIp(), why).toJson();
            MemorySegment.copy(refusal, 0, buffer, ValueLayout.JAVA_BYTE, 0, refusal.length);
            // A lost refusal is repeated with the node's next heartbeat.
            int _ = sender.send(buffer, 0, refusal.length, source);
        }
    }

    /** A refused source is refused again with every heartbeat, so the log names it once a minute only. */
    private boolean isWorthALine(Endpoint source, long now) {
        Long last = complaints.get(source);
        if (last != null && now - last < COMPLAINT_INTERVAL_NANOS) {
            return false;
        }
        complaints.remove(source);
        complaints.put(source, now);
        return true;
    }
}
