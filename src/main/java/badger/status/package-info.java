/**
 * What a node tells commands of its own host: counters in JSON, over a UNIX socket. Apart from {@code badger.message}, the
 * other user of minimal-json, because that is what nodes and servers tell each other: neither has to know the other, and
 * strangers can reach that one only.
 */
package badger.status;
