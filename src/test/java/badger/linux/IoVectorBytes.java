package badger.linux;

import badger.bindings.linux.iovec;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads what an {@link IoVector} points to, as the kernel would in writev(2). */
public final class IoVectorBytes {
    private IoVectorBytes() {}

    /** All pieces, one behind the other. */
    @SuppressWarnings("restricted")
    public static byte[] of(IoVector vector) {
        MemorySegment entries = vector.segment();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < vector.count(); i++) {
            MemorySegment entry = entries.asSlice(i * iovec.sizeof(), iovec.sizeof());
            bytes.writeBytes(
                    iovec.iov_base(entry).reinterpret(iovec.iov_len(entry)).toArray(ValueLayout.JAVA_BYTE));
        }
        return bytes.toByteArray();
    }
}
