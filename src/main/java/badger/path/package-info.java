/**
 * Where the sessions of a Badger peer send, and how large a packet may be there. On the peer's own virtual thread; the
 * buffers lie in its arena, and every time is passed in.
 *
 * <ol>
 *   <li>{@link badger.path.PathChooser} decides where the sessions send: nearer, after a peer that has moved, away from
 *       a path that has died.
 *   <li>{@link badger.path.PathTrials} tries endpoints out: it sends challenges and takes the responses.
 *   <li>{@link badger.path.PathAttempt} is one of them, with its {@link badger.session.PathState}.
 *   <li>{@link badger.path.PathMtu} knows how large a packet the path in use carries.
 *   <li>{@link badger.path.MtuSearch} finds that out, by probes that {@link badger.path.MtuVolley} sends together.
 * </ol>
 */
package badger.path;
