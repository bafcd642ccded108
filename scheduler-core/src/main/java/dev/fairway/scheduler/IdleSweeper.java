package dev.fairway.scheduler;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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
    private @Nullable CompletableFuture<Void> timer;

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
            cancelTimer();
            schedule(generation);
        }
    }

    /** Nothing holds on to the scheduler after it, however long the period was. */
    synchronized void stop() {
        stopped = true;
        cancelTimer();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false); // takes it out of the JDK's timer, too
            timer = null;
        }
    }

    private synchronized void schedule(int ofGeneration) {
        if (!stopped && ofGeneration == generation) {
            CompletableFuture<Void> next =
                    new CompletableFuture<Void>().completeOnTimeout(null, periodNanos, TimeUnit.NANOSECONDS);
            var unused = next.thenRunAsync(() -> run(ofGeneration));
            timer = next;
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
