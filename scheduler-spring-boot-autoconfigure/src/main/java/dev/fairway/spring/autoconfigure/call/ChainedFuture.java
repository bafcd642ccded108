package dev.fairway.spring.autoconfigure.call;

import dev.fairway.TaskHandle;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task whose method returned a {@code Future} that does not tell of its end. Who wants the result waits for the task and then for
 * that, so that no worker has to.
 */
public final class ChainedFuture implements Future<@Nullable Object> {
    private final TaskFuture task;

    private ChainedFuture(TaskFuture task) {
        this.task = task;
    }

    /**
     * {@return the task as a future}
     *
     * @param task the task
     * @param timeout how long it may take until its method has returned, from now; null: without limit
     * @param timedOut what it then fails with
     */
    public static ChainedFuture of(
            TaskHandle<@Nullable Object> task, @Nullable Duration timeout, Supplier<TimeoutException> timedOut) {
        TaskFuture future = TaskFuture.of(task);
        if (timeout != null) {
            future.limit(timeout, timedOut);
        }
        return new ChainedFuture(future);
    }

    private static @Nullable Future<?> next(@Nullable Object returned) {
        return returned instanceof Future<?> future ? future : null;
    }

    /** {@return what is to be waited for now} */
    private Future<?> current() {
        Future<?> next = task.isDone() && !task.isCompletedExceptionally() ? next(task.join()) : null;
        return next == null ? task : next;
    }

    @Override
    public @Nullable Object get() throws InterruptedException, ExecutionException {
        Object returned = task.get();
        Future<?> next = next(returned);
        return next == null ? returned : next.get();
    }

    @Override
    public @Nullable Object get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        long until = System.nanoTime() + unit.toNanos(timeout);
        Object returned = task.get(timeout, unit);
        Future<?> next = next(returned);
        return next == null ? returned : next.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (task.cancel(mayInterruptIfRunning)) {
            return true;
        }
        Future<?> next = next(task.returned());
        return next != null && next.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean isCancelled() {
        return current().isCancelled();
    }

    @Override
    public boolean isDone() {
        return current().isDone();
    }
}
