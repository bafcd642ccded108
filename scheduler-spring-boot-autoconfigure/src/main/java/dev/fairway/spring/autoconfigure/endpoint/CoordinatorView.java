package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.CoordinatorStats;
import dev.fairway.coordinator.WorkerState;
import dev.fairway.coordinator.WorkerStats;
import java.util.Comparator;
import java.util.List;

/**
 * A coordinator in JSON.
 *
 * @param name its name
 * @param state open or closed
 * @param capacity how many tasks may wait
 * @param waiting tasks that wait now
 * @param unassigned how many of those that wait do not wait for a certain worker that is there
 * @param running tasks that run now
 * @param threads threads that there are now
 * @param tasks what has become of the tasks so far
 * @param preferredHits tasks that preferred a worker and were started by it
 * @param preferredSpills tasks that preferred a worker and were started by another
 * @param workerCount how many workers there are
 * @param quarantinedCount how many of them are quarantined
 * @param workers some of them, those with the most waiting tasks first
 */
record CoordinatorView(
        String name,
        String state,
        int capacity,
        int waiting,
        int unassigned,
        int running,
        int threads,
        Tasks tasks,
        long preferredHits,
        long preferredSpills,
        int workerCount,
        long quarantinedCount,
        List<WorkerView> workers) {

    static CoordinatorView of(String name, Coordinator<?, ?> coordinator, int limit) {
        CoordinatorStats stats = coordinator.stats();
        return new CoordinatorView(
                name,
                coordinator.isClosed() ? "closed" : "open",
                stats.capacity(),
                stats.waiting(),
                stats.unassigned(),
                stats.running(),
                stats.threads(),
                new Tasks(
                        stats.accepted(),
                        stats.rejected(),
                        stats.completed(),
                        stats.failed(),
                        stats.cancelled(),
                        stats.refused()),
                stats.preferredHits(),
                stats.preferredSpills(),
                stats.workers().size(),
                stats.workers().values().stream()
                        .filter(worker -> worker.state() == WorkerState.QUARANTINED)
                        .count(),
                stats.workers().values().stream()
                        .sorted(Comparator.comparingInt(WorkerStats::waiting).reversed())
                        .limit(limit)
                        .map(WorkerView::of)
                        .toList());
    }

    /**
     * What has become of tasks.
     *
     * @param accepted accepted
     * @param rejected not accepted
     * @param completed ended with a result
     * @param failed threw or took too long
     * @param cancelled cancelled, before or after their start
     * @param refused required a worker that was not there
     */
    record Tasks(long accepted, long rejected, long completed, long failed, long cancelled, long refused) {}
}
