package dev.fairway.spring.autoconfigure.health;

import dev.fairway.scheduler.SchedulerControl;
import dev.fairway.scheduler.SchedulerStats;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Decides whether a scheduler has stopped serving: all workers busy is not stuck, and neither is nothing to do. */
final class StuckScheduler {
    /** Between two looks a worker that has just been woken up gets its chance. */
    private static final long SECOND_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int LOOKS = 5;

    private StuckScheduler() {}

    /** {@return why it is down; null when it is not} */
    static @Nullable String reason(SchedulerControl scheduler, Duration stuckAfter) {
        SchedulerStats first = scheduler.stats();
        if (!looksStuck(first, stuckAfter)) {
            return null;
        }
        for (int look = 0; look < LOOKS; look++) {
            LockSupport.parkNanos(SECOND_LOOK_NANOS);
            if (!isStill(first, scheduler.stats(), stuckAfter)) {
                return null;
            }
        }
        return "stuck: nothing was started for "
                + (first.sinceLastTurn().isZero() ? first.oldestWait() : first.sinceLastTurn()) + ", although "
                + (first.workers() - first.busyWorkers()) + " of " + first.workers() + " workers are free and "
                + first.runnableChannels() + " channels could be served";
    }

    /**
     * {@return whether a worker is free and a channel waits for a turn, yet nothing was started for that long} The oldest wait
     * keeps a task that has just come after a quiet time from being taken for that; it may be that of a paused channel, so who
     * gets true looks again.
     */
    static boolean looksStuck(SchedulerStats stats, Duration stuckAfter) {
        boolean couldServe = stats.runnableChannels() > 0 && stats.busyWorkers() < stats.workers();
        boolean everHadTurn = !stats.sinceLastTurn().isZero();
        return couldServe
                && stats.oldestWait().compareTo(stuckAfter) >= 0
                && (!everHadTurn || stats.sinceLastTurn().compareTo(stuckAfter) >= 0);
    }

    /** {@return whether it still looks stuck, and nothing has been started in between} */
    private static boolean isStill(SchedulerStats before, SchedulerStats now, Duration stuckAfter) {
        return now.started() == before.started() && looksStuck(now, stuckAfter);
    }
}
