package badger.datapath;

import badger.counter.Counters;
import badger.counter.Tally;
import badger.counter.Traffic;
import badger.udp.MainSocket;
import badger.udp.UdpReceiver;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Reads the node's main socket: maps from IEX, handshakes, first packets, and all packets of peers without a socket of
 * their own. One platform thread, because it waits in a system call. It owns its buffer, in a confined arena.
 */
final class MainSocketLoop implements Runnable {
    private static final int DATAGRAM_BYTES = 65_535;

    private final MainSocket socket;
    private final DatagramRouter router;
    private final Tally tally;

    MainSocketLoop(MainSocket socket, DatagramRouter router, Counters counters) {
        this.socket = socket;
        this.router = router;
        this.tally = counters.traffic().open();
    }

    @Override
    public void run() {
        while (!socket.isClosed()) {
            // Returns when the socket is closed or replaced.
            receive(socket.current());
        }
    }

    private void receive(UdpSocket from) {
        try (Arena loopArena = Arena.ofConfined()) {
            UdpReceiver receiver = from.receiver(loopArena);
            MemorySegment buffer = loopArena.allocate(DATAGRAM_BYTES, 64);
            while (receiver.awaitReadable()) {
                tally.add(Traffic.MAIN_SOCKET_WAKE_UPS, 1);
                int length = receiver.receive(buffer, 0, DATAGRAM_BYTES);
                while (length >= 0) {
                    tally.add(Traffic.RECEIVES, 1);
                    tally.add(Traffic.DATAGRAMS_RECEIVED, 1);
                    tally.add(Traffic.BYTES_RECEIVED, length);
                    router.route(buffer, 0, length, receiver);
                    length = receiver.receive(buffer, 0, DATAGRAM_BYTES);
                }
            }
        }
    }
}
