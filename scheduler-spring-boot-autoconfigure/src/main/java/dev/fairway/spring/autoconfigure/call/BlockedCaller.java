package dev.fairway.spring.autoconfigure.call;

import dev.fairway.CancelOption;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A caller that waits for the task which its call has become, and ends as the task does. */
public final class BlockedCaller {
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    private BlockedCaller() {}

    /**
     * As {@link #await(TaskHandle, Duration, Supplier)}, without limit.
     *
     * @param task the task
     * @param <R> the result
     * @return the result
     * @throws Throwable what the task threw, as it is
     */
    public static <R extends @Nullable Object> R await(TaskHandle<R> task) throws Throwable {
        return await(task, null, TimeoutException::new);
    }

    /**
     * {@return the result} An interrupted caller withdraws its task. So does one whose wait could never end.
     *
     * @param task the task
     * @param timeout how long to wait before the task is cancelled and interrupted; null: without limit
     * @param timedOut what is then thrown
     * @param <R> the result
     * @throws Throwable what the task threw, as it is
     * @throws CancellationException when the task was cancelled, or the caller interrupted; its flag is then set
     */
    public static <R extends @Nullable Object> R await(
            TaskHandle<R> task, @Nullable Duration timeout, Supplier<TimeoutException> timedOut) throws Throwable {
        try {
            return task.join(timeout == null ? FOR_EVER : timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return withdrawn(task);
        } catch (TaskFailedException e) {
            throw ownException(e);
        } catch (TimeoutException e) {
            if (task.cancel(CancelOption.INTERRUPT_RUNNING)) {
                throw timedOut.get();
            }
            return ended(task);
        } catch (IllegalStateException e) {
            boolean unused = task.cancel();
            throw e;
        }
    }

    /** The caller was interrupted: it leaves without a result, unless the task cannot be stopped any more. */
    private static <R extends @Nullable Object> R withdrawn(TaskHandle<R> task) throws Throwable {
        if (task.cancel()) {
            throw new CancellationException("the caller was interrupted while it waited for the task");
        }
        return ended(task);
    }

    private static <R extends @Nullable Object> R ended(TaskHandle<R> task) throws Throwable {
        try {
            return task.join();
        } catch (TaskFailedException e) {
            throw ownException(e);
        }
    }

    private static Throwable ownException(TaskFailedException failure) {
        Throwable cause = failure.getCause();
        return cause == null ? failure : cause;
    }
}
