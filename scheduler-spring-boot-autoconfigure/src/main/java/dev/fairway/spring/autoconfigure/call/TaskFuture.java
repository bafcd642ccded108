package dev.fairway.spring.autoconfigure.call;

import dev.fairway.CancelOption;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task as a future that fails with the task's own exception, and whose cancellation reaches the task.
 *
 * <p>The task's outcome is decided first; then this future is told what its method returned, and follows that. Who cancels in between
 * asks the task itself what was returned, so that one of the two is always cancelled.
 */
public final class TaskFuture extends CompletableFuture<@Nullable Object> {
    private final TaskHandle<@Nullable Object> task;

    private TaskFuture(TaskHandle<@Nullable Object> task) {
        this.task = task;
    }

    /**
     * {@return the task as a future}
     *
     * @param task the task
     */
    public static TaskFuture of(TaskHandle<@Nullable Object> task) {
        TaskFuture future = new TaskFuture(task);
        CompletionStage<?> unused = task.completion().whenComplete(future::taskEnded);
        return future;
    }

    private void taskEnded(@Nullable Object value, @Nullable Throwable failure) {
        if (failure != null) {
            completeExceptionally(ownException(failure));
            return;
        }
        CompletionStage<?> stage = Flattening.stage(value);
        if (stage == null) {
            complete(value);
            return;
        }
        CompletionStage<?> unused = stage.whenComplete((result, thrown) -> {
            if (thrown != null) {
                completeExceptionally(ownException(Flattening.unwrapped(thrown)));
            } else {
                complete(result);
            }
        });
        if (isDone()) {
            Flattening.cancel(value, false);
        }
    }

    /**
     * Limits the time that it may take. When that is over it fails, and the task is cancelled and interrupted.
     *
     * @param timeout the time, from now
     * @param timedOut what it then fails with
     */
    public void limit(Duration timeout, Supplier<TimeoutException> timedOut) {
        CompletableFuture<@Nullable Object> timer = new CompletableFuture<>();
        CompletionStage<?> unusedEnd = timer.orTimeout(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS)
                .exceptionally(over -> {
                    if (completeExceptionally(timedOut.get())) {
                        boolean unused = cancelBoth(true);
                    }
                    return null;
                });
        CompletionStage<?> unused = whenComplete((value, failure) -> timer.complete(null));
    }

    private static Throwable ownException(Throwable failure) {
        return failure instanceof TaskFailedException failed && failed.getCause() != null ? failed.getCause() : failure;
    }

    /**
     * Cancels the task, or what its method returned.
     *
     * @param mayInterruptIfRunning whether the task's thread is interrupted
     * @return whether the future is cancelled now; it is not when the commit has begun
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (cancelBoth(mayInterruptIfRunning)) {
            super.cancel(mayInterruptIfRunning);
        }
        return isCancelled();
    }

    private boolean cancelBoth(boolean interrupt) {
        if (interrupt ? task.cancel(CancelOption.INTERRUPT_RUNNING) : task.cancel()) {
            return true;
        }
        Object returned = returned();
        if (Flattening.stage(returned) == null) {
            return false;
        }
        Flattening.cancel(returned, interrupt);
        return true;
    }

    /** {@return what the method returned; null when it has not, as things stand} Where that is decided, it is there in a moment. */
    @Nullable
    Object returned() {
        return task.state() == TaskState.COMPLETED ? task.join() : null;
    }

    /** What depends on it is an ordinary future: cancelling that does not cancel the task. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
