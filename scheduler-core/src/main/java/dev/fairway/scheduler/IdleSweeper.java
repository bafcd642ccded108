package dev.fairway.scheduler;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks for idle channels now and then, a few times in the shortest idle timeout there is. Has no thread of its own: it uses the
 * JDK's timer.
 */
final class IdleSweeper {
    private static final int SWEEPS_PER_TIMEOUT = 4;
    private static final long SHORTEST_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Runnable sweep;

    /** Guarded by this object's monitor. */
    private long periodNanos = Long.MAX_VALUE;

    private boolean scheduled;
    private boolean stopped;

    IdleSweeper(Runnable sweep) {
        this.sweep = sweep;
    }

    /** From now on there may be a channel with that idle timeout. */
    synchronized void sweepFor(Duration idleTimeout) {
        long period = TimeUnit.NANOSECONDS.convert(idleTimeout) / SWEEPS_PER_TIMEOUT;
        periodNanos = Math.min(periodNanos, Math.max(SHORTEST_PERIOD_NANOS, period));
        schedule();
    }

    synchronized void stop() {
        stopped = true;
    }

    private synchronized void schedule() {
        if (!scheduled && !stopped) {
            scheduled = true;
            CompletableFuture.delayedExecutor(periodNanos, TimeUnit.NANOSECONDS).execute(this::run);
        }
    }

    private void run() {
        try {
            sweep.run();
        } finally {
            synchronized (this) {
                scheduled = false;
            }
            schedule();
        }
    }
}
