package dev.fairway.scheduler;

import java.time.Duration;

/** Sums of what channels have done. Not thread-safe. */
final class Totals {
    private long accepted;
    private long rejected;
    private long started;
    private long completed;
    private long failed;
    private long cancelled;
    private long suppressed;
    private long expired;
    private long waiting;
    private int running;

    void add(ChannelStats stats) {
        accepted += stats.accepted();
        rejected += stats.rejected();
        started += stats.started();
        completed += stats.completed();
        failed += stats.failed();
        cancelled += stats.cancelled();
        suppressed += stats.suppressed();
        expired += stats.expired();
        waiting += stats.waiting();
        running += stats.running();
    }

    void addRejected(long count) {
        rejected += count;
    }

    void add(Totals other) {
        accepted += other.accepted;
        rejected += other.rejected;
        started += other.started;
        completed += other.completed;
        failed += other.failed;
        cancelled += other.cancelled;
        suppressed += other.suppressed;
        expired += other.expired;
        waiting += other.waiting;
        running += other.running;
    }

    SchedulerStats stats(
            String scheduler,
            Duration oldestWait,
            int workers,
            int busyWorkers,
            int channels,
            int runnableChannels,
            Duration sinceLastTurn) {
        return new SchedulerStats(
                scheduler,
                accepted,
                rejected,
                started,
                completed,
                failed,
                cancelled,
                suppressed,
                expired,
                waiting,
                running,
                oldestWait,
                workers,
                busyWorkers,
                channels,
                runnableChannels,
                sinceLastTurn);
    }
}
