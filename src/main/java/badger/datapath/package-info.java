/**
 * The loops that move packets. Nothing here decides about sessions: that is {@code connect} and {@code path}. Each
 * class says which thread runs it; the buffers of a loop lie in a confined arena of its thread.
 *
 * <p>A packet goes out on one of the TUN's threads:
 *
 * <ol>
 *   <li>{@link badger.datapath.OutboundLoop} reads it and finds the peer by its destination.
 *   <li>{@link badger.datapath.FloodGate} drops it where its flow has had more than its share of a standing queue, by
 *       the hash of {@link badger.datapath.FlowHash}.
 *   <li>{@link badger.datapath.LargePackets} sees to it where it is larger than the path carries.
 *   <li>{@link badger.datapath.PacketBatch} has it wait for more of its kind, for as long as the TUN has some.
 *   <li>The peer's {@link badger.session.Session} seals and sends it, or the {@link badger.peer.Peer} keeps it for the
 *       session that comes.
 * </ol>
 *
 * <p>A datagram comes in on the main socket's thread or on its peer's:
 *
 * <ol>
 *   <li>{@link badger.datapath.MainSocketLoop} reads what comes to the main socket, and
 *       {@link badger.datapath.DatagramRouter} says whose it is.
 *   <li>{@link badger.datapath.PeerLoop}, the peer's virtual thread, runs rounds, and rests where there is nothing to
 *       do.
 *   <li>{@link badger.datapath.PeerReceiver} takes the datagrams from the peer's inbox and its own sockets.
 *   <li>{@link badger.datapath.RecordReader} takes each apart: data is opened, all else goes to the handshakes it may
 *       belong to.
 *   <li>{@link badger.datapath.InboundGate} lets a packet into this host if it is the peer's and for this host, and
 *       writes it to the TUN.
 *   <li>At the end of the round {@link badger.connect.PeerController} looks after the peer.
 * </ol>
 *
 * <p>{@link badger.datapath.DataPath} starts and ends all of them.
 */
package badger.datapath;
