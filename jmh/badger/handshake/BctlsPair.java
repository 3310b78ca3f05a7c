package badger.handshake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.BasicTlsPSKIdentity;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.PSKTlsClient;
import org.bouncycastle.tls.PSKTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.crypto.TlsCrypto;

/** A client and a server that are bctls and nothing else, joined in memory: what our record layer is compared with. */
final class BctlsPair {
    private static final byte[] IDENTITY = "badger".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int[] SUITES = {CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256};
    private static final int HANDSHAKE_SECONDS = 20;

    final DTLSTransport client;
    final DTLSTransport server;

    private BctlsPair(DTLSTransport client, DTLSTransport server) {
        this.client = client;
        this.server = server;
    }

    static BctlsPair connect(TlsCrypto crypto) throws Exception {
        Path clientToServer = new Path();
        Path serverToClient = new Path();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<DTLSTransport> server = threads.submit(
                    () -> new DTLSServerProtocol().accept(new Server(crypto), new End(clientToServer, serverToClient)));
            Future<DTLSTransport> client = threads.submit(() ->
                    new DTLSClientProtocol().connect(new Client(crypto), new End(serverToClient, clientToServer)));
            return new BctlsPair(
                    client.get(HANDSHAKE_SECONDS, TimeUnit.SECONDS), server.get(HANDSHAKE_SECONDS, TimeUnit.SECONDS));
        }
    }

    void close() throws IOException {
        client.close();
        server.close();
    }

    private static final class Client extends PSKTlsClient {
        Client(TlsCrypto crypto) {
            super(crypto, new BasicTlsPSKIdentity(IDENTITY, KEY));
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return SUITES;
        }
    }

    private static final class Server extends PSKTlsServer {
        Server(TlsCrypto crypto) {
            super(crypto, new TlsPSKIdentityManager() {
                @Override
                public byte[] getHint() {
                    return IDENTITY;
                }

                @Override
                public byte[] getPSK(byte[] identity) {
                    return KEY;
                }
            });
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return SUITES;
        }
    }

    /** Datagrams one way. Its buffers are used again and again, so that what is allocated is bctls's doing. */
    private static final class Path {
        private static final int DATAGRAMS = 16;

        private final ArrayBlockingQueue<Datagram> free = new ArrayBlockingQueue<>(DATAGRAMS);
        private final ArrayBlockingQueue<Datagram> sent = new ArrayBlockingQueue<>(DATAGRAMS);

        Path() {
            for (int i = 0; i < DATAGRAMS; i++) {
                free.add(new Datagram());
            }
        }
    }

    private static final class Datagram {
        static final int BYTES = 2048;

        final byte[] bytes = new byte[BYTES];
        int length;
    }

    private record End(Path in, Path out) implements DatagramTransport {
        @Override
        public int getReceiveLimit() {
            return Datagram.BYTES;
        }

        @Override
        public int getSendLimit() {
            return Datagram.BYTES;
        }

        @Override
        public int receive(byte[] into, int at, int capacity, int waitMillis) throws IOException {
            try {
                Datagram datagram = in.sent.poll(waitMillis, TimeUnit.MILLISECONDS);
                if (datagram == null) {
                    return -1;
                }
                int length = Math.min(capacity, datagram.length);
                System.arraycopy(datagram.bytes, 0, into, at, length);
                in.free.add(datagram);
                return length;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        /** What nobody takes is lost once the buffers are used up, as with UDP. */
        @Override
        public void send(byte[] from, int at, int length) {
            Datagram datagram = out.free.poll();
            if (datagram != null) {
                System.arraycopy(from, at, datagram.bytes, 0, length);
                datagram.length = length;
                out.sent.add(datagram);
            }
        }

        @Override
        public void close() {}
    }
}
