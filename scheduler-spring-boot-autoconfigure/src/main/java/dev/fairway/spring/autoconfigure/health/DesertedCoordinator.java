package dev.fairway.spring.autoconfigure.health;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.CoordinatorStats;
import dev.fairway.coordinator.WorkerState;
import dev.fairway.coordinator.WorkerStats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether a coordinator has nobody to rely on: only quarantined workers, or none while tasks wait. */
final class DesertedCoordinator {
    private DesertedCoordinator() {}

    /** {@return why it is down; null when it is not} */
    static @Nullable String reason(Coordinator<?, ?> coordinator) {
        CoordinatorStats stats = coordinator.stats();
        List<WorkerStats> workers = stats.workers().values().stream()
                .filter(worker -> worker.state() != WorkerState.REMOVED)
                .toList();
        if (workers.isEmpty()) {
            return stats.waiting() == 0 ? null : "tasks wait (" + stats.waiting() + "), and there is no worker";
        }
        if (workers.stream().anyMatch(worker -> worker.state() != WorkerState.QUARANTINED)) {
            return null;
        }
        WorkerStats first = workers.get(0);
        String one = "worker '" + first.worker() + "' is quarantined: " + first.reason();
        return workers.size() == 1 ? "the only " + one : "all " + workers.size() + " workers are quarantined; " + one;
    }
}
