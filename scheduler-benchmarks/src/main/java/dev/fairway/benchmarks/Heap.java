package dev.fairway.benchmarks;

import java.lang.management.ManagementFactory;

/** How much of the heap is in use. */
public final class Heap {
    private static final int COLLECTIONS = 3;

    private Heap() {}

    /** {@return the bytes that survive a collection} */
    public static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
