/**
 * DTLS 1.2 with a pre-shared key: Bouncy Castle's bctls shakes hands, our own record layer carries the packets. Each
 * association has a virtual thread of its own, the only one that calls bctls for it; any thread offers it records.
 *
 * <ol>
 *   <li>{@link badger.handshake.CookieGate} answers a ClientHello without keeping anything, and makes a
 *       {@link badger.handshake.VerifiedHello} of one that brings its cookie back.
 *   <li>{@link badger.handshake.Handshakes} starts an {@link badger.handshake.Association} as client or as server, with
 *       the {@link badger.handshake.HandshakeSettings} of the node.
 *   <li>{@link badger.handshake.DtlsAssociation} runs bctls. {@link badger.handshake.PskClient} and
 *       {@link badger.handshake.PskServer} make the choices of their ends.
 *   <li>{@link badger.handshake.ControlQueue} brings records to its thread, and
 *       {@link badger.handshake.FlightTransport} hands them to bctls and sends its flights.
 *   <li>{@link badger.handshake.HandshakeCrypto} makes the {@link badger.handshake.AssociationKeys}: one pair of
 *       ciphers for bctls, by way of {@link badger.handshake.SharedCipher}, and one for the
 *       {@link badger.record.RecordProtection} of the fast path. Both number their records from one counter, because a
 *       GCM nonce may never be used twice (RFC 5288, section 3).
 *   <li>The {@link badger.handshake.Association.Listener} is told that records can be sealed and opened, or the
 *       {@link badger.handshake.HandshakeFailure}. Once established, the thread sleeps until a control record comes.
 * </ol>
 */
package badger.handshake;
