/**
 * The IEX server: who is alive, and who is told what. It carries no data between nodes (paper row P2).
 *
 * <p>A heartbeat goes from {@link badger.iex.HeartbeatReceiver} (parse, and later authenticate: a cookie or an HMAC is
 * judged between the parsing and the registry, where the source, the bytes and the message are all at hand) to
 * {@link badger.iex.Registry} (the rules and the only state, without I/O, so that it can be fed or backed from
 * elsewhere), and from there as a snapshot to {@link badger.iex.MapSender}.
 */
package badger.iex;
