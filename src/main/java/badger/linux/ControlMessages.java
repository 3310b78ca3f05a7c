package badger.linux;

import badger.bindings.linux.cmsghdr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The arithmetic of control messages, macros in C (cmsg(3)). Each header and each value is padded to a word. */
final class ControlMessages {
    /** Where the first message's value begins, CMSG_DATA. */
    static final long DATA_AT = aligned(cmsghdr.sizeof());

    private static final long LENGTH = cmsghdr.cmsg_len$offset();
    private static final long LEVEL = cmsghdr.cmsg_level$offset();
    private static final long TYPE = cmsghdr.cmsg_type$offset();

    private ControlMessages() {}

    /** CMSG_SPACE: the bytes that a message with such a value takes in the buffer. */
    static long space(int valueBytes) {
        return DATA_AT + aligned(valueBytes);
    }

    /** CMSG_LEN: the value of its cmsg_len. */
    static long length(int valueBytes) {
        return DATA_AT + valueBytes;
    }

    /**
     * The int that the message of this level and type carries. The message may stand anywhere among others.
     *
     * @param bytes of {@code control} that the kernel filled: msg_controllen after recvmsg
     * @return {@code otherwise} if there is no such message
     */
    static int intValue(MemorySegment control, long bytes, int level, int type, int otherwise) {
        long at = 0;
        while (at + DATA_AT <= bytes) {
            long length = control.get(ValueLayout.JAVA_LONG, at + LENGTH);
            if (length < DATA_AT || length > bytes - at) {
                return otherwise;
            }
            boolean isWanted = control.get(ValueLayout.JAVA_INT, at + LEVEL) == level
                    && control.get(ValueLayout.JAVA_INT, at + TYPE) == type;
            if (isWanted && length >= DATA_AT + Integer.BYTES) {
                return control.get(ValueLayout.JAVA_INT, at + DATA_AT);
            }
            at += aligned(length);
        }
        return otherwise;
    }

    private static long aligned(long bytes) {
        return (bytes + Long.BYTES - 1) & -Long.BYTES;
    }
}
