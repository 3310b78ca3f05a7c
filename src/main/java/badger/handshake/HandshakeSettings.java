package badger.handshake;

import badger.aead.AeadBackend;
import badger.record.ConnectionIds;
import badger.wire.DtlsRecord;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * What a node brings to every handshake.
 *
 * @param psk the mesh's key; stays the caller's and must outlive every handshake
 * @param ownIdentity the node's own VIP as text: sent as identity by a client and as hint by a server (paper row P54)
 * @param backend what the records are sealed with
 * @param resendAfter when a flight is sent again for the first time; bctls then doubles it each time (paper row P55),
 *     but {@link FlightTransport} repeats it every half second
 * @param timeout when a handshake is given up
 * @param recordLimit how many records one key may seal before {@code RecordSealer.reserve} refuses
 * @param acceptsPeerIdentity asked by a server about the client's identity and by a client about the server's hint,
 *     which is {@code ""} if there was none; the own identity is refused without asking, because whoever echoes it
 *     plays our own messages back to us (RFC 9257, section 4.1, the Selfie attack)
 * @param allowsPartialChecksums whether this end can take packets whose TCP or UDP checksum was left partial; between
 *     two ends that can, it stays partial, because the record's tag covers more
 * @param sealers how many threads may seal records of one association at the same time
 * @param connectionIds the node's table, of which each association has one that its peer names it by
 */
public record HandshakeSettings(
        Psk psk,
        String ownIdentity,
        AeadBackend backend,
        Duration resendAfter,
        Duration timeout,
        long recordLimit,
        Predicate<String> acceptsPeerIdentity,
        boolean allowsPartialChecksums,
        int sealers,
        ConnectionIds connectionIds) {
    private static final Duration RESEND_AFTER = Duration.ofMillis(250);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /**
     * Well below what AES-GCM bears with 1.4 kB records (RFC 8446, section 5.5); a new handshake comes at half of it.
     */
    public static final long RECORD_LIMIT = 1L << 27;

    public HandshakeSettings {
        if (ownIdentity.isEmpty() || ownIdentity.length() > PskIdentity.LONGEST_TEXT) {
            throw new IllegalArgumentException(
                    "own identity must have 1 to " + PskIdentity.LONGEST_TEXT + " characters");
        }
        if (recordLimit < 1 || recordLimit > DtlsRecord.MAXIMUM_SEQUENCE) {
            throw new IllegalArgumentException("record limit out of range: " + recordLimit);
        }
        if (sealers < 1) {
            throw new IllegalArgumentException("sealers: " + sealers);
        }
        if (resendAfter.toMillis() < 1 || timeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "resend " + resendAfter + " and timeout " + timeout + " must be positive");
        }
    }

    /** With the defaults above and every peer accepted but oneself. */
    public static HandshakeSettings of(Psk psk, String ownIdentity, AeadBackend backend) {
        return new HandshakeSettings(
                psk,
                ownIdentity,
                backend,
                RESEND_AFTER,
                TIMEOUT,
                RECORD_LIMIT,
                identity -> true,
                false,
                1,
                new ConnectionIds());
    }

    /** For tests, which want other times than all nodes have. */
    HandshakeSettings withResendAfter(Duration otherTime) {
        return new HandshakeSettings(
                psk,
                ownIdentity,
                backend,
                otherTime,
                timeout,
                recordLimit,
                acceptsPeerIdentity,
                allowsPartialChecksums,
                sealers,
                connectionIds);
    }

    /** For tests, as {@link #withResendAfter}. */
    HandshakeSettings withTimeout(Duration otherTimeout) {
        return new HandshakeSettings(
                psk,
                ownIdentity,
                backend,
                resendAfter,
                otherTimeout,
                recordLimit,
                acceptsPeerIdentity,
                allowsPartialChecksums,
                sealers,
                connectionIds);
    }

    public HandshakeSettings withRecordLimit(long otherLimit) {
        return new HandshakeSettings(
                psk,
                ownIdentity,
                backend,
                resendAfter,
                timeout,
                otherLimit,
                acceptsPeerIdentity,
                allowsPartialChecksums,
                sealers,
                connectionIds);
    }

    public HandshakeSettings accepting(Predicate<String> peerIdentity) {
        return new HandshakeSettings(
                psk,
                ownIdentity,
                backend,
                resendAfter,
                timeout,
                recordLimit,
                peerIdentity,
                allowsPartialChecksums,
                sealers,
                connectionIds);
    }

    public HandshakeSettings allowingPartialChecksums(boolean allowed) {
        return new HandshakeSettings(
                psk,
                ownIdentity,
                backend,
                resendAfter,
                timeout,
                recordLimit,
                acceptsPeerIdentity,
                allowed,
                sealers,
                connectionIds);
    }

    public HandshakeSettings withSealers(int count) {
        return new HandshakeSettings(
                psk,
                ownIdentity,
                backend,
                resendAfter,
                timeout,
                recordLimit,
                acceptsPeerIdentity,
                allowsPartialChecksums,
                count,
                connectionIds);
    }

    /** For tests, which look into the table. */
    HandshakeSettings withConnectionIds(ConnectionIds other) {
        return new HandshakeSettings(
                psk,
                ownIdentity,
                backend,
                resendAfter,
                timeout,
                recordLimit,
                acceptsPeerIdentity,
                allowsPartialChecksums,
                sealers,
                other);
    }
}
