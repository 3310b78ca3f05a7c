/**
 * DTLS 1.2 with a pre-shared key: Bouncy Castle bctls shakes hands, our own record layer carries the packets.
 *
 * <p>A datagram is walked record by record with {@link badger.record.RecordRouter}. Data records go to the
 * {@link badger.record.RecordProtection} of an association, everything else to the {@link badger.handshake.Association} itself,
 * whose virtual thread is the only one that calls bctls. Both number their records from one counter, because a GCM nonce
 * may never be used twice (RFC 5288, section 3).
 */
package badger.handshake;
