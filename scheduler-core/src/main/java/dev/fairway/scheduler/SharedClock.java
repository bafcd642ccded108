package dev.fairway.scheduler;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The workers' last clock reading, for producers. It is fresh while a worker is in a run of tasks so short that it reads the clock
 * every few of them.
 */
final class SharedClock {
    /** Readings closer together are not passed on, so that the line stays with those who read it. */
    private static final long RESOLUTION_NANOS = 1_000;

    private final AtomicLong lastReading = new AtomicLong();
    private final AtomicInteger quickWorkers = new AtomicInteger();

    boolean isFresh() {
        return quickWorkers.getPlain() > 0;
    }

    long lastReading() {
        return lastReading.getOpaque();
    }

    void read(long now) {
        if (now - lastReading.getOpaque() >= RESOLUTION_NANOS) {
            lastReading.setOpaque(now);
        }
    }

    void workerIsQuick() {
        quickWorkers.incrementAndGet();
    }

    void workerIsNotQuick() {
        quickWorkers.decrementAndGet();
    }
}
