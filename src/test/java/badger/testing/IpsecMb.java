package badger.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import badger.linux.IpsecMbGcm;

/** The one library that not every machine of Badger's can have: libIPSec_MB is for x86-64. */
public final class IpsecMb {
    private IpsecMb() {}

    /** Whether tests of it apply to this machine's processor; fails with what to install where it is missing. */
    public static boolean isExpectedHere() {
        boolean isExpected = System.getProperty("os.arch").equals("amd64");
        assertTrue(
                !isExpected || IpsecMbGcm.isAvailable(),
                "These tests need libIPSec_MB.so.1 (Debian: apt-get install libipsec-mb1).");
        return isExpected;
    }
}
