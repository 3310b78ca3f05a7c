package badger.discovery;

/** Keeps the last map beyond the life of a node. Called by the link's thread. */
public interface MapMemory {
    /** One that keeps nothing. */
    MapMemory NONE = new MapMemory() {
        @Override
        public byte[] recall() {
            return new byte[0];
        }

        @Override
        public void keep(byte[] map) {}
    };

    /** The last map that was kept, as IEX sent it; empty if there is none. The map is not authenticated. */
    byte[] recall();

    /** Keeps a map in place of the one before. A failure costs nothing but the map. */
    void keep(byte[] map);
}
