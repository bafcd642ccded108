package dev.fairway.scheduler;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Many bounded channels, one for each tenant, served in turns by a limited number of workers that all run the same function.
 *
 * <p>A channel's turn starts as many tasks as its weight says, and goes on for a few microseconds where tasks are so short that
 * changing channels would cost more than they do. So one tenant's backlog of 100 000 delays another's single task by a turn, not
 * by the backlog. See {@link SchedulerBuilder} for the settings.
 *
 * <p>Thread-safe. Only {@link #close()} waits.
 *
 * @param <T> the tasks
 * @param <R> their results
 */
public interface FairScheduler<T, R extends @Nullable Object> extends SchedulerControl {
    /**
     * {@return a builder of a scheduler whose workers run a function}
     *
     * @param process the process phase
     * @param <T> the tasks
     * @param <R> their results
     */
    static <T, R extends @Nullable Object> Builder<T, R> processing(TaskFunction<? super T, ? extends R> process) {
        return new Builder<>(Objects.requireNonNull(process, "process"));
    }

    /**
     * Opens a channel.
     *
     * @param name its name; not blank
     * @param options its settings; a call by name opens it with the {@code channelOptions} or {@code channelDefaults} of the
     *     builder when it had closed because it was idle
     * @return the new channel
     * @throws IllegalStateException when a channel of that name is open, or closed and still draining
     * @throws RejectedTaskException when the scheduler is closed
     */
    Channel<T, R> openChannel(String name, ChannelOptions options);

    /**
     * Opens a channel with the scheduler's {@code channelDefaults}; otherwise as
     * {@link #openChannel(String, ChannelOptions)}.
     *
     * @param name its name; not blank
     * @return the new channel
     */
    Channel<T, R> openChannel(String name);

    /**
     * {@return the open channel of that name; opened with the {@code channelDefaults} when there is none} Atomic.
     *
     * @param name its name; not blank
     * @throws IllegalStateException when a closed channel of that name still drains
     * @throws RejectedTaskException when the scheduler is closed
     */
    Channel<T, R> channel(String name);

    /**
     * Puts a task into a channel by name, which is opened when there is none, also when it had closed because it was idle.
     *
     * @param channel the channel's name
     * @param task the task
     * @return the caller's end of the task
     * @throws RejectedTaskException when the task is refused
     * @throws IllegalStateException when a closed channel of that name still drains
     */
    default TaskHandle<R> submit(String channel, T task) {
        return submit(channel, task, TaskOptions.defaults());
    }

    /**
     * As {@link #submit(String, Object)}, with options.
     *
     * @param channel the channel's name
     * @param task the task
     * @param options expiry and urgency
     * @return the caller's end of the task
     */
    TaskHandle<R> submit(String channel, T task, TaskOptions options);

    @Override
    List<Channel<T, R>> channels();

    @Override
    Optional<Channel<T, R>> findChannel(String name);

    /**
     * Ends the scheduler at once: nothing more is accepted or started, running processes are interrupted and will not commit.
     * Does not wait. After it returned no commit begins.
     *
     * @return the tasks that never ran; their handles end cancelled
     */
    List<T> shutdownNow();

    /**
     * Builds a {@link FairScheduler}. Every setting is optional, in any order; the last call of each wins. Not thread-safe.
     *
     * @param <T> the tasks
     * @param <R> their results
     */
    final class Builder<T, R extends @Nullable Object> extends SchedulerBuilder<T, Builder<T, R>> {
        private final TaskFunction<? super T, ? extends R> process;
        private @Nullable TaskCommit<? super T, ? super R> commit;

        Builder(TaskFunction<? super T, ? extends R> process) {
            this.process = process;
        }

        /**
         * {@return this builder} Sets the commit phase, which is skipped for a task that was cancelled in time.
         *
         * @param commit the effect of a task
         */
        public Builder<T, R> committing(TaskCommit<? super T, ? super R> commit) {
            this.commit = Objects.requireNonNull(commit, "commit");
            return this;
        }

        /**
         * {@return a new scheduler} Threads are started when there is work for them.
         *
         * @throws IllegalArgumentException when settings contradict each other
         * @throws IllegalStateException for virtual threads on a Java that has none
         */
        public FairScheduler<T, R> build() {
            return new DefaultFairScheduler<>(settings(), TaskCode.of(process, commit));
        }
    }
}
