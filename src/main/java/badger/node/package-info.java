/**
 * One node: what it is built from, what it asks of its host, and what it tells of itself.
 *
 * <p>The life of a {@link badger.node.Node}, on the thread of whoever owns it:
 *
 * <ol>
 *   <li>The constructor opens the main socket and connects the parts: the loops of {@code datapath}, the link to IEX of
 *       {@code discovery}, and what both share.
 *   <li>{@code start()} starts their threads: first those that move packets, then {@code badger-iex-link}, whose first
 *       heartbeat brings the first map. The network reports changes of addresses and routes from then on.
 *   <li>{@code close()} ends the link, says farewell to every peer, and removes the TUN. Any thread may call it.
 * </ol>
 *
 * <p>{@link badger.node.LinuxHost} and {@link badger.node.MapFile} answer the thread {@code badger-iex-link};
 * {@link badger.node.NodeReport} answers the thread of the {@link badger.node.StatusSocket}, from what other threads
 * publish.
 */
package badger.node;
