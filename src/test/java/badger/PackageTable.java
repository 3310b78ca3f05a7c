package badger;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which package may import which: the one list that {@link PackageDirectionTest} holds the program, the table of
 * docs/ARCHITECTURE.md and its picture against. Every arrow points to a package further down.
 */
final class PackageTable {
    /** The root package in words, since its own name is empty. */
    static final String ROOT = "badger";

    private static final Map<String, List<String>> MAY_IMPORT = new LinkedHashMap<>();

    static {
        allow(ROOT, "cli config thread");
        allow("cli", "node iex config status connect discovery handshake record aead tun udp wire");
        allow(
                "node",
                "datapath discovery connect peer session status config handshake aead tun udp wire counter"
                        + " thread time");
        allow(
                "datapath",
                "connect path peer session handshake record offload tun udp linux memory wire counter thread");
        allow("connect", "path peer session handshake record udp wire counter thread time");
        allow("path", "peer session udp wire time");
        allow("discovery", "message peer udp wire counter time");
        allow("peer", "session memory udp wire counter thread time");
        allow("session", "handshake record offload udp counter thread");
        allow("handshake", "record aead wire");
        allow("record", "aead wire counter");
        allow("aead", "linux wire");
        allow("iex", "message udp wire counter");
        allow("message", "udp wire");
        allow("config", "udp wire");
        allow("status", "counter");
        allow("offload", "linux wire");
        allow("tun", "linux wire");
        allow("udp", "linux wire");
        allow("linux", "bindings");
        allow("memory", "");
        allow("thread", "");
        allow("time", "");
        allow("counter", "");
        allow("wire", "");
        allow("bindings", "");
    }

    /** What so many packages import that the picture of the packages leaves it out. */
    static final List<String> EVERYWHERE = List.of("udp", "wire", "counter");

    private PackageTable() {}

    /** What each package may import, by name. */
    static Map<String, List<String>> rows() {
        return MAY_IMPORT;
    }

    private static void allow(String from, String names) {
        MAY_IMPORT.put(from, names.isEmpty() ? List.of() : List.of(names.split(" ")));
    }
}
