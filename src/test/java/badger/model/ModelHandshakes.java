package badger.model;

import badger.handshake.Association;
import badger.handshake.HandshakeFailure;
import badger.handshake.HandshakeSettings;
import badger.handshake.Handshakes;
import badger.handshake.VerifiedHello;
import badger.record.ConnectionIds;
import badger.record.Role;
import badger.udp.Endpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Handshakes of one end of the model: four messages, of which the client repeats its own until they are answered, as
 * DTLS does, and the server sends the last. It takes time from the caller and never waits.
 *
 * <pre>
 *   client            server
 *   HELLO     ->              the server's association begins
 *             <-      ANSWER
 *   FINISHED  ->              the server is established
 *             <-      DONE
 *   the client is established
 * </pre>
 */
public final class ModelHandshakes implements Handshakes {
    /** Neither DTLS nor a punch by its first byte. */
    static final byte FIRST_BYTE = 'm';

    static final byte HELLO = 1;
    static final byte ANSWER = 2;

    private static final byte FINISHED = 3;
    private static final byte DONE = 4;
    private static final byte FAREWELL = 5;

    private static final long RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MESSAGE_BYTES = 14;
    private static final ValueLayout.OfLong NUMBER = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt ID = ValueLayout.JAVA_INT_UNALIGNED;

    /** Told what the program is told by {@code connect.IncomingCalls} and {@code datapath.RecordReader}. */
    interface Told {
        /** A client's hello came: it proves by a cookie where it is. */
        void helloSeen();

        /** The client's answer to a call of this end's came. */
        void answered(ModelAssociation calling, Endpoint source);

        /** A call of the other end's was established. */
        void accepted(ModelAssociation association, Endpoint source, long startedNanos);

        void closed();

        /** A call begins. @throws OutOfMemoryError where the end is to lack it */
        void needsMemory();
    }

    private static final class Running {
        private final ModelAssociation association;
        private final long timeoutNanos;
        private final long recordLimit;
        private long resendNanos;
        private boolean isAnswered;
        private int peerId;

        Running(ModelAssociation association, long nowNanos, HandshakeSettings settings) {
            this.association = association;
            this.timeoutNanos = nowNanos + settings.timeout().toNanos();
            this.recordLimit = settings.recordLimit();
            this.resendNanos = nowNanos;
        }
    }

    private final String peerIdentity;
    private final LongSupplier numbers;
    private final LongSupplier clock;
    private final ConnectionIds connectionIds;
    private final HandshakeSettings settings;
    private final AtomicInteger openKeys;
    private final Told told;
    private final MemorySegment message = Arena.ofAuto().allocate(MESSAGE_BYTES);
    private final Map<Long, Running> clients = new LinkedHashMap<>();
    private final Map<Long, Running> servers = new LinkedHashMap<>();

    ModelHandshakes(
            String peerIdentity,
            LongSupplier numbers,
            LongSupplier clock,
            ConnectionIds connectionIds,
            HandshakeSettings settings,
            AtomicInteger openKeys,
            Told told) {
        this.peerIdentity = peerIdentity;
        this.numbers = numbers;
        this.clock = clock;
        this.connectionIds = connectionIds;
        this.settings = settings;
        this.openKeys = openKeys;
        this.told = told;
    }

    ConnectionIds connectionIds() {
        return connectionIds;
    }

    @Override
    public Association connect(HandshakeSettings ofCall, Association.FlightSender out, Association.Listener listener) {
        told.needsMemory();
        ModelAssociation association =
                new ModelAssociation(this, Role.CLIENT, numbers.getAsLong(), peerIdentity, out, listener);
        clients.put(association.number(), new Running(association, clock.getAsLong(), ofCall));
        return association;
    }

    @Override
    public Association accept(
            HandshakeSettings ofCall,
            VerifiedHello hello,
            Association.FlightSender out,
            Association.Listener listener) {
        throw new AssertionError("the model takes hellos itself");
    }

