package dev.fairway.benchmarks;

import java.util.concurrent.locks.LockSupport;

/** Lets one thread do something at even intervals. It sleeps in between: a spinning one would take a processor from the workers. */
public final class Pace {
    private final long intervalNanos;
    private long next = System.nanoTime();

    /** @param intervalNanos from one moment to the next */
    public Pace(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /** Waits for the next moment; what is late is not made up for. */
    public void await() {
        next += intervalNanos;
        long now = System.nanoTime();
        if (next - now < 0) {
            next = now;
        }
        for (; next - now > 0; now = System.nanoTime()) {
            LockSupport.parkNanos(next - now);
        }
    }
}
