package badger.handshake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PskTest {
    @Test
    void holdsTheUtf8BytesAndNeverShowsThem() {
        try (Psk psk = Psk.of("Schlüssel")) {
            assertArrayEquals("Schlüssel".getBytes(StandardCharsets.UTF_8), psk.copy());
            assertEquals("Psk[10 bytes]", psk.toString());
        }
    }

    @Test
    void refusesWhatNoPeerCouldUse() {
        assertThrows(IllegalArgumentException.class, () -> Psk.of(""));
        assertThrows(IllegalArgumentException.class, () -> Psk.of(new byte[Psk.LONGEST_BYTES + 1]));
    }

    @Test
    void isGoneOnceClosed() {
        Psk psk = Psk.of("secret");
        psk.close();
        psk.close();
        assertThrows(IllegalStateException.class, psk::copy);
    }

    @Test
    void identitiesOfStrangersCanBeLogged() {
        assertEquals("a?b?", PskIdentity.text(new byte[] {'a', 10, 'b', 27}));
        assertEquals(PskIdentity.LONGEST_TEXT, PskIdentity.text(new byte[5000]).length());
    }
}