    /** Repeats what is due, and gives up what has taken too long. */
    void tick(long nowNanos) {
        for (Running each : new ArrayList<>(clients.values())) {
            if (!each.association.isShakingHands()) {
                if (each.association.isEnded()) {
                    clients.remove(each.association.number());
                }
            } else if (nowNanos - each.timeoutNanos >= 0) {
                clients.remove(each.association.number());
                each.association.fail(HandshakeFailure.TIMEOUT);
            } else if (nowNanos - each.resendNanos >= 0) {
                each.resendNanos = nowNanos + RESEND_NANOS;
                send(each.association, each.isAnswered ? FINISHED : HELLO);
            }
        }
        for (Running each : new ArrayList<>(servers.values())) {
            boolean isOver = nowNanos - each.timeoutNanos >= 0;
            if (each.association.isEnded()) {
                servers.remove(each.association.number());
            } else if (isOver && each.association.isShakingHands()) {
                servers.remove(each.association.number());
                each.association.fail(HandshakeFailure.TIMEOUT);
            }
        }
    }

    /** Takes a message of the other end's. */
    void receive(MemorySegment datagram, long at, Endpoint source, Association.FlightSender toSource, long nowNanos) {
        byte type = datagram.get(ValueLayout.JAVA_BYTE, at + 1);
        long number = datagram.get(NUMBER, at + 2);
        int id = datagram.get(ID, at + 10);
        switch (type) {
            case HELLO -> hello(number, id, source, toSource, nowNanos);
            case ANSWER -> answer(clients.get(number), id, source, nowNanos);
            case FINISHED -> finished(servers.get(number));
            case DONE -> done(clients.get(number));
            case FAREWELL -> farewell(number);
            default -> throw new AssertionError("message " + type);
        }
    }

    /** The ends of sessions are told on whatever way the session goes. */
    void sayFarewell(ModelAssociation association) {
        send(association, FAREWELL);
    }

    private void hello(long number, int peerId, Endpoint source, Association.FlightSender toSource, long nowNanos) {
        told.helloSeen();
        Running running = servers.get(number);
        if (running == null) {
            ModelAssociation[] made = new ModelAssociation[1];
            long startedNanos = nowNanos;
            made[0] =
                    new ModelAssociation(this, Role.SERVER, number, peerIdentity, toSource, new Association.Listener() {
                        @Override
                        public void established(Association association) {
                            told.accepted(made[0], source, startedNanos);
                        }

                        @Override
                        public void failed(Association association, HandshakeFailure reason) {}

                        @Override
                        public void closed(Association association) {
                            told.closed();
                        }
                    });
            running = new Running(made[0], nowNanos, settings);
            running.peerId = peerId;
            servers.put(number, running);
        }
        if (running.association.isShakingHands()) {
            send(running.association, ANSWER);
        }
    }

    private void answer(Running running, int peerId, Endpoint source, long nowNanos) {
        if (running == null || !running.association.isShakingHands()) {
            return;
        }
        told.answered(running.association, source);
        running.peerId = peerId;
        running.isAnswered = true;
        running.resendNanos = nowNanos;
    }

    private void finished(Running running) {
        if (running == null || running.association.isEnded()) {
            return;
        }
        if (running.association.isShakingHands()) {
            running.association.establish(running.peerId, running.recordLimit, openKeys);
        }
        send(running.association, DONE);
    }

    private void done(Running running) {
        if (running != null && running.isAnswered && running.association.isShakingHands()) {
            running.association.establish(running.peerId, running.recordLimit, openKeys);
        }
    }

    private void farewell(long number) {
        for (Map<Long, Running> each : List.of(clients, servers)) {
            Running running = each.get(number);
            if (running != null) {
                running.association.endedByPeer();
            }
        }
    }

    private void send(ModelAssociation association, byte type) {
        message.set(ValueLayout.JAVA_BYTE, 0, FIRST_BYTE);
        message.set(ValueLayout.JAVA_BYTE, 1, type);
        message.set(NUMBER, 2, association.number());
        message.set(ID, 10, association.ownIdValue());
        association.out().send(message, 0, MESSAGE_BYTES);
    }
}
