package badger.bench;

/** Everything that is measured of a path, one sample per round. */
enum Measure {
    TCP_1_OUT("tcp1Out", "TCP, 1 stream, left to right", "Gbit/s", 2),
    TCP_1_BACK("tcp1Back", "TCP, 1 stream, right to left", "Gbit/s", 2),
    TCP_4_OUT("tcp4Out", "TCP, 4 streams, left to right", "Gbit/s", 2),
    TCP_4_BACK("tcp4Back", "TCP, 4 streams, right to left", "Gbit/s", 2),
    UDP_1400_RATE("udp1400NoLoss", "UDP 1400 B, no-loss rate", "kpacket/s", 1),
    UDP_512_RATE("udp512NoLoss", "UDP 512 B, no-loss rate", "kpacket/s", 1),
    UDP_64_RATE("udp64NoLoss", "UDP 64 B, no-loss rate", "kpacket/s", 1),
    UDP_1400_FLOOD("udp1400Flood", "UDP 1400 B, through under flood", "kpacket/s", 1),
    UDP_512_FLOOD("udp512Flood", "UDP 512 B, through under flood", "kpacket/s", 1),
    UDP_64_FLOOD("udp64Flood", "UDP 64 B, through under flood", "kpacket/s", 1),
    RTT_IDLE("rttIdleMedian", "round trip idle, median", "ms", 3),
    RTT_IDLE_99("rttIdleP99", "round trip idle, 99th percentile", "ms", 3),
    RTT_LOAD("rttLoadMedian", "round trip under load, median", "ms", 2),
    RTT_LOAD_99("rttLoadP99", "round trip under load, 99th percentile", "ms", 2),
    CPU_TUNNEL("cpuTunnel", "CPU of the tunnel's processes", "s/GB", 2),
    CPU_MACHINE("cpuMachine", "CPU of the whole machine", "s/GB", 2),
    MEMORY_IDLE("memoryIdle", "resident memory of the larger end, idle", "MB", 0),
    MEMORY_LOADED("memoryLoaded", "resident memory of the larger end, after load", "MB", 0);

    private final String key;
    private final String title;
    private final String unit;
    private final int decimals;

    Measure(String key, String title, String unit, int decimals) {
        this.key = key;
        this.title = title;
        this.unit = unit;
        this.decimals = decimals;
    }

    /** The name in results.json. */
    String key() {
        return key;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    int decimals() {
        return decimals;
    }
}
