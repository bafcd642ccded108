package dev.fairway.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What an iteration allocates. Not thread-safe. What threads that have ended allocated is missing. */
public final class Allocated {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long byAllBefore;
    private long before;

    /** Counts from now on; called by the thread that will report. */
    public void begin() {
        byAllBefore = byAll();
        before = THREADS.getCurrentThreadAllocatedBytes();
    }

    /**
     * Hands over what this thread has allocated.
     *
     * @param operations by how many operations
     */
    public void report(long operations) {
        long own = THREADS.getCurrentThreadAllocatedBytes() - before;
        Figures.put("allocated", (double) own / operations, "B/op");
    }

    /**
     * Hands over what all threads have allocated.
     *
     * @param operations by how many operations
     */
    public void reportAllThreads(long operations) {
        Figures.put("allocated.allThreads", (double) (byAll() - byAllBefore) / operations, "B/op");
    }

    private static long byAll() {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
