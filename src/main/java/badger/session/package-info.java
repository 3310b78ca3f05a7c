/**
 * An association in use: its keys, the path it runs over, and who may send. It knows nothing of peers. The peer's
 * thread receives, moves and closes; each outbound thread sends in a lane of its own.
 *
 * <ol>
 *   <li>{@link badger.session.SessionSet} holds the sessions of one peer and elects the one that sends.
 *   <li>{@link badger.session.Session} is one of them: it opens records, and has a lane seal and send them.
 *   <li>{@link badger.session.SendLane} is what one thread needs to send: a sealer, a sender and a lock.
 *   <li>{@link badger.session.PeerPath} is the way to one endpoint, with its {@link badger.session.PathState};
 *       {@link badger.session.PathSockets} opens it.
 * </ol>
 */
package badger.session;
