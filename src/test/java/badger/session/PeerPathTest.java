package badger.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import badger.testing.FakeInternet;
import badger.testing.FakeUdpNetwork;
import badger.udp.Endpoint;
import badger.udp.UdpSocket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PeerPathTest {
    @Test
    void lastOfTwoUsersClosesTheSocketAndSaysSo() {
        try (FakeInternet internet = new FakeInternet()) {
            FakeUdpNetwork host = internet.host("198.51.100.1");
            UdpSocket main = host.bind(9944);
            Endpoint there = internet.host("198.51.100.2").endpoint(9944);
            AtomicInteger closed = new AtomicInteger();
            PeerPath path = new PeerPath(there, host.connect(9944, there), main, closed::incrementAndGet);
            path.retain();
            path.retain();
            path.release();
            assertEquals(0, closed.get());
            assertEquals(2, host.openSockets());
            path.release();
            assertEquals(1, closed.get());
            assertEquals(1, host.openSockets());
        }
    }
}
