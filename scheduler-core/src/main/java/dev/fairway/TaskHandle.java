package dev.fairway;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The caller's end of one accepted task. Every handle ever given out ends.
 *
 * <p>Thread-safe. What the task did happens-before a {@code join} returns or a dependent runs. The interface is open, so
 * that applications can wrap it.
 *
 * @param <R> the task's result; null is a result like any other
 */
public interface TaskHandle<R extends @Nullable Object> {
    /**
     * Waits for the end of the task, as {@link java.util.concurrent.CompletableFuture#join()} does: an interrupted caller
     * waits on and finds its interrupt flag set.
     *
     * @return the result, after the commit has run
     * @throws TaskFailedException when the task threw; its cause is what it threw
     * @throws CancellationException when it was cancelled
     * @throws TaskExpiredException when it had waited too long to be started
     * @throws IllegalStateException when called by a worker inside a task and, as things stand, every worker that could serve
     *     this task waits in the same way
     */
    R join();

    /**
     * As {@link #join()}, for at most the given time, and interruptibly. The task is left alone when the time is over.
     *
     * @param timeout the longest time to wait; negative counts as zero
     * @return the result
     * @throws InterruptedException when the caller is interrupted before or while it waits
     * @throws TimeoutException when the task has not ended in time
     */
    R join(Duration timeout) throws InterruptedException, TimeoutException;

    /**
     * Cancels this task. A waiting task is dropped and gives its room back; a running one does not commit, and its handle ends
     * at once, while the worker stays occupied until the code returns. Never waits.
     *
     * @param options whether to interrupt the code when it runs
     * @return true only for the call that decided the outcome; false when it was decided before or the commit has begun
     */
    boolean cancel(CancelOption... options);

    /**
     * {@return a handle of the same task with another result} The function runs once, as a dependent, on the completing
     * thread; what it throws is what the new handle's {@code join} throws. Cancelling it cancels the task.
     *
     * @param function from this result to the new one; not called when the task has no result
     * @param <U> the new result
     */
    <U extends @Nullable Object> TaskHandle<U> map(Function<? super R, ? extends U> function);

    /**
     * {@return the end of the task as a stage} It cannot be completed from outside. Dependents run on the completing thread,
     * or on the caller's when the task has ended; one that throws harms nobody.
     */
    CompletionStage<R> completion();

    /** {@return where the task stands now} */
    TaskState state();

    /**
     * {@return a handle that has ended with a result}
     *
     * @param value the result
     * @param <R> its type
     */
    static <R extends @Nullable Object> TaskHandle<R> completed(R value) {
        return new CompletedTaskHandle<>(value);
    }
}
