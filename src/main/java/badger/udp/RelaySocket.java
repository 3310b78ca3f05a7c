package badger.udp;

import java.lang.foreign.Arena;

/** A node's main socket whose senders also reach a {@link RelayEndpoint}, by way of IEX. */
public final class RelaySocket implements UdpSocket {
    private final UdpSocket socket;
    private final Relay relay;

    public RelaySocket(UdpSocket socket, Relay relay) {
        this.socket = socket;
        this.relay = relay;
    }

    @Override
    public UdpSender sender(Arena ownerArena) {
        return new RelaySender(socket.sender(ownerArena), relay, ownerArena);
    }

    @Override
    public int localPort() {
        return socket.localPort();
    }

    @Override
    public Endpoint localEndpoint() {
        return socket.localEndpoint();
    }

    @Override
    public UdpReceiver receiver(Arena ownerArena) {
        return socket.receiver(ownerArena);
    }

    @Override
    public void onReadable(Runnable wakeUp) {
        socket.onReadable(wakeUp);
    }

    @Override
    public void armReadable() {
        socket.armReadable();
    }

    @Override
    public boolean keepWhole(boolean isKeptWhole) {
        return socket.keepWhole(isKeptWhole);
    }

    @Override
    public void interrupt() {
        socket.interrupt();
    }

    @Override
    public void close() {
        socket.close();
    }
}
