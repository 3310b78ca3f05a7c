package badger.testing;

import badger.udp.Endpoint;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An internet in memory: hosts with addresses, and datagrams that pass between their sockets at once, in order, unless
 * the loss hook takes them, or a bad path is asked for. This object's monitor guards all state. Wake-ups run on one
 * thread of its own, as a poller's would.
 */
public final class FakeInternet implements AutoCloseable {
    /** Decides about each datagram. Called under the internet's lock: it must not send. */
    public interface Loss {
        boolean isLost(Endpoint from, Endpoint to, byte[] datagram);
    }

    private static final long LONGEST_WAIT_NANOS = 1_000_000_000L;

    private final Map<Endpoint, FakeUdpNetwork> hosts = new HashMap<>();
    private final LinkedBlockingQueue<Runnable> wakeUps = new LinkedBlockingQueue<>();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Thread poller;
    private Loss loss = (_, _, _) -> false;
    private ImpairedDirection<Parcel> badPath;

    /** A datagram under way on the bad path. */
    private static final class Parcel {
        final FakeUdpSocket from;
        final Endpoint source;
        final Endpoint to;
        final byte[] datagram;

        Parcel(FakeUdpSocket from, Endpoint source, Endpoint to, byte[] datagram) {
            this.from = from;
            this.source = source;
            this.to = to;
            this.datagram = datagram;
        }
    }

    public FakeInternet() {
        poller = Thread.ofPlatform().name("fake-poller").daemon().start(this::runWakeUps);
    }

    /** A host with this address, given as a literal; the same host when asked again. */
    public synchronized FakeUdpNetwork host(String address) {
        Endpoint name = Endpoint.of(InetAddress.ofLiteral(address), 0);
        return hosts.computeIfAbsent(name, _ -> new FakeUdpNetwork(this, name));
    }

    /** Lets a host be reached at another address, too; what it sends still comes from its own. */
    public synchronized void alias(FakeUdpNetwork host, String address) {
        hosts.put(Endpoint.of(InetAddress.ofLiteral(address), 0), host);
    }

    /** Puts a host elsewhere; what is sent to the address before is lost. The caller holds the monitor. */
    Endpoint rename(Endpoint before, String address) {
        Endpoint name = Endpoint.of(InetAddress.ofLiteral(address), 0);
        hosts.put(name, hosts.remove(before));
        return name;
    }

    /** Gives a host another address, of the other family; the host's datagrams to that family come from there. */
    public synchronized Endpoint addAddress(FakeUdpNetwork host, String address) {
        Endpoint name = Endpoint.of(InetAddress.ofLiteral(address), 0);
        hosts.put(name, host);
        host.useSecond(name);
        return name;
    }

    public synchronized void setLoss(Loss newLoss) {
        loss = newLoss;
    }

    /** From now on this happens to every datagram that the hook leaves; those under way are lost. */
    public synchronized ImpairedDirection<?> impair(Impairment impairment, long seed) {
        badPath = new ImpairedDirection<>(
                impairment,
                seed,
                (parcel, random) ->
                        new Parcel(parcel.from, parcel.source, parcel.to, BitFlips.ofPayload(parcel.datagram, random)));
        return badPath;
    }

    /** Loses each datagram with that probability; the same ones for the same seed and order. */
    public static Loss randomLoss(long seed, double probability) {
        Random random = new Random(seed);
        return (_, _, _) -> random.nextDouble() < probability;
    }

    /** Carries a datagram that somebody elsewhere sends in the name of {@code from}; the hook does not see it. */
    public synchronized void forge(Endpoint from, Endpoint to, byte[] datagram) {
        FakeUdpNetwork host = hosts.get(to.withPort(0));
        FakeUdpSocket receiver = host == null ? null : host.socketFor(to.port(), from);
        if (receiver != null && receiver.deliver(from, datagram)) {
            delivered.incrementAndGet();
        } else {
            lost.incrementAndGet();
        }
    }

    public long delivered() {
        return delivered.get();
    }

    /** Datagrams that the hook took, that found no socket, or a full one. */
    public long lost() {
        return lost.get();
    }

    @Override
    public void close() {
        poller.interrupt();
    }

    /** Carries one datagram. The caller holds the monitor. */
    void carry(FakeUdpSocket from, Endpoint source, Endpoint to, byte[] datagram) {
        FakeUdpNetwork host = hosts.get(to.withPort(0));
        if (host == null || loss.isLost(source, to, datagram)) {
            lost.incrementAndGet();
            return;
        }
        if (badPath == null) {
            arrive(from, source, to, datagram);
        } else {
            badPath.offer(System.nanoTime(), new Parcel(from, source, to, datagram.clone()));
            // Whoever waits for the next one looks again when that is due.
            wakeUps.add(() -> {});
        }
    }

    private void arrive(FakeUdpSocket from, Endpoint source, Endpoint to, byte[] datagram) {
        FakeUdpNetwork host = hosts.get(to.withPort(0));
        FakeUdpSocket receiver = host.socketFor(to.port(), source);
        if (receiver == null) {
            lost.incrementAndGet();
            // The host answers with "port unreachable", which only a connected socket is told.
            from.portUnreachable(to);
        } else if (receiver.deliver(source, datagram)) {
            delivered.incrementAndGet();
        } else {
            lost.incrementAndGet();
        }
    }

    /** Delivers what is due on the bad path; returns for how many nanoseconds nothing else will be. */
    private synchronized long arriveDue() {
        if (badPath == null) {
            return LONGEST_WAIT_NANOS;
        }
        long now = System.nanoTime();
        for (Parcel due = badPath.poll(now); due != null; due = badPath.poll(now)) {
            arrive(due.from, due.source, due.to, due.datagram);
        }
        long next = badPath.nextNanos();
        return next == Long.MAX_VALUE ? LONGEST_WAIT_NANOS : Math.clamp(next - now, 0, LONGEST_WAIT_NANOS);
    }

    void wake(Runnable wakeUp) {
        wakeUps.add(wakeUp);
    }

    private void runWakeUps() {
        try {
            while (true) {
                Runnable wakeUp = wakeUps.poll(arriveDue(), TimeUnit.NANOSECONDS);
                if (wakeUp != null) {
                    wakeUp.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
