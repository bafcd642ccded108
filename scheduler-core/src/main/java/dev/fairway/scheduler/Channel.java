package dev.fairway.scheduler;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A named, bounded queue of one tenant's tasks. Any number of threads may put tasks in. Within a channel tasks start in the
 * order in which they were accepted; what a producer did before happens-before the task's start.
 *
 * @param <T> the tasks
 * @param <R> their results
 */
public interface Channel<T, R extends @Nullable Object> extends ChannelControl {
    /**
     * Puts a task in if there is room. Never waits.
     *
     * @param task the task
     * @return false when the channel or the scheduler is full
     * @throws RejectedTaskException when the channel or the scheduler is closed
     */
    boolean offer(T task);

    /**
     * Puts a task in, waiting for room for a limited time.
     *
     * @param task the task
     * @param timeout the longest wait; negative counts as zero
     * @return false when there was no room in time
     * @throws InterruptedException when the caller is interrupted while it waits; the task was not accepted
     * @throws RejectedTaskException when the channel or the scheduler is closed, or closes meanwhile
     * @throws IllegalStateException when a worker calls it and every worker that could make room waits in the same way
     */
    boolean offer(T task, Duration timeout) throws InterruptedException;

    /**
     * Puts a task in, waiting for room. An {@code offer} of another thread may overtake; nobody waits for ever.
     *
     * @param task the task
     * @throws InterruptedException when the caller is interrupted while it waits; the task was not accepted
     * @throws RejectedTaskException when the channel or the scheduler is closed, or closes meanwhile
     * @throws IllegalStateException when a worker calls it and every worker that could make room waits in the same way
     */
    void put(T task) throws InterruptedException;

    /**
     * Puts a task in and returns its handle. Applies the channel's {@link Overload} policy when there is no room; waits only
     * with {@link Overload#waitUpTo(Duration)}.
     *
     * @param task the task
     * @return the caller's end of the task
     * @throws RejectedTaskException when the task is refused; {@code reason()} says why
     */
    default TaskHandle<R> submit(T task) {
        return submit(task, TaskOptions.defaults());
    }

    /**
     * As {@link #submit(Object)}, with options.
     *
     * @param task the task
     * @param options expiry and urgency
     * @return the caller's end of the task
     * @throws RejectedTaskException when the task is refused; {@code reason()} says why
     */
    TaskHandle<R> submit(T task, TaskOptions options);
}
