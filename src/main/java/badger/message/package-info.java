/** The messages between nodes and the IEX server, and their JSON. The only user of minimal-json. */
package badger.message;
