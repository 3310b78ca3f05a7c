package badger.counter;

/**
 * Why a packet, record or datagram was dropped. Each reason has one counter in {@link Counters}; nothing that arrives
 * from outside is ever thrown for or logged one by one.
 */
public enum DropReason {
    // Towards the mesh, read from the TUN.
    OUTBOUND_NOT_IPV4,
    OUTBOUND_MALFORMED,
    OUTBOUND_NO_PEER,
    OUTBOUND_OWN_ADDRESS,
    OUTBOUND_BROADCAST,
    OUTBOUND_MULTICAST,
    OUTBOUND_PENDING_FULL,
    OUTBOUND_SEND_FAILED,

    // From the mesh, read from a UDP socket.
    INBOUND_UNKNOWN_SOURCE,
    INBOUND_NOT_DTLS,
    INBOUND_PUNCH,
    INBOUND_RING_FULL,
    INBOUND_NO_SESSION,
    INBOUND_TOO_SHORT,
    INBOUND_REPLAYED,
    INBOUND_BAD_TAG,
    INBOUND_BAD_EPOCH,
    INBOUND_LONG_FRAGMENT,
    INBOUND_PLAINTEXT_ALERT,
    INBOUND_CONTROL_REFUSED,
    INBOUND_TOO_MANY_HANDSHAKES,
    INBOUND_COOKIE_SENT,
    INBOUND_MALFORMED_PACKET,
    INBOUND_SPOOFED_SOURCE,
    INBOUND_FOREIGN_DESTINATION,
    INBOUND_TUN_REFUSED,

    // JSON between node and IEX.
    MAP_MALFORMED,
    MAP_ENTRY_REFUSED,
    HEARTBEAT_MALFORMED,
    HEARTBEAT_REFUSED,
    HEARTBEAT_CONFLICT,
    HEARTBEAT_TABLE_FULL,
    HEARTBEAT_TOO_FREQUENT,
    MAP_SEND_FAILED
}
