package badger.iex;

import badger.counter.Counters;
import badger.udp.UdpSocket;
import java.util.function.LongSupplier;

/**
 * What the threads of one server share.
 *
 * @param socket from which everything but answers to probes goes out
 * @param registry who is alive
 * @param log what the user reads of it
 * @param counters what was dropped
 * @param clock nanoseconds, as of {@link System#nanoTime}
 */
record IexContext(UdpSocket socket, Registry registry, EventLog log, Counters counters, LongSupplier clock) {}
