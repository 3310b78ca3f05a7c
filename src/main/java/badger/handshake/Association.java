package badger.handshake;

import badger.record.ConnectionIds;
import badger.record.RecordProtection;
import badger.record.Role;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/**
 * One DTLS association, from the first flight to close_notify. {@link Handshakes} starts it. Any thread may call,
 * unless a method says otherwise; no method blocks but {@link #awaitEnd}.
 *
 * <p>Application data never passes here: it goes through {@link #protection}, from when {@link Listener#established} is
 * called until its owner closes that or calls {@link #discard}. Nothing here is called for a packet.
 */
public interface Association extends AutoCloseable {
    /** Where flights go. Called on the association's thread; must not block or throw: what is not sent is lost. */
    @FunctionalInterface
    interface FlightSender {
        /** Sends one datagram of at most 1200 bytes; the segment is borrowed until this returns. */
        void send(MemorySegment flight, long at, int length);
    }

    /** Called on the association's thread: {@code failed} alone, or {@code established} and later {@code closed}. */
    interface Listener {
        /**
         * Records can be sealed and opened. A client should now send one, such as a keepalive; a server holds its data
         * back until the first record was opened, because its own last flight is sent only after this returns and may
         * be lost.
         */
        void established(Association association);

        void failed(Association association, HandshakeFailure reason);

        /** By close_notify, by an authenticated fatal alert, or by {@link Association#close}. */
        void closed(Association association);
    }

    Role role();

    /** Whether the listener was told that the association failed or closed, or is about to be. */
    boolean isEnded();

    /** Whether this association answers that hello already: it is then a resend, and may be offered here. */
    boolean answers(VerifiedHello other);

    /** Null until established. The caller closes it, also after the association has ended. */
    RecordProtection protection();

    /**
     * What protected records for this association carry (RFC 9146); {@link ConnectionIds#NONE} if they carry none.
     * During the handshake it is what was offered.
     */
    int ownConnectionId();

    /** Sets the owner that {@link ConnectionIds#byConnectionId} returns; once. */
    void belongsTo(Object owner);

    /**
     * The client's identity, or the server's hint; printable text, {@code ""} if there was none or until established.
     */
    String peerIdentity();

    /** Whether both sides agreed on the ALPN name {@code badger/1}, or on the one for partial checksums. */
    boolean isBadger();

    /** Whether both sides leave the TCP and UDP checksums of what they send each other partial. */
    boolean leavesChecksumsPartial();

    /** Such as {@code ECDHE_PSK_WITH_AES_128_GCM_SHA256}; {@code ""} until established. */
    String cipherSuite();

    /**
     * Takes one whole record for the handshake, or an alert. Copies it into a bounded queue.
     *
     * @return false when the queue is full or the record was refused
     */
    boolean offer(MemorySegment buffer, long recordAt, int recordLength);

    /**
     * Asks the association to say close_notify and end; returns at once. The listener is told on the association's
     * thread. The keys of the fast path stay until {@link RecordProtection#close}.
     */
    @Override
    void close();

    /**
     * Closes the association and wipes the keys of the fast path, for an association that nobody uses: no thread may be
     * sealing or opening. If the handshake is still under way, it ends with {@link HandshakeFailure#CLOSED}, and the
     * keys that it may have made are wiped. A second call does nothing.
     */
    void discard();

    /** Sends alerts and repeated flights elsewhere from now on, because the peer has moved. */
    void sendBy(FlightSender newOut);

    /**
     * Waits until the association's thread has ended. Not to be called by that thread.
     *
     * @return whether it has
     */
    boolean awaitEnd(Duration timeout) throws InterruptedException;
}
