package badger.datapath;

import badger.connect.IncomingCalls;
import badger.counter.DropReason;
import badger.peer.IexInbox;
import badger.peer.NodeContext;
import badger.peer.Peer;
import badger.record.ConnectionIds;
import badger.udp.Endpoint;
import badger.udp.Relay;
import badger.udp.RelayEndpoint;
import badger.udp.UdpReceiver;
import badger.wire.DtlsRecord;
import badger.wire.RelayFrame;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Decides who gets a datagram that did not come over a peer's own path: IEX, a known peer, or the handshakes of
 * strangers, who may only knock (paper row P41). Used by the main socket's thread, and by peers' threads for strays.
 */
final class DatagramRouter {
    private final NodeContext node;
    private final IncomingCalls incomingCalls;
    private final ConnectionIds connectionIds;
    private final IexInbox iexInbox;
    private volatile Endpoint iexEndpoint;

    /** @param iexInbox receives the datagrams from IEX, once {@link #routeIex} has said where that is */
    DatagramRouter(NodeContext node, IncomingCalls incomingCalls, ConnectionIds connectionIds, IexInbox iexInbox) {
        this.node = node;
        this.incomingCalls = incomingCalls;
        this.connectionIds = connectionIds;
        this.iexInbox = iexInbox;
    }

    /** Sets the only source from which maps are taken. */
    void routeIex(Endpoint endpoint) {
        iexEndpoint = endpoint;
    }

    /** @param source the receiver that took the datagram, and so knows where it came from */
    void route(MemorySegment buffer, long at, int length, UdpReceiver source) {
        Endpoint iex = iexEndpoint;
        if (iex != null && isAtAddressOf(source, iex) && isJson(buffer, at, length)) {
            if (source.sourcePort() == iex.port()) {
                iexInbox.offer(buffer, at, length);
            } else {
                iexInbox.offerFromAnotherPort(buffer, at, length, source.sourcePort());
            }
            return;
        }
        if (RelayFrame.isOne(buffer, at, length)) {
            routeRelayed(buffer, at, length, source);
            return;
        }
        if (RelayEndpoint.isOne(source.sourceHigh())) {
            // The source is an address that no host has, and that would be taken for a relayed peer's.
            node.counters().count(DropReason.INBOUND_UNKNOWN_SOURCE);
            return;
        }
        Peer named = byConnectionId(buffer, at, length);
        Peer peer = named != null
                ? named
                : node.directory().table().byEndpoint(source.sourceHigh(), source.sourceLow(), source.sourcePort());
        if (!isDtls(buffer, at, length)) {
            node.counters().count(DropReason.INBOUND_PUNCH);
            if (peer != null) {
                peer.punched(node.nanoTime());
            }
            return;
        }
        if (peer == null) {
            incomingCalls.stranger(buffer, at, length, source.source());
        } else if (!peer.offer(buffer, at, length, source)) {
            node.counters().count(DropReason.INBOUND_RING_FULL);
        }
    }

    /** The peer whose session the first record names, whatever its source: the peer's address may have changed. */
    private Peer byConnectionId(MemorySegment buffer, long at, int length) {
        // The first record must be alone, for whatever follows it is not authenticated by this session's keys.
        boolean isNamed = length >= DtlsRecord.HEADER_BYTES + DtlsRecord.CONNECTION_ID_BYTES
                && DtlsRecord.contentType(buffer, at) == DtlsRecord.TLS12_CID
                && DtlsRecord.recordBytes(buffer, at, DtlsRecord.CONNECTION_ID_BYTES) == length;
        return isNamed && connectionIds.byConnectionId(DtlsRecord.connectionId(buffer, at)) instanceof Peer peer
                ? peer
                : null;
    }

    /**
     * A frame counts as relayed only if it comes from the current IEX with the token that IEX gave this node; anybody
     * may have sent another.
     */
    private void routeRelayed(MemorySegment buffer, long at, int length, UdpReceiver source) {
        Relay.Offer offer = node.relay().offer();
        if (offer == null
                || !isAtAddressOf(source, offer.iex())
                || source.sourcePort() != offer.iex().port()) {
            node.counters().count(node.relay().isWanted() ? DropReason.RELAY_UNKNOWN_SOURCE : DropReason.RELAY_OFF);
        } else if (!RelayFrame.isToken(RelayFrame.token(buffer, at), offer.token())) {
            node.counters().count(DropReason.RELAY_BAD_TOKEN);
        } else if (!RelayFrame.carriesRecords(buffer, at, length)) {
            node.counters().count(DropReason.RELAY_MALFORMED);
        } else {
            long recordsAt = at + RelayFrame.HEADER_BYTES;
            int records = length - RelayFrame.HEADER_BYTES;
            int sender = RelayFrame.virtualAddress(buffer, at);
            Peer peer = node.directory().table().byVirtualAddress(sender);
            if (peer == null) {
                incomingCalls.stranger(buffer, recordsAt, records, RelayEndpoint.of(sender));
            } else if (!peer.offerRelayed(buffer, recordsAt, records)) {
                node.counters().count(DropReason.INBOUND_RING_FULL);
            }
        }
    }

    private static boolean isAtAddressOf(UdpReceiver source, Endpoint endpoint) {
        return source.sourceLow() == endpoint.low() && source.sourceHigh() == endpoint.high();
    }

    /** A JSON object, or the white space that may stand before it (RFC 8259, section 2). */
    private static boolean isJson(MemorySegment buffer, long at, int length) {
        int firstByte = length == 0 ? 0 : buffer.get(ValueLayout.JAVA_BYTE, at);
        return firstByte == '{' || firstByte == ' ' || firstByte == '\t' || firstByte == '\n' || firstByte == '\r';
    }

    /** Whether the first byte is that of a DTLS 1.2 record: 20 to 63 in the multiplexing scheme of RFC 7983. */
    static boolean isDtls(MemorySegment buffer, long at, int length) {
        int firstByte = length == 0 ? 0 : buffer.get(ValueLayout.JAVA_BYTE, at);
        return firstByte >= 20 && firstByte <= 63;
    }
}
