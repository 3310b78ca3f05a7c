package badger.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Datagrams as tcpdump would have written them, between two made-up IPv4 hosts. Any thread may add. */
public final class CaptureFile {
    /** Of both ends. */
    public static final int PORT = 4433;

    private static final int RAW_IP = 101;
    private static final int IP_BYTES = 20;
    private static final int UDP_BYTES = 8;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int packets;

    public CaptureFile() {
        ByteBuffer header = ByteBuffer.allocate(24);
        header.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4);
        header.putLong(0).putInt(65_535).putInt(RAW_IP);
        bytes.writeBytes(header.array());
    }

    /** Adds a datagram from 192.0.2.{@code from} to 192.0.2.{@code to}. */
    public synchronized void add(int from, int to, byte[] datagram) {
        int length = IP_BYTES + UDP_BYTES + datagram.length;
        ByteBuffer packet = ByteBuffer.allocate(16 + length);
        packet.putInt(1_700_000_000).putInt(packets++).putInt(length).putInt(length);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) length).putInt(0);
        packet.put((byte) 64).put((byte) 17).putShort((short) 0);
        packet.putInt(0xC0000200 | from).putInt(0xC0000200 | to);
        packet.putShort((short) PORT).putShort((short) PORT);
        packet.putShort((short) (UDP_BYTES + datagram.length)).putShort((short) 0);
        bytes.writeBytes(packet.put(datagram).array());
    }

    public synchronized void writeTo(Path file) {
        try {
            Files.write(file, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
