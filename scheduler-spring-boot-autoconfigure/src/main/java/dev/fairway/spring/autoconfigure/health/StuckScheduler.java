package dev.fairway.spring.autoconfigure.health;

import dev.fairway.scheduler.SchedulerStats;
import java.time.Duration;

/** Decides whether a scheduler has stopped serving: all workers busy is not stuck, and neither is nothing to do. */
final class StuckScheduler {
    private StuckScheduler() {}

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
    static boolean isStill(SchedulerStats before, SchedulerStats now, Duration stuckAfter) {
        return now.started() == before.started() && looksStuck(now, stuckAfter);
    }
}
