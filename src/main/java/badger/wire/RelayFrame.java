package badger.wire;

import static badger.wire.WireTypes.U32;
import static badger.wire.WireTypes.U8;
import static badger.wire.WireTypes.bytes;
import static badger.wire.WireTypes.offsetOf;
import static badger.wire.WireTypes.u32;
import static badger.wire.WireTypes.u8;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The header of a datagram that goes between two nodes by way of IEX. Its first byte is that of neither JSON nor a DTLS
 * record (20 to 63, RFC 7983) nor a punch.
 *
 * <pre>
 * 'R' (1) | virtual address (4) | token (5) | a datagram of DTLS records
 * </pre>
 *
 * <p>The address names the node at the other end: the receiver on the way to IEX, the sender on the way from it. The
 * token is always that of the node that speaks with IEX. The header has ten bytes, because an inner packet of 1,400
 * bytes leaves ten of 1,500 over IPv6, with 37 of the record and 5 of a connection ID.
 *
 * <p>Accessors check bounds only: call {@link #isOne} first.
 */
public final class RelayFrame {
    private static final StructLayout LAYOUT =
            MemoryLayout.structLayout(U8.withName("type"), U32.withName("virtualAddress"), bytes(5, "token"));

    public static final int HEADER_BYTES = (int) LAYOUT.byteSize();

    /** Longer datagrams are not relayed. No datagram that fits an Ethernet link is longer. */
    public static final int MOST_PAYLOAD_BYTES = 1_500;

    public static final int TOKEN_BYTES = 5;

    /** Stands for a token where there is none. */
    public static final long NO_TOKEN = -1;

    private static final byte TYPE = 'R';
    private static final long VIRTUAL_ADDRESS = offsetOf(LAYOUT, "virtualAddress");
    private static final long TOKEN = offsetOf(LAYOUT, "token");

    private RelayFrame() {}

    /** Whether a datagram claims to be a frame. */
    public static boolean isOne(MemorySegment datagram, long at, int length) {
        return length >= HEADER_BYTES && u8(datagram, at) == TYPE;
    }

    /** Whether it carries what may be a DTLS record, and at most {@link #MOST_PAYLOAD_BYTES}. */
    public static boolean carriesRecords(MemorySegment frame, long at, int length) {
        int payload = length - HEADER_BYTES;
        if (payload < DtlsRecord.HEADER_BYTES || payload > MOST_PAYLOAD_BYTES) {
            return false;
        }
        int firstByte = u8(frame, at + HEADER_BYTES);
        return firstByte >= 20 && firstByte <= 63;
    }

    public static int virtualAddress(MemorySegment frame, long at) {
        return frame.get(U32, at + VIRTUAL_ADDRESS);
    }

    /** The token, from 0 to 2^40 - 1. */
    public static long token(MemorySegment frame, long at) {
        return (long) u8(frame, at + TOKEN) << 32 | u32(frame, at + TOKEN + 1);
    }

    /** Writes a header, {@link #HEADER_BYTES} bytes. */
    public static void write(MemorySegment into, long at, int virtualAddress, long token) {
        into.set(U8, at, TYPE);
        into.set(U32, at + VIRTUAL_ADDRESS, virtualAddress);
        into.set(U8, at + TOKEN, (byte) (token >>> 32));
        into.set(U32, at + TOKEN + 1, (int) token);
    }

    /** Whether a token is right. It compares in one step, so that its time tells nothing about a wrong token. */
    public static boolean isToken(long token, long expected) {
        return expected != NO_TOKEN && token == expected;
    }
}
