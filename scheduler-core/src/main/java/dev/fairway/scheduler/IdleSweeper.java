package dev.fairway.scheduler;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks for idle channels now and then, a few times in the shortest idle timeout there is. Has no thread of its own: it uses the
 * JDK's timer. Thread-safe.
 */
final class IdleSweeper {
    private static final int SWEEPS_PER_TIMEOUT = 4;
    private static final long SHORTEST_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Runnable sweep;

    // Guarded by this object's monitor.

    private long periodNanos = Long.MAX_VALUE;
    private boolean stopped;

    /** Counts the changes of the period: a sweep that was scheduled before the last one has been replaced. */
    private int generation;

    IdleSweeper(Runnable sweep) {
        this.sweep = sweep;
    }

    /** From now on there may be a channel with that idle timeout. */
    synchronized void sweepFor(Duration idleTimeout) {
        long period = Math.max(SHORTEST_PERIOD_NANOS, TimeUnit.NANOSECONDS.convert(idleTimeout) / SWEEPS_PER_TIMEOUT);
        if (period < periodNanos) {
            periodNanos = period;
            generation++;
            schedule(generation);
        }
    }

    synchronized void stop() {
        stopped = true;
    }

    private synchronized void schedule(int ofGeneration) {
        if (!stopped && ofGeneration == generation) {
            CompletableFuture.delayedExecutor(periodNanos, TimeUnit.NANOSECONDS).execute(() -> run(ofGeneration));
        }
    }

    private void run(int ofGeneration) {
        try {
            sweep.run();
        } finally {
            schedule(ofGeneration);
        }
    }
}
