/**
 * The life of a peer: whether a session with it is wanted, how it is reached, kept, renewed and given up. Everything
 * runs on the peer's own virtual thread, but for {@link badger.connect.IncomingCalls} (any thread),
 * {@link badger.connect.ConnectMode} (the IEX link's), and what handshakes ask of a call while they run. Every time is
 * passed in; when to be called again stands in {@link badger.time.Deadlines}.
 *
 * <ol>
 *   <li>{@link badger.connect.PeerController} owns the {@link badger.peer.PeerState} and asks the others, in this
 *       order.
 *   <li>{@link badger.connect.OnDemand} says whether there is to be a session, under the node's
 *       {@link badger.connect.ConnectMode}.
 *   <li>{@link badger.connect.Connector} seeks: it makes an {@link badger.connect.OutgoingCall} to the
 *       {@link badger.connect.CallTargets}, has the {@link badger.connect.Puncher} open the way, both within one
 *       {@link badger.connect.PacketBudget}, and waits longer after each failure.
 *   <li>{@link badger.connect.Reachability} says why nothing comes of it, by the {@link badger.connect.Punchability} of
 *       the two NATs.
 *   <li>{@link badger.connect.IncomingCalls} answers the calls of others, and hands those of a known peer to its
 *       controller.
 *   <li>{@link badger.connect.SessionLiveness} says of an established session when it wants a keep-alive or new keys,
 *       and when it is over, by the node's {@link badger.connect.SessionTimings}.
 *   <li>{@link badger.connect.KeptPackets} sends on a session what the peer's thread itself has to send: packets that
 *       waited for it, and keep-alives.
 * </ol>
 */
package badger.connect;
