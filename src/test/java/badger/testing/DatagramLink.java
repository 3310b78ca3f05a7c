package badger.testing;

import java.time.Duration;

/** One end of a path that carries datagrams: in memory, or a UDP socket on loopback. */
public interface DatagramLink extends AutoCloseable {
    void send(byte[] datagram);

    /** Waits for the next datagram; null after the time or once closed. One thread receives. */
    byte[] receive(Duration timeout) throws InterruptedException;

    @Override
    void close();
}
