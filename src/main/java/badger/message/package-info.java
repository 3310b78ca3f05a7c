/** The messages between nodes and the IEX server, and their JSON. What a node tells its own host is {@code badger.status}. */
package badger.message;
