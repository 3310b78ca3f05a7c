/**
 * AES-128-GCM for records of DTLS 1.2, and the choice of the library that does it. A cipher serves one thread at a
 * time, which is the one that seals or opens the record; all else may be called by any thread.
 *
 * <ol>
 *   <li>{@link badger.aead.Aeads} chooses a backend when the node starts; {@link badger.aead.AeadTrial} compares them.
 *   <li>{@link badger.aead.AeadBackend} makes the ciphers of one library: {@link badger.aead.NativeAeadBackend} those
 *       of libIPSec_MB and OpenSSL, {@link badger.aead.JceAeadBackend} those of the JDK.
 *   <li>{@link badger.aead.Aead} is one of them, with one key and one direction.
 *   <li>{@link badger.aead.GcmInputs} writes a record's nonce and additional data for it.
 *   <li>{@link badger.aead.ConnectionId} says which form the records of a direction have, and so what the tag covers.
 * </ol>
 */
package badger.aead;
