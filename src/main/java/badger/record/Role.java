package badger.record;

/** Which end of a handshake an association is. */
public enum Role {
    CLIENT,
    SERVER
}
