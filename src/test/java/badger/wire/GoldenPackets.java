package badger.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/**
 * Packets of the Linux kernel and OpenSSL 3.0, caught between two network namespaces a and b that a veth pair
 * joins. The DTLS ones were caught on the loopback of one namespace.
 *
 * <pre>
 * a: 192.0.2.1/24, 2001:db8::1/64    b: 192.0.2.2/24, 2001:db8::2/64
 * ethtool -K wire0 tx off            # at both ends, or the kernel leaves the checksums to a card that is not there
 * b: dumpcap -i wire0 -w golden.pcapng
 * a: ping -c1 -s16 192.0.2.2         # ECHO
 * a: UDP "badgers" from port 40000 to 192.0.2.2:9944                               # UDP_BADGERS
 * a: TCP "sett" to 192.0.2.2:8080, "sett!" to [2001:db8::2]:8080                   # TCP_SYN, TCP_DATA, IPV6_TCP_DATA
 *    openssl s_server -dtls1_2 -nocert -psk 00112233445566778899aabbccddeeff -cipher PSK-AES128-GCM-SHA256
 *    openssl s_client -dtls1_2 -connect 192.0.2.1:4433 -quiet, psk and cipher as above; type "badgers" and Enter
 * tshark -r golden.pcapng -x         # from the IP header on; of the DTLS_ ones the UDP payload
 * </pre>
 */
final class GoldenPackets {
    static final String ECHO =
            "4500002c3ed64000400177f7c0000201c00002020800f6f136230001edad046b00000000d6d0020000000000";

    static final String UDP_BADGERS = "45000023ec1f40004011caa6c0000201c00002029c4026d8000f197862616467657273";

    static final String TCP_SYN = "4500003cbb3c40004006fb7bc0000201c0000202d4501f90f389508000000000a002faf04a710000"
            + "020405b40402080abf888723000000000103030a";

    static final String TCP_DATA = "45000038bb3e40004006fb7dc0000201c0000202d4501f90f38950812e4eead38018003f147e0000"
            + "0101080abf888724b6d0a78a73657474";

    static final String IPV6_TCP_DATA =
            "60083f830025064020010db800000000000000000000000120010db8000000000000000000000002"
                    + "bc1e1f903560e5b00d7a29cc80180040287300000101080af75054a0263449837365747421";

    /** ClientKeyExchange, ChangeCipherSpec and an encrypted Finished: three records in one datagram. */
    static final String DTLS_CLIENT_KEY_EXCHANGE =
            "16fefd0000000000000002001d100000110002000000000011000f436c69656e745f"
                    + "6964656e7469747914fefd000000000000000300010116fefd00010000000000000030282ca27cb6081c15"
                    + "17adedececbed579d566bbb874c55338765132578b6ca083b75122266ae0e45603244c0b3872eb15";

    static final String DTLS_HELLO_VERIFY_REQUEST =
            "16feff00000000000000000023030000170000000000000017feff14c3d5e625d004d9710c40152c1363656a6596f8fa";

    /** "badgers" and a line feed under AES-128-GCM. */
    static final String DTLS_APPLICATION_DATA =
            "17fefd00010000000000010020282ca27cb6081c1622cbb1e357afd659ee4f9b0cff8d1906740c146775b27bb6";

    private GoldenPackets() {}

    /** The bytes of {@code hex} at {@code at}, in a segment that ends with them. */
    static MemorySegment segment(Arena arena, String hex, int at) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        MemorySegment segment = arena.allocate(at + bytes.length);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, at, bytes.length);
        return segment;
    }

    /** A check of {@code [at, at + length)} of a segment. */
    interface Completeness {
        boolean isComplete(MemorySegment segment, long at, int length);
    }

    /** The length of the shortest truncated copy of {@code hex} that is complete. Each copy ends with its segment. */
    static int shortestComplete(String hex, Completeness header) {
        for (int length = 0; length <= hex.length() / 2; length++) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = segment(arena, hex.substring(0, 2 * length), 3);
                if (header.isComplete(copy, 3, length)) {
                    return length;
                }
            }
        }
        return -1;
    }
}
