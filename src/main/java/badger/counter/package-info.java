/**
 * What a program counts: {@link badger.counter.DropReason} for what it dropped, {@link badger.counter.Traffic} for what
 * it moved. The package lies below all others that count.
 *
 * <p>No thread runs here. Any thread may count a drop and read everything. Each writer of traffic, a thread or the
 * holder of a lock, has a {@link badger.counter.Tally} of its own, and counts in it without atomic instructions.
 */
package badger.counter;
