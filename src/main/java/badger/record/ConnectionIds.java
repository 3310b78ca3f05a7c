package badger.record;

import badger.wire.DtlsRecord;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The connection IDs of a node (RFC 9146): one for each of its associations, from the hello to the end of its keys,
 * random, and no two alike. Any thread; looking one up takes no lock and allocates nothing.
 *
 * <p>The lower bits of an ID are its place in the table, so two IDs of one place are never in use together.
 */
public final class ConnectionIds {
    /** All have this length, so the ID of a record can be read before its association is known. */
    public static final int BYTES = DtlsRecord.CONNECTION_ID_BYTES;

    /** Never given out: the ID of an association that has none. */
    public static final int NONE = 0;

    /** More than the sessions of 4,096 peers, four each, and all handshakes that may be under way. */
    public static final int MOST = 1 << 15;

    private static final int FIRST_PLACES = 256;

    /** Safe for any thread; does not block once the kernel's pool is ready. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int most;
    /** At least twice as many places as IDs, a power of two; replaced as a whole when it grows. */
    private volatile AtomicReferenceArray<Issued> places = new AtomicReferenceArray<>(FIRST_PLACES);
    /** Guarded by this. */
    private int live;

    public ConnectionIds() {
        this(MOST);
    }

    /** For tests: at most so many are in use at once, and an association beyond that does without. */
    ConnectionIds(int most) {
        this.most = most;
    }

    /** An ID in use. */
    public final class Issued {
        private final int value;
        private volatile Object owner;
        /** Guarded by the table. */
        private boolean isReturned;

        private Issued(int value) {
            this.value = value;
        }

        /** Never {@link ConnectionIds#NONE}. */
        public int value() {
            return value;
        }

        /** Sets the owner, once. */
        public void belongsTo(Object whose) {
            if (owner != null && !owner.equals(whose)) {
                throw new IllegalStateException("the connection ID is " + owner + "'s");
            }
            owner = whose;
        }

        /** Gives it back; a second time does nothing. */
        public void giveBack() {
            remove(this);
        }
    }

    /** A new ID, or null if as many are in use as there may be. */
    public synchronized Issued issue() {
        if (live >= most) {
            return null;
        }
        if (2 * live >= places.length()) {
            places = grown();
        }
        AtomicReferenceArray<Issued> now = places;
        // Half of the places are free, so this takes two draws on average when the table is fullest.
        int value = RANDOM.nextInt();
        while (value == NONE || now.get(placeOf(value, now)) != null) {
            value = RANDOM.nextInt();
        }
        Issued issued = new Issued(value);
        now.set(placeOf(value, now), issued);
        live++;
        return issued;
    }

    /**
     * The owner of the association that has this connection ID.
     *
     * @return what {@code Association.belongsTo} was told; null if the ID is not in use, or nobody's yet
     */
    public Object byConnectionId(int value) {
        AtomicReferenceArray<Issued> now = places;
        Issued found = now.get(placeOf(value, now));
        return found != null && found.value == value ? found.owner : null;
    }

    /** How many are in use. For tests. */
    synchronized int live() {
        return live;
    }

    private synchronized void remove(Issued returned) {
        if (!returned.isReturned) {
            returned.isReturned = true;
            places.set(placeOf(returned.value, places), null);
            live--;
        }
    }

    /**
     * IDs of different places stay apart: the place in the larger table is that in the smaller one and one more bit.
     */
    private AtomicReferenceArray<Issued> grown() {
        AtomicReferenceArray<Issued> larger = new AtomicReferenceArray<>(2 * places.length());
        for (int i = 0; i < places.length(); i++) {
            Issued each = places.get(i);
            if (each != null) {
                larger.set(placeOf(each.value, larger), each);
            }
        }
        return larger;
    }

    private static int placeOf(int value, AtomicReferenceArray<Issued> in) {
        return value & in.length() - 1;
    }
}
