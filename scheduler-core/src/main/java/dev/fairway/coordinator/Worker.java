package dev.fairway.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * A worker's name, and what is behind it. A worker that replaces another takes over this object, so it cannot start before the
 * other's task has ended; one that comes back while its last task still runs does the same. Guarded by the coordinator's lock.
 *
 * <pre>
 * FREE ──> GIVEN ──> RUNNING ──> FREE
 *   ^        │          │
 *   └────────┘          └──────> (removed meanwhile) gone
 * </pre>
 *
 * <ul>
 *   <li>FREE: {@code given} and {@code top} are null, and nobody {@link #isHeld holds} it.
 *   <li>GIVEN: {@code given} is a waiting task, and the worker is among those that wait for a thread.
 *   <li>RUNNING: a thread of ours is inside {@code top}, or in one of the tasks below it ({@link Task#below}), which wait.
 * </ul>
 */
final class Worker<T, R extends @Nullable Object> extends Member {
    final TaskList<T, R> queue = new TaskList<>(this);

    /** Tasks that wait for this worker though it waits itself: its own thread runs them. */
    final TaskList<T, R> calls = new TaskList<>(this);

    WorkerFunction<? super T, ? extends R> function;

    /** Whose samples count: those of the present function. */
    int generation;

    boolean removed;

    /** How many of those in the queue only prefer this worker. */
    int preferredWaiting;

    @Nullable
    Task<T, R> given;

    @Nullable
    Task<T, R> top;

    /** The thread that runs {@link #top}. */
    @Nullable
    Thread thread;

    /** Its task has ended, and its next must not start before it has been measured. */
    boolean isHeld;

    /** What {@link #top} waits for; see {@link Task#waiter}. */
    @Nullable
    Task<T, R> waitsFor;

    /** Its neighbours among the workers that wait for the same. */
    @Nullable
    Worker<T, R> previousWaiter;

    @Nullable
    Worker<T, R> nextWaiter;

    Tally tally = new Tally();

    Worker(String name, long ordinal, Pace pace, Health health, WorkerFunction<? super T, ? extends R> function) {
        super(name, ordinal, pace, health);
        this.function = function;
    }

    boolean isFree() {
        return given == null && top == null && !isHeld;
    }

    /** From now on, and until {@link #stopWaiting}. */
    void waitFor(Task<T, R> task) {
        stopWaiting();
        Worker<T, R> first = task.waiter;
        waitsFor = task;
        nextWaiter = first;
        if (first != null) {
            first.previousWaiter = this;
        }
        task.waiter = this;
    }

    void stopWaiting() {
        Task<T, R> task = waitsFor;
        if (task == null) {
            return;
        }
        if (previousWaiter == null) {
            task.waiter = nextWaiter;
        } else {
            previousWaiter.nextWaiter = nextWaiter;
        }
        if (nextWaiter != null) {
            nextWaiter.previousWaiter = previousWaiter;
        }
        previousWaiter = null;
        nextWaiter = null;
        waitsFor = null;
    }

    /** Whether a task of this worker is on that worker's own stack. */
    boolean isRunning(@Nullable Task<T, R> task) {
        for (Task<T, R> each = top; each != null; each = each.below) {
            if (each == task) {
                return true;
            }
        }
        return false;
    }
}
