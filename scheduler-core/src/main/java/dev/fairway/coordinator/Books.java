package dev.fairway.coordinator;

import dev.fairway.TaskState;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the tasks, of all and of each worker's. Guarded by the coordinator's lock, as all of {@link Dispatch}.
 *
 * <p>A running task's outcome is decided before it is booked here; who asks for figures is told of what is decided.
 */
final class Books<T, R extends @Nullable Object> {
    long accepted;
    long refused;

    /** Tasks that wait, in hand or elsewhere. */
    int waiting;

    /** Tasks that are given to a worker, or run, whatever became of them. */
    int running;

    /** Tasks that were cancelled before they were given to anybody. */
    long cancelledWaiting;

    private final Tally totals = new Tally();

    /** A task starts that required the worker. */
    void required(Worker<T, R> worker) {
        worker.tally.required++;
        totals.required++;
    }

    /** A task starts that preferred a certain worker, which may not be there. */
    void preferred(Worker<T, R> worker, @Nullable Worker<T, R> preferred, String wanted) {
        if (worker.name.equals(wanted)) {
            worker.tally.preferredHits++;
            totals.preferredHits++;
        } else {
            totals.preferredSpills++;
            if (preferred != null) {
                preferred.tally.preferredSpills++;
            }
        }
    }

    /** A task that was started has ended. */
    void ended(Worker<T, R> worker, Task<T, R> task, TaskState outcome) {
        worker.tally.count(task.kind, outcome);
        totals.count(task.kind, outcome);
    }

    /**
     * The figures of all.
     *
     * @param workers those that are there
     * @param busy all that may run something, and perhaps others
     */
    CoordinatorStats stats(
            CoordinatorSettings<T> settings,
            long rejected,
            int threads,
            Collection<Worker<T, R>> workers,
            Collection<Worker<T, R>> busy) {
        Tally tally = new Tally();
        tally.add(totals);
        int undecided = running;
        for (Worker<T, R> worker : busy) {
            undecided -= addDecided(worker, tally);
        }
        int assigned = 0;
        for (Worker<T, R> worker : workers) {
            assigned += worker.waiting + worker.calls.size();
        }
        return new CoordinatorStats(
                settings.name(),
                accepted,
                rejected,
                tally.completed(),
                tally.failed(),
                tally.cancelled() + cancelledWaiting,
                refused,
                waiting,
                settings.capacity(),
                waiting - assigned,
                undecided,
                tally.preferredHits,
                tally.preferredSpills,
                tally.of(Task.Kind.ANY),
                tally.of(Task.Kind.PREFER),
                tally.of(Task.Kind.REQUIRE),
                threads,
                Map.of());
    }

    /** Adds what is decided and not booked; returns how many. */
    private int addDecided(Worker<T, R> worker, Tally tally) {
        int decided = 0;
        for (Task<T, R> task = worker.top; task != null; task = task.below) {
            TaskState state = task.state();
            if (state.isFinal()) {
                tally.count(task.kind, state);
                decided++;
            }
        }
        return decided;
    }

    /**
     * The figures of a worker.
     *
     * @param mean how long a task of its is expected to take, in nanoseconds
     */
    WorkerStats stats(Worker<T, R> worker, long mean) {
        Tally tally = new Tally();
        tally.add(worker.tally);
        addDecided(worker, tally);
        boolean isBusy = !worker.isFree();
        String reason = worker.removed ? null : worker.health.reason();
        return new WorkerStats(
                worker.name,
                state(worker, isBusy, reason),
                reason,
                isBusy,
                worker.waiting,
                Duration.ofNanos(worker.pace.nanos() == Pace.UNKNOWN ? 0 : mean),
                tally.completed(),
                tally.failed(),
                tally.cancelled(),
                tally.preferredHits,
                tally.preferredSpills,
                tally.required,
                tally.of(Task.Kind.ANY),
                tally.of(Task.Kind.PREFER),
                tally.of(Task.Kind.REQUIRE));
    }

    private static WorkerState state(Worker<?, ?> worker, boolean isBusy, @Nullable String reason) {
        if (worker.removed) {
            return WorkerState.REMOVED;
        }
        if (reason != null) {
            return WorkerState.QUARANTINED;
        }
        return isBusy ? WorkerState.BUSY : WorkerState.IDLE;
    }
}
