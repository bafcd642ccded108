package dev.fairway.scheduler;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FairScheduler} whose tasks carry their own code, and whose channels can be used as
 * {@link java.util.concurrent.ExecutorService}s.
 *
 * <p>Thread-safe. Only {@link #close()} waits.
 */
public interface FairExecutor extends SchedulerControl {
    /** {@return a new builder} */
    static Builder builder() {
        return new Builder();
    }

    /**
     * {@return a view of the channel of that name as a complete {@code ExecutorService}} The channel is opened, with the
     * {@code channelDefaults}, when there is none, and opened again when it had closed because it was idle. After an explicit
     * {@code shutdown} a view stays shut down; a call of this method gives a new one once the old channel has ended.
     *
     * @param name the channel's name; not blank
     * @throws IllegalStateException when a closed channel of that name still drains
     * @throws RejectedTaskException when the executor is closed
     */
    ExecutorService channel(String name);

    /**
     * Opens a channel.
     *
     * @param name its name; not blank
     * @param options its settings; the view that is returned opens the channel with them again after it was idle, others do so
     *     with the {@code channelOptions} or {@code channelDefaults} of the builder
     * @return a view of it
     * @throws IllegalStateException when a channel of that name is open, or closed and still draining
     * @throws RejectedTaskException when the executor is closed
     */
    ExecutorService openChannel(String name, ChannelOptions options);

    /**
     * Puts a task into a channel, which is opened when there is none.
     *
     * @param channel the channel's name
     * @param process computes the result
     * @param <R> the result
     * @return the caller's end of the task
     * @throws RejectedTaskException when the task is refused
     * @throws IllegalStateException when a closed channel of that name still drains
     */
    default <R extends @Nullable Object> TaskHandle<R> submit(String channel, Callable<? extends R> process) {
        return submit(channel, process, TaskOptions.defaults());
    }

    /**
     * As {@link #submit(String, Callable)}, with options.
     *
     * @param channel the channel's name
     * @param process computes the result
     * @param options expiry and urgency
     * @param <R> the result
     * @return the caller's end of the task
     */
    <R extends @Nullable Object> TaskHandle<R> submit(
            String channel, Callable<? extends R> process, TaskOptions options);

    /**
     * Puts a task of two phases into a channel, which is opened when there is none.
     *
     * @param channel the channel's name
     * @param process computes the result; runs to its end even when the task is cancelled meanwhile
     * @param commit the effect; skipped when the task was cancelled in time
     * @param <R> the result
     * @return the caller's end of the task
     * @throws RejectedTaskException when the task is refused
     */
    default <R extends @Nullable Object> TaskHandle<R> submit(
            String channel, Callable<? extends R> process, CommitAction<? super R> commit) {
        return submit(channel, process, commit, TaskOptions.defaults());
    }

    /**
     * As {@link #submit(String, Callable, CommitAction)}, with options.
     *
     * @param channel the channel's name
     * @param process computes the result
     * @param commit the effect
     * @param options expiry and urgency
     * @param <R> the result
     * @return the caller's end of the task
     */
    <R extends @Nullable Object> TaskHandle<R> submit(
            String channel, Callable<? extends R> process, CommitAction<? super R> commit, TaskOptions options);

    /**
     * Ends the executor at once: nothing more is accepted or started, running processes are interrupted and will not commit.
     * Does not wait. After it returned no commit begins.
     *
     * @return the tasks that never ran; those of views can still be run by hand, the handles of the others end cancelled
     */
    List<Runnable> shutdownNow();

    /** Builds a {@link FairExecutor}. Every setting is optional, in any order; the last call of each wins. Not thread-safe. */
    final class Builder extends SchedulerBuilder<Object, Builder> {
        Builder() {}

        /**
         * {@return a new executor} Threads are started when there is work for them.
         *
         * @throws IllegalArgumentException when settings contradict each other
         * @throws IllegalStateException for virtual threads on a Java that has none
         */
        public FairExecutor build() {
            return new DefaultFairExecutor(settings());
        }
    }
}
