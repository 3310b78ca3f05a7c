/**
 * What a node tells commands of its own host: counters and explanations in JSON, over a UNIX socket.
 * {@link badger.status.StatusServer} answers on a thread of its own, {@code badger-status};
 * {@link badger.status.StatusClient} asks on the thread of the command.
 *
 * <p>Besides {@code badger.message} it is the only user of minimal-json. The two are apart because {@code message} is
 * what nodes and servers tell each other: neither package needs the other, and strangers can reach only that one.
 */
package badger.status;
