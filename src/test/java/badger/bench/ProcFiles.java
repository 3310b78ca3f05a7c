package badger.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Processor time and memory as {@code /proc} has them (proc(5)). */
final class ProcFiles {
    /** USER_HZ, in which the kernel tells times to user space: 100 on every architecture Badger runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

    private ProcFiles() {}

    /** Processor seconds the process and all its threads have used, in user space and in the kernel. */
    static double processorSeconds(long pid) {
        return processorSeconds(Machine.read("/proc/" + pid + "/stat"));
    }

    /** The same of the text of {@code /proc/PID/stat}. */
    static double processorSeconds(String stat) {
        // The second field, the name, is in parentheses and may hold spaces and parentheses itself.
        List<String> fields =
                List.of(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1));
        int userTime = 14 - 3;
        int systemTime = 15 - 3;
        return (Long.parseLong(fields.get(userTime)) + Long.parseLong(fields.get(systemTime))) / TICKS_PER_SECOND;
    }

    /** Processor seconds of all processes together; those that ended count as nothing. */
    static double processorSeconds(Collection<Long> pids) {
        return pids.stream()
                .filter(pid -> Files.exists(Path.of("/proc/" + pid)))
                .mapToDouble(ProcFiles::processorSeconds)
                .sum();
    }

    /** Processor seconds that all cores together were busy since the machine started, interrupts included. */
    static double machineBusySeconds() {
        return machineBusySeconds(Machine.read("/proc/stat"));
    }

    /** The same of the text of {@code /proc/stat}. */
    static double machineBusySeconds(String stat) {
        // cpu user nice system idle iowait irq softirq steal guest guest_nice; guest times are already in user and
        // nice.
        List<Long> times = List.of(stat.lines().findFirst().orElseThrow().split(" +", -1)).stream()
                .skip(1)
                .map(Long::valueOf)
                .toList();
        return (times.get(0) + times.get(1) + times.get(2) + times.get(5) + times.get(6)) / TICKS_PER_SECOND;
    }

    /** Resident memory of the process, in megabytes (10^6 bytes). */
    static double residentMegabytes(long pid) {
        return residentMegabytes(Machine.read("/proc/" + pid + "/status"));
    }

    /** The same of the text of {@code /proc/PID/status}. */
    static double residentMegabytes(String status) {
        Matcher resident = RESIDENT.matcher(status);
        if (!resident.find()) {
            throw new IllegalArgumentException("no VmRSS in " + status);
        }
        return Long.parseLong(resident.group(1)) * 1024 / 1e6;
    }
}
