/**
 * The messages between nodes and the IEX server, and their JSON. {@code badger.status} has what a node tells its own
 * host.
 *
 * <p>Messages are immutable values. Their parsers may get any bytes from anybody: they bound the length and throw
 * {@link badger.message.MessageException} only. Any thread may call. A map is written into memory of the caller by
 * {@link badger.message.MapWriter}, which belongs to one thread. Keys that the paper does not have are Badger's own: a
 * wrong value under such a key counts as none, so that it costs no node its heartbeat or map.
 */
package badger.message;
