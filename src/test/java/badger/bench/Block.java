package badger.bench;

import java.util.List;
import java.util.Locale;

/** What is measured in one go of one path, before it is the next path's turn. */
enum Block {
    TCP_1("TCP, 1 stream") {
        @Override
        String measure(Tunnel tunnel, Effort effort, Results results) {
            double cpuBefore = ProcFiles.processorSeconds(tunnel.pids());
            double machineBefore = ProcFiles.machineBusySeconds();
            IperfReport out = tunnel.link().tcp(1, false, effort.seconds(), effort.omittedSeconds());
            IperfReport back = tunnel.link().tcp(1, true, effort.seconds(), effort.omittedSeconds());
            double gigabytes = (out.bytesInAll() + back.bytesInAll()) / 1e9;
            String path = tunnel.name();
            double cpu = ProcFiles.processorSeconds(tunnel.pids()) - cpuBefore;
            double machine = ProcFiles.machineBusySeconds() - machineBefore;
            results.add(path, Measure.CPU_MACHINE, machine / gigabytes);
            if (tunnel.hasDaemons()) {
                results.add(path, Measure.CPU_TUNNEL, cpu / gigabytes);
            }
            return addBoth(path, List.of(Measure.TCP_1_OUT, Measure.TCP_1_BACK), List.of(out, back), results);
        }
    },
    TCP_4("TCP, 4 streams") {
        @Override
        String measure(Tunnel tunnel, Effort effort, Results results) {
            IperfReport out = tunnel.link().tcp(4, false, effort.seconds(), effort.omittedSeconds());
            IperfReport back = tunnel.link().tcp(4, true, effort.seconds(), effort.omittedSeconds());
            return addBoth(tunnel.name(), List.of(Measure.TCP_4_OUT, Measure.TCP_4_BACK), List.of(out, back), results);
        }
    },
    UDP_1400("UDP 1400 B") {
        @Override
        String measure(Tunnel tunnel, Effort effort, Results results) {
            return search(tunnel, 1400, effort, List.of(Measure.UDP_1400_RATE, Measure.UDP_1400_FLOOD), results);
        }
    },
    UDP_512("UDP 512 B") {
        @Override
        String measure(Tunnel tunnel, Effort effort, Results results) {
            return search(tunnel, 512, effort, List.of(Measure.UDP_512_RATE, Measure.UDP_512_FLOOD), results);
        }
    },
    UDP_64("UDP 64 B") {
        @Override
        String measure(Tunnel tunnel, Effort effort, Results results) {
            return search(tunnel, 64, effort, List.of(Measure.UDP_64_RATE, Measure.UDP_64_FLOOD), results);
        }
    },
    ROUND_TRIPS("round trips") {
        @Override
        String measure(Tunnel tunnel, Effort effort, Results results) {
            String path = tunnel.name();
            RoundTrips idle = tunnel.link().ping(effort.seconds());
            results.add(path, Measure.RTT_IDLE, idle.median());
            results.add(path, Measure.RTT_IDLE_99, idle.percentile99());
            RoundTrips loaded = tunnel.link().pingUnderLoad(effort.seconds());
            results.add(path, Measure.RTT_LOAD, loaded.median());
            results.add(path, Measure.RTT_LOAD_99, loaded.percentile99());
            if (tunnel.hasDaemons()) {
                results.add(path, Measure.MEMORY_LOADED, tunnel.residentMegabytes());
            }
            return String.format(
                    Locale.ROOT,
                    "%.3f ms idle, %.2f ms under load (99 %%: %.2f)",
                    idle.median(),
                    loaded.median(),
                    loaded.percentile99());
        }
    };

    private final String title;

    Block(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Measures once, adds the samples and returns the figures for the line of progress. */
    abstract String measure(Tunnel tunnel, Effort effort, Results results);

    /** How long it will take, in seconds, with what starting and ending a test takes. */
    double plannedSeconds(Effort effort) {
        return switch (this) {
            case TCP_1, TCP_4 -> 2 * (effort.seconds() + effort.omittedSeconds() + 0.2);
            // About half of the rates fail, and are tried twice.
            case UDP_1400, UDP_512, UDP_64 -> (1 + 1.5 * effort.udpRates()) * (effort.udpSeconds() + 0.2);
            case ROUND_TRIPS -> 2 * effort.seconds() + 1.5;
        };
    }

    private static String addBoth(String path, List<Measure> measures, List<IperfReport> reports, Results results) {
        double out = reports.get(0).receivedBitsPerSecond() / 1e9;
        double back = reports.get(1).receivedBitsPerSecond() / 1e9;
        results.add(path, measures.get(0), out);
        results.add(path, measures.get(1), back);
        return String.format(Locale.ROOT, "%.2f and %.2f Gbit/s", out, back);
    }

    private static String search(
            Tunnel tunnel, int packetBytes, Effort effort, List<Measure> measures, Results results) {
        NoLossSearch.Trial flood =
                tunnel.link().udp(packetBytes, 0, effort.udpSeconds()).datagrams();
        double rate = new NoLossSearch(effort.udpResolution(), effort.udpRates())
                .highestRate(
                        flood,
                        packetsPerSecond -> tunnel.link()
                                .udp(packetBytes, packetsPerSecond, effort.udpSeconds())
                                .datagrams());
        results.add(tunnel.name(), measures.get(0), rate / 1e3);
        results.add(tunnel.name(), measures.get(1), flood.received() / 1e3);
        return String.format(
                Locale.ROOT,
                "%.1f kpacket/s without loss, %.1f of %.1f under flood",
                rate / 1e3,
                flood.received() / 1e3,
                flood.sent() / 1e3);
    }
}
