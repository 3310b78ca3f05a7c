/**
 * The record layer for application data; that of bctls is left to the handshake. Outbound threads and the peer's thread
 * seal, and the peer's thread opens; it and the main socket's thread ask where a record goes. Nothing here blocks, and
 * nothing that runs for a record allocates.
 *
 * <p>A record comes in:
 *
 * <ol>
 *   <li>{@link badger.record.RecordRouter} tells its length, and its {@link badger.record.RecordRoute} by what is in
 *       the clear; of a handshake's record also the {@link badger.record.HandshakeSide} that it is for.
 *   <li>{@link badger.record.ConnectionIds} finds the owner of the association that it names.
 *   <li>{@link badger.record.RecordProtection} opens it, unless its {@link badger.record.ReplayWindow} has seen it.
 * </ol>
 *
 * <p>A packet goes out:
 *
 * <ol>
 *   <li>A {@link badger.record.RecordSealer} takes a number from {@link badger.record.SequenceNumbers}, as bctls does
 *       for its records.
 *   <li>It seals the packet, with the connection ID of {@link badger.record.AgreedIds} that the peer asked for.
 * </ol>
 */
package badger.record;
