package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskState;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A dispatch without threads, in simulated time. */
abstract class SimulatedDispatch {
    static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    static final long TINY = 100;

    final Coordinator.Builder<Work, String> builder = Work.coordinator().failuresToQuarantine(2);
    final DefaultCoordinator<Work, String> owner = (DefaultCoordinator<Work, String>) builder.build();
    final Dispatch<Work, String> dispatch = new Dispatch<>(builder.settings(), owner);
    long now = 1_000 * MS;

    @AfterEach
    void close() {
        owner.close();
    }

    Worker<Work, String> worker(String name) {
        dispatch.addWorker(name, task -> name, 0, now);
        return dispatch.worker(name);
    }

    Task<Work, String> task(Affinity affinity) {
        return task(affinity, 0);
    }

    Task<Work, String> task(Affinity affinity, long timeoutNanos) {
        Task<Work, String> task = new Task<>(owner, Work.named(), affinity, null, timeoutNanos);
        task.acceptedAt = now;
        return task;
    }

    /** Comes in by the inbox. */
    void acceptTogether(int count) {
        Task<Work, String> oldest = null;
        for (int i = 0; i < count; i++) {
            Task<Work, String> task = task(Affinity.any());
            task.next = oldest;
            oldest = task;
        }
        dispatch.acceptAll(oldest, now);
    }

    @Nullable
    Task<Work, String> start() {
        return dispatch.take(Thread.currentThread(), now);
    }

    void end(Task<Work, String> task, long taken) {
        end(task, TaskState.COMPLETED, taken);
    }

    void end(Task<Work, String> task, TaskState outcome, long taken) {
        now += taken;
        assertThat(task.decide(outcome)).isTrue();
        task.endedAt = now;
        task.countsAsFailure = outcome == TaskState.FAILED;
        dispatch.book(task);
        dispatch.settle(task.worker, now);
    }

    /** A worker that is known to take so long, and is idle. */
    Worker<Work, String> known(String name, long nanos) {
        Worker<Work, String> worker = worker(name);
        dispatch.accept(task(Affinity.require(name)), now);
        end(start(), nanos);
        return worker;
    }
}
