package badger.datapath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RecordReaderTest {
    /** News makes the peer look at its sessions at once; packets alone make it look only at intervals. */
    @Test
    void aKeepAliveIsNewsAndAPacketIsNone() throws Exception {
        try (LinkedEnds ends = LinkedEnds.ofSuperPackets(4, 1_360, "jce")) {
            ends.send();
            assertEquals(1, ends.receive());
            assertFalse(ends.takeNews());
            ends.receiveKeepAlive();
            assertTrue(ends.takeNews());
            assertFalse(ends.takeNews());
            ends.send();
            assertEquals(2, ends.receive());
            assertFalse(ends.takeNews());
        }
    }
}
