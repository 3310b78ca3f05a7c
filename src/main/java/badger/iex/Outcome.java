package badger.iex;

import badger.message.MapEntry;
import badger.udp.Endpoint;

/** What a heartbeat led to in the {@link Registry}. Immutable. */
sealed interface Outcome {
    /** The heartbeat is accepted, and there is nothing that other nodes need to know. */
    enum Unchanged implements Outcome {
        REFRESHED,
        /** A node that receives this server's maps does not send that soon: its maps so far were lost. */
        IMPATIENT
    }

    /**
     * The heartbeat is accepted, and the other nodes need to know.
     *
     * @param entry what they are told of the node from now on
     */
    record Changed(Change change, MapEntry entry) implements Outcome {}

    /** Kinds of {@link Changed}. */
    enum Change {
        JOINED,
        /** The node has another public address or port. */
        MOVED,
        /** The node was started again, at the same endpoint. */
        RESTARTED,
        /** The node has another private or virtual address. */
        CHANGED
    }

    /**
     * The heartbeat is refused because another live node holds an address that it claims.
     *
     * @param address the virtual address, IPv4 or IPv6
     * @param holder the public endpoint of the node that holds it
     */
    record Conflict(String address, Endpoint holder) implements Outcome {}

    /** The heartbeat is refused for another reason. */
    enum Rejected implements Outcome {
        /** No host can have the virtual address, or the source cannot be answered. */
        BAD_ADDRESS,
        TOO_MANY_NODES,
        TOO_MANY_AT_ADDRESS
    }

    default boolean isAccepted() {
        return this instanceof Unchanged || this instanceof Changed;
    }
}
