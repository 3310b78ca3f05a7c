package badger.model;

import badger.record.RecordProtection;
import badger.udp.Endpoint;
import badger.wire.PathMessage;

/** A datagram that an end of the model sends, as its test sees it: the cipher of the model hides nothing. */
public final class ModelDatagram {
    private static final int LEAST_PACKET_BYTES = 20;

    private final long millis;
    private final ModelEnd from;
    private final Endpoint target;
    private final byte[] bytes;

    ModelDatagram(long millis, ModelEnd from, Endpoint target, byte[] bytes) {
        this.millis = millis;
        this.from = from;
        this.target = target;
        this.bytes = bytes;
    }

    /** When it was sent, in milliseconds since the net was made. */
    public long millis() {
        return millis;
    }

    public ModelEnd from() {
        return from;
    }

    public Endpoint target() {
        return target;
    }

    public byte[] bytes() {
        return bytes;
    }

    public boolean isPunch() {
        return bytes[0] == 'b';
    }

    /** The first message of a call. */
    public boolean isHello() {
        return isHandshake() && bytes[1] == ModelHandshakes.HELLO;
    }

    /** The answer to it. */
    public boolean isAnswer() {
        return isHandshake() && bytes[1] == ModelHandshakes.ANSWER;
    }

    public boolean isHandshake() {
        return bytes[0] == ModelHandshakes.FIRST_BYTE;
    }

    /** A record of a session. */
    public boolean isRecord() {
        return !isPunch() && !isHandshake();
    }

    /** An empty record. */
    public boolean isKeepAlive() {
        return isRecord() && plainBytes() == 0;
    }

    /** A challenge or a response. */
    public boolean isPathMessage() {
        return isRecord() && plainBytes() == PathMessage.BYTES;
    }

    /** A record with a packet of the test's in it. */
    public boolean isPacket() {
        return isRecord() && plainBytes() > LEAST_PACKET_BYTES && plainBytes() < 2 * LEAST_PACKET_BYTES;
    }

    private int plainBytes() {
        return bytes.length - RecordProtection.BADGER_OVERHEAD_BYTES;
    }

    @Override
    public String toString() {
        return millis + " ms, " + bytes.length + " bytes to " + target;
    }
}
