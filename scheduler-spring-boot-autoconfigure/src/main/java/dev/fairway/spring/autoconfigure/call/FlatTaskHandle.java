package dev.fairway.spring.autoconfigure.call;

import dev.fairway.CancelOption;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskPhase;
import dev.fairway.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a task whose method returned a handle or a stage: it ends when that does. It waits for the task through the task's
 * own handle, so that a worker that waits for itself is still found out.
 *
 * @param <R> the result
 */
public final class FlatTaskHandle<R extends @Nullable Object> implements TaskHandle<R> {
    private final TaskHandle<@Nullable Object> task;
    private final TaskFuture end;
    private final CompletableFuture<R> result;

    private FlatTaskHandle(TaskHandle<@Nullable Object> task, TaskFuture end, CompletableFuture<R> result) {
        this.task = task;
        this.end = end;
        this.result = result;
    }

    /**
     * {@return the task as a handle}
     *
     * @param task the task
     * @param method its method, for messages
     */
    public static TaskHandle<@Nullable Object> of(TaskHandle<@Nullable Object> task, String method) {
        return of(task, TaskFuture.of(task), method);
    }

    /**
     * {@return the task as a handle that fails when it takes too long}
     *
     * @param task the task
     * @param method its method, for messages
     * @param timeout the time, from now; null: without limit
     * @param timedOut what it then fails with
     */
    public static TaskHandle<@Nullable Object> of(
            TaskHandle<@Nullable Object> task,
            String method,
            @Nullable Duration timeout,
            Supplier<TimeoutException> timedOut) {
        TaskFuture end = TaskFuture.of(task);
        TaskHandle<@Nullable Object> handle = of(task, end, method);
        if (timeout != null) {
            end.limit(timeout, timedOut);
        }
        return handle;
    }

    private static TaskHandle<@Nullable Object> of(TaskHandle<@Nullable Object> task, TaskFuture end, String method) {
        CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
        CompletionStage<?> unused = end.whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(asOfHandle(task, failure, method));
            }
        });
        return new FlatTaskHandle<>(task, end, result);
    }

    /** The task's own outcome when it has failed, else what its method's returned stage failed with, in the same form. */
    private static RuntimeException asOfHandle(TaskHandle<?> task, Throwable failure, String method) {
        if (task.state().isFinal() && task.state() != TaskState.COMPLETED) {
            try {
                task.join();
            } catch (RuntimeException e) {
                return e;
            }
        }
        return failure instanceof CancellationException cancelled
                ? cancelled
                : new TaskFailedException("what " + method + " returned has failed", TaskPhase.PROCESS, failure);
    }

    @Override
    public R join() {
        if (!result.isDone()) {
            try {
                task.join();
            } catch (RuntimeException e) {
                endedBefore(e);
            }
        }
        try {
            return result.join();
        } catch (CompletionException e) {
            throw unwrapped(e);
        }
    }

    @Override
    public R join(Duration timeout) throws InterruptedException, TimeoutException {
        long until = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
        if (!result.isDone()) {
            try {
                task.join(timeout);
            } catch (RuntimeException e) {
                endedBefore(e);
            }
        }
        try {
            return result.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    /** A handle whose time was over has ended before its task was cancelled, and says more. */
    private void endedBefore(RuntimeException failure) {
        if (!result.isDone()) {
            throw failure;
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X sneaky(@Nullable Throwable failure) throws X {
        throw (X) Objects.requireNonNull(failure);
    }

    private static RuntimeException unwrapped(Exception failure) {
        return FlatTaskHandle.<RuntimeException>sneaky(failure.getCause());
    }

    @Override
    public boolean cancel(CancelOption... options) {
        boolean wasCancelled = result.isCancelled();
        boolean interrupt = List.of(options).contains(CancelOption.INTERRUPT_RUNNING);
        return end.cancel(interrupt) && !wasCancelled;
    }

    @Override
    public <U extends @Nullable Object> TaskHandle<U> map(Function<? super R, ? extends U> function) {
        Objects.requireNonNull(function, "function");
        CompletableFuture<U> mapped = new CompletableFuture<>();
        CompletionStage<?> unused = result.whenComplete((value, failure) -> {
            if (failure != null) {
                mapped.completeExceptionally(failure);
                return;
            }
            try {
                mapped.complete(function.apply(value));
            } catch (Throwable thrown) {
                mapped.completeExceptionally(thrown);
            }
        });
        return new FlatTaskHandle<>(task, end, mapped);
    }

    /** A copy, so that nobody outside can end the original; made so that it fails with the exception as it is. */
    @Override
    public CompletionStage<R> completion() {
        CompletableFuture<R> copy = new CompletableFuture<>();
        CompletionStage<?> unused = result.whenComplete((value, failure) -> {
            if (failure != null) {
                copy.completeExceptionally(failure);
            } else {
                copy.complete(value);
            }
        });
        return copy;
    }

    @Override
    public TaskState state() {
        TaskState state = task.state();
        if (state != TaskState.COMPLETED) {
            return state;
        }
        if (!result.isDone()) {
            return TaskState.PROCESSING;
        }
        if (result.isCancelled()) {
            return TaskState.CANCELLED;
        }
        return result.isCompletedExceptionally() ? TaskState.FAILED : TaskState.COMPLETED;
    }
}
