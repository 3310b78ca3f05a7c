package badger.testing;

import badger.udp.Endpoint;
import badger.udp.UdpReceiver;
import badger.udp.UdpSocket;
import java.lang.foreign.Arena;

/** A socket of which only the writing ends are of use, for tests that look at what is sent. */
public abstract class SendingSocket implements UdpSocket {
    private final Endpoint own;

    protected SendingSocket(Endpoint own) {
        this.own = own;
    }

    @Override
    public final int localPort() {
        return own.port();
    }

    @Override
    public final Endpoint localEndpoint() {
        return own;
    }

    @Override
    public final UdpReceiver receiver(Arena ownerArena) {
        return null;
    }

    @Override
    public final void onReadable(Runnable wakeUp) {}

    @Override
    public final void armReadable() {}

    @Override
    public final boolean keepWhole(boolean isKeptWhole) {
        return true;
    }

    @Override
    public final void interrupt() {}

    @Override
    public final void close() {}
}
