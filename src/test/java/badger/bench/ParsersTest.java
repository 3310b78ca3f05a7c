package badger.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What iperf3 3.12, ping of iputils and the kernel print, cut down to the parts that are read and their neighbours. */
final class ParsersTest {
    private static final String TCP = """
            {"start": {"version": "iperf 3.12"},
             "intervals": [
              {"streams": [], "sum": {"start": 0, "seconds": 1.0, "bytes": 1541406720, "bits_per_second": 1.2e10,
               "omitted": true}},
              {"streams": [], "sum": {"start": 0, "seconds": 1.0, "bytes": 1555824640, "bits_per_second": 1.2e10,
               "omitted": false}}],
             "end": {"streams": [],
              "sum_sent": {"start": 0, "end": 0.99, "seconds": 0.99, "bytes": 1555824640,
               "bits_per_second": 12455988935.657486,
               "retransmits": 0, "sender": true},
              "sum_received": {"start": 0, "end": 1.0, "seconds": 1.003205, "bytes": 1558315008,
               "bits_per_second": 12426692514.491056, "sender": true}}}
            """;

    private static final String UDP_FLOOD = """
            {"start": {}, "intervals": [{"sum": {"bytes": 9726840, "packets": 270190, "omitted": false}}],
             "end": {
              "sum": {"seconds": 1.000685, "lost_packets": 165514, "packets": 270190, "lost_percent": 61.25,
               "sender": true},
              "sum_sent": {"seconds": 1.0, "bytes": 9726840, "bits_per_second": 77768370.05, "jitter_ms": 0,
               "lost_packets": 0, "packets": 270190, "lost_percent": 0, "sender": true},
              "sum_received": {"seconds": 1.000685, "bytes": 3726684, "bits_per_second": 29793063.75,
               "jitter_ms": 0.0004, "lost_packets": 165514, "packets": 269033, "lost_percent": 61.258,
               "sender": false}}}
            """;

    @Test
    void tcpRateIsTheReceivers() {
        assertEquals(12426692514.491056, IperfReport.parse(TCP).receivedBitsPerSecond());
    }

    @Test
    void bytesInAllIncludeTheOmittedStart() {
        assertEquals(1541406720.0 + 1555824640.0, IperfReport.parse(TCP).bytesInAll());
    }

    @Test
    void whatNeverArrivedIsLostEvenWhenNothingOvertookIt() {
        NoLossSearch.Trial trial = IperfReport.parse(UDP_FLOOD).datagrams();
        assertEquals(270190, trial.sent(), 0.5);
        assertEquals(269033 - 165514, trial.received(), 0.5);
    }

    @Test
    void warningBeforeTheReportIsNoHarm() {
        String warning = "warning: UDP block size 1372 exceeds TCP MSS 1348, may result in fragmentation / drops\n";
        assertEquals(270190, IperfReport.parse(warning + UDP_FLOOD).datagrams().sent(), 0.5);
    }

    @Test
    void errorOfIperfBecomesTheMessage() {
        BenchException refused = assertThrows(
                BenchException.class,
                () -> IperfReport.parse("{\"start\": {}, \"error\": \"unable to connect to server\"}"));
        assertTrue(refused.getMessage().contains("unable to connect to server"));
        assertThrows(BenchException.class, () -> IperfReport.parse("iperf3: command not found"));
        assertThrows(BenchException.class, () -> IperfReport.parse("[]"));
    }

    @Test
    void roundTripsAreThoseOfTheAnswers() {
        RoundTrips roundTrips = RoundTrips.parse("""
                PING 10.0.0.20 (10.0.0.20) 56(84) bytes of data.
                64 bytes from 10.0.0.20: icmp_seq=1 ttl=64 time=0.156 ms
                From 10.0.0.10 icmp_seq=2 Destination Host Unreachable
                64 bytes from 10.0.0.20: icmp_seq=3 ttl=64 time=12.0 ms
                64 bytes from 10.0.0.20: icmp_seq=4 ttl=64 time=0.044 ms

                --- 10.0.0.20 ping statistics ---
                rtt min/avg/max/mdev = 0.044/4.066/12.0/0.034 ms
                """);
        assertEquals(List.of(0.156, 12.0, 0.044), roundTrips.milliseconds());
        assertEquals(0.156, roundTrips.median());
        assertThrows(BenchException.class, () -> RoundTrips.parse("3 packets transmitted, 0 received"));
    }

    @Test
    void processTimesAreFoundBehindAnyName() {
        String stat = "4242 (a) b (c) S 1 4242 4242 0 -1 4194560 900 0 3 0 250 125 7 9 20 0 5 0 1000 1 2 3\n";
        assertEquals(3.75, ProcFiles.processorSeconds(stat), 1e-9);
    }

    @Test
    void busyIsEverythingButIdleWaitAndStolen() {
        // user nice system idle iowait irq softirq steal guest guest_nice
        String stat = "cpu  100 20 300 90000 7000 4 50 600 11 12\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
        assertEquals(4.74, ProcFiles.machineBusySeconds(stat), 1e-9);
    }

    @Test
    void residentMemoryIsInMegabytes() {
        assertEquals(102.4, ProcFiles.residentMegabytes("Name:\tx\nVmHWM:\t  200000 kB\nVmRSS:\t  100000 kB\n"), 1e-9);
        assertThrows(IllegalArgumentException.class, () -> ProcFiles.residentMegabytes("Name:\tkthread\n"));
    }

    @Test
    void numbersOfTheKernelAreReadWhole() {
        assertTrue(Long.parseLong(Machine.read("/proc/sys/net/core/rmem_max")) >= 2304);
    }

    @Test
    void ourOwnProcessHasUsedTimeAndMemory() {
        long pid = ProcessHandle.current().pid();
        assertTrue(ProcFiles.processorSeconds(List.of(pid)) > 0);
        assertTrue(ProcFiles.residentMegabytes(pid) > 1);
        assertTrue(ProcFiles.machineBusySeconds() > 0);
    }
}
