package badger.record;

/**
 * Which end an epoch-0 record is meant for. Two associations of one pair may shake hands at once, one in each role,
 * over the same two ports (paper row P50); the type of the message tells them apart.
 */
public enum HandshakeSide {
    CLIENT,
    SERVER,
    /** Nothing in the clear tells; the record is offered to both. */
    EITHER;

    /** Whether an association of this role may be offered the record. */
    public boolean includes(Role role) {
        return this == EITHER || (this == CLIENT) == (role == Role.CLIENT);
    }
}
