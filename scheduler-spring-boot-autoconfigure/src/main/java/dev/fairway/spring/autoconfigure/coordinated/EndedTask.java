package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.AbstractTaskHandle;
import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskPhase;
import dev.fairway.TaskState;
import org.jspecify.annotations.Nullable;

/** A call that a thread has made inside of a worker whose turn it has anyway. */
final class EndedTask extends AbstractTaskHandle<Completed<@Nullable Object>> {
    private final TaskState state;

    private EndedTask(TaskState state) {
        this.state = state;
    }

    @SuppressWarnings("NullAway") // null is a result like any other
    static TaskHandle<Completed<@Nullable Object>> of(Worker worker, Call call, @Nullable Lease lease) {
        try {
            EndedTask completed = new EndedTask(TaskState.COMPLETED);
            completed.succeed(new Completed<>(worker.run(call, lease), worker.name));
            return completed;
        } catch (Throwable thrown) {
            EndedTask failed = new EndedTask(TaskState.FAILED);
            failed.fail(new TaskFailedException("task of " + worker + " failed: " + thrown, TaskPhase.PROCESS, thrown));
            return failed;
        }
    }

    @Override
    public boolean cancel(CancelOption... options) {
        return false;
    }

    @Override
    public TaskState state() {
        return state;
    }
}
