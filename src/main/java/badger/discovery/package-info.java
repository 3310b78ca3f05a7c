/**
 * The node's side of IEX. {@link badger.discovery.IexLink} runs on a platform thread of its own, and all of the package
 * with it, but for the two queues that others fill, {@link badger.discovery.IexMessages} (the main socket's thread, and
 * a peer's where a stray comes by its socket) and {@link badger.discovery.KnockQueue} (peers' threads). Every time is
 * passed in.
 *
 * <ol>
 *   <li>{@link badger.discovery.HeartbeatPace} says when a heartbeat is due and when a server is silent;
 *       {@link badger.discovery.HeartbeatSender} sends it.
 *   <li>{@link badger.discovery.IexMessages} holds what came from IEX until the link's thread takes it.
 *   <li>{@link badger.discovery.MapApplier} brings the peers in line with a map, as far as
 *       {@link badger.discovery.EndpointFilter} believes it; {@link badger.discovery.LastMap} keeps it for the next
 *       start.
 *   <li>{@link badger.discovery.NatProbe} finds out what NAT this node is behind.
 * </ol>
 */
package badger.discovery;
