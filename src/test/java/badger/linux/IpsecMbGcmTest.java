package badger.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.testing.IpsecMb;
import badger.testing.NeedsTools;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = "os.arch", matches = "amd64", disabledReason = "the library is for x86-64")
@NeedsTools("libIPSec_MB.so.1")
final class IpsecMbGcmTest extends GcmCipherContract {
    @BeforeAll
    static void libraryIsThere() {
        assertTrue(IpsecMb.isExpectedHere());
        assertTrue(IpsecMbGcm.version().startsWith("1."), IpsecMbGcm.version());
    }

    @Override
    GcmCipher cipher(Arena ownerArena, MemorySegment key, boolean isEncrypting) {
        return new IpsecMbGcm(ownerArena, key, isEncrypting);
    }

    @Test
    void wipesTheKeyScheduleOnClose() {
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> owned = new ArrayList<>();
            // The memory a cipher takes, seen by the arena it takes it from.
            IpsecMbGcm cipher =
                    new IpsecMbGcm(watching(arena, owned), arena.allocate(16).fill((byte) 7), true);
            MemorySegment some = arena.allocate(100);
            cipher.seal(arena.allocate(12), some, 13, some, 0, 60, some, 0);
            assertFalse(owned.stream().allMatch(IpsecMbGcmTest::isZero));
            cipher.close();
            assertTrue(owned.stream().allMatch(IpsecMbGcmTest::isZero));
            assertEquals(3, owned.size());
        }
    }

    private static boolean isZero(MemorySegment segment) {
        return segment.mismatch(MemorySegment.ofArray(new byte[(int) segment.byteSize()])) == -1;
    }

    private static Arena watching(Arena arena, List<MemorySegment> owned) {
        return new Arena() {
            @Override
            public MemorySegment allocate(long bytes, long alignment) {
                owned.add(arena.allocate(bytes, alignment));
                return owned.getLast();
            }

            @Override
            public MemorySegment.Scope scope() {
                return arena.scope();
            }

            @Override
            public void close() {
                arena.close();
            }
        };
    }
}
