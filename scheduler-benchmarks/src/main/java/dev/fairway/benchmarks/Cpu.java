package dev.fairway.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The processor time of all threads together, which other processes on the machine disturb less than the time that it takes. */
public final class Cpu {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private long before;

    /** Counts from now on. */
    public void begin() {
        before = SYSTEM.getProcessCpuTime();
    }

    /**
     * Hands over what was spent.
     *
     * @param operations on how many operations
     */
    public void report(long operations) {
        double nanos = SYSTEM.getProcessCpuTime() - before;
        Figures.put("cpu", nanos / operations, "ns/op");
    }
}
