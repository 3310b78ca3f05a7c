/**
 * What is known of a peer, the table of all peers, and the doors between threads.
 *
 * <p>{@link badger.peer.Peer} is data that several threads share: each field says who writes it. The doors to its
 * thread are its inbox (datagrams), {@link badger.peer.Peer#post} (a {@link badger.peer.PeerTask}) and
 * {@link badger.peer.Peer#keep} (packets that wait for a session); {@link badger.peer.PeerWaker} lets that thread rest
 * and wakes it. {@link badger.peer.PeerDirectory} holds the current {@link badger.peer.PeerTable}, an immutable
 * snapshot, behind one volatile. {@link badger.peer.NodeContext} is what a peer asks of its node.
 */
package badger.peer;
