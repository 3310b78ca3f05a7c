package badger.model;

import badger.aead.Aeads;
import badger.handshake.Association;
import badger.handshake.HandshakeFailure;
import badger.handshake.HandshakeSettings;
import badger.handshake.Psk;
import badger.record.ConnectionIds;
import badger.record.Role;
import badger.udp.Endpoint;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Makes associations of the model without a handshake and without another end. One thread. */
public final class ModelAssociations {
    private static final Psk PSK = Psk.of("no handshake of the model uses it");

    private final AtomicInteger openKeys = new AtomicInteger();
    private final Consumer<ModelAssociation> whenClosed;
    private final ModelHandshakes handshakes;
    private long made;

    /** @param whenClosed told of each that ends */
    public ModelAssociations(Consumer<ModelAssociation> whenClosed) {
        this.whenClosed = whenClosed;
        this.handshakes = new ModelHandshakes(
                "",
                () -> 0,
                () -> 0,
                new ConnectionIds(),
                HandshakeSettings.of(PSK, "10.0.0.10", Aeads.named("jce")),
                openKeys,
                new Nobody());
    }

    /** An association that has just been established; its number counts from 1. What it sends goes nowhere. */
    public ModelAssociation established(Role role, String peerIdentity) {
        ModelAssociation association = new ModelAssociation(
                handshakes, role, ++made, peerIdentity, (flight, at, length) -> {}, new Association.Listener() {
                    @Override
                    public void established(Association established) {}

                    @Override
                    public void failed(Association failed, HandshakeFailure reason) {}

                    @Override
                    public void closed(Association closed) {
                        whenClosed.accept((ModelAssociation) closed);
                    }
                });
        association.establish(association.ownIdValue(), HandshakeSettings.RECORD_LIMIT, openKeys);
        return association;
    }

    /** Keys that nobody has wiped. */
    public int openKeys() {
        return openKeys.get();
    }

    private static final class Nobody implements ModelHandshakes.Told {
        @Override
        public void helloSeen() {}

        @Override
        public void answered(ModelAssociation calling, Endpoint source) {}

        @Override
        public void accepted(ModelAssociation association, Endpoint source, long startedNanos) {}

        @Override
        public void closed() {}

        @Override
        public void needsMemory() {}
    }
}
