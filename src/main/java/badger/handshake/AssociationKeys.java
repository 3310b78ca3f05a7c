package badger.handshake;

import badger.aead.Aead;
import badger.aead.AeadBackend;
import badger.record.AgreedIds;
import badger.record.RecordProtection;
import badger.record.SequenceNumbers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsImplUtils;

/**
 * The keys of epoch 1, twice: once for bctls's records and once for the fast path, so that the two need no lock between
 * them. Their numbers come from one counter.
 *
 * <p>Made by the association's thread when both sides have the master secret, before any Finished is checked. That
 * thread frees bctls's pair when it ends; the fast path's pair belongs to {@link #protection}.
 */
final class AssociationKeys {
    private static final ValueLayout.OfInt SALT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int KEY_BLOCK_BYTES = 2 * Aead.KEY_BYTES + 2 * Aead.SALT_BYTES;

    final SequenceNumbers sequenceNumbers = new SequenceNumbers();
    final AgreedIds ids;
    final Aead controlWriter;
    final Aead controlReader;
    final RecordProtection protection;

    private AssociationKeys(
            HandshakeSettings settings,
            MemorySegment keyBlock,
            boolean isServer,
            AgreedIds ids,
            RecordProtection.ControlSink control) {
        this.ids = ids;
        AeadBackend backend = settings.backend();
        // RFC 5246, section 6.3: client key, server key, client salt, server salt.
        MemorySegment clientKey = keyBlock.asSlice(0, Aead.KEY_BYTES);
        MemorySegment serverKey = keyBlock.asSlice(Aead.KEY_BYTES, Aead.KEY_BYTES);
        int clientSalt = keyBlock.get(SALT, 2 * Aead.KEY_BYTES);
        int serverSalt = keyBlock.get(SALT, 2 * Aead.KEY_BYTES + Aead.SALT_BYTES);
        MemorySegment writeKey = isServer ? serverKey : clientKey;
        MemorySegment readKey = isServer ? clientKey : serverKey;
        int writeSalt = isServer ? serverSalt : clientSalt;
        int readSalt = isServer ? clientSalt : serverSalt;
        controlWriter = backend.sealing(writeKey, writeSalt, ids.peers());
        controlReader = backend.opening(readKey, readSalt, ids.own());
        List<Aead> writers = Stream.generate(() -> backend.sealing(writeKey, writeSalt, ids.peers()))
                .limit(settings.sealers())
                .toList();
        protection = new RecordProtection(
                writers,
                backend.opening(readKey, readSalt, ids.own()),
                ids,
                control,
                sequenceNumbers,
                settings.recordLimit());
    }

    /** @param control takes from the fast path what is for bctls */
    static AssociationKeys derive(
            TlsCryptoParameters parameters,
            HandshakeSettings settings,
            AgreedIds ids,
            RecordProtection.ControlSink control) {
        byte[] keyBlock = TlsImplUtils.calculateKeyBlock(parameters, KEY_BLOCK_BYTES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment nativeBlock = arena.allocate(KEY_BLOCK_BYTES, Long.BYTES);
            MemorySegment.copy(keyBlock, 0, nativeBlock, ValueLayout.JAVA_BYTE, 0, KEY_BLOCK_BYTES);
            try {
                return new AssociationKeys(settings, nativeBlock, parameters.isServer(), ids, control);
            } finally {
                nativeBlock.fill((byte) 0);
            }
        } finally {
            Arrays.fill(keyBlock, (byte) 0);
        }
    }

    void closeControl() {
        controlWriter.close();
        controlReader.close();
    }
}
