package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.coordinator.AffinityStats;
import dev.fairway.coordinator.WorkerStats;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A worker of a coordinator in JSON. Times are in milliseconds.
 *
 * @param name its name
 * @param state idle, busy, quarantined, or removed: its last task still runs
 * @param reason why it is quarantined; null when it is not
 * @param busy whether a task of its runs
 * @param waiting tasks that require or prefer it and wait
 * @param ewmaMillis the running mean of its task times
 * @param tasks what has become of the tasks that it started
 * @param preferredHits tasks that preferred it, and were started by it
 * @param preferredSpills tasks that preferred it, and were started by another
 * @param any those that were for any worker
 * @param prefer those that preferred some worker
 * @param require those that required it
 */
record WorkerView(
        String name,
        String state,
        @Nullable String reason,
        boolean busy,
        int waiting,
        double ewmaMillis,
        AffinityStats tasks,
        long preferredHits,
        long preferredSpills,
        AffinityStats any,
        AffinityStats prefer,
        AffinityStats require) {

    static WorkerView of(WorkerStats stats) {
        return new WorkerView(
                stats.worker(),
                stats.state().name().toLowerCase(Locale.ROOT),
                stats.reason(),
                stats.busy(),
                stats.waiting(),
                SchedulerView.millis(stats.ewma()),
                new AffinityStats(stats.completed(), stats.failed(), stats.cancelled()),
                stats.preferredHits(),
                stats.preferredSpills(),
                stats.any(),
                stats.prefer(),
                stats.require());
    }
}
