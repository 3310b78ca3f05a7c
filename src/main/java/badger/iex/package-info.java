/**
 * The IEX server: who is alive, and who is told what. It carries no data between nodes (paper row P2), unless its user
 * and the nodes want it to relay.
 *
 * <p>A heartbeat goes from {@link badger.iex.HeartbeatReceiver} to {@link badger.iex.Registry}, and from there as a
 * snapshot to {@link badger.iex.MapSender}. The receiver parses it, and later may authenticate it: a cookie or an HMAC
 * would be checked between parsing and registry, where source, bytes and message are all known. The registry has the
 * rules and the only state, without I/O, so that anything else can feed or store it.
 *
 * <p>Three threads run here: {@code iex-receive}, {@code iex-send} and {@code iex-probe}. Each owns its buffers. They
 * meet in the registry and in the schedule of maps, each behind a lock.
 */
package badger.iex;
