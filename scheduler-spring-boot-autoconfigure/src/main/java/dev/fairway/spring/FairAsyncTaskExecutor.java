package dev.fairway.spring;

import dev.fairway.scheduler.FairExecutor;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;

/**
 * A {@link FairExecutor} seen as Spring's {@link AsyncTaskExecutor}, for {@code @Async} and whatever else wants one.
 *
 * <pre>{@code
 * @Bean
 * AsyncTaskExecutor mailExecutor(FairExecutor executor) {
 *     return FairAsyncTaskExecutor.of(executor, "mail");
 * }
 * }</pre>
 *
 * <p>Fairway publishes none itself: any {@code Executor} bean makes Spring Boot's own {@code applicationTaskExecutor} back off.
 *
 * <p>Thread-safe. A refused task is a {@link TaskRejectedException}, whose cause says why.
 */
public final class FairAsyncTaskExecutor implements AsyncTaskExecutor {
    private final FairExecutor executor;
    private final Supplier<String> channel;

    private FairAsyncTaskExecutor(FairExecutor executor, Supplier<String> channel) {
        this.executor = Objects.requireNonNull(executor, "executor");
        this.channel = Objects.requireNonNull(channel, "channel");
    }

    /**
     * {@return a view of one channel}
     *
     * @param executor runs the tasks
     * @param channel the channel's name; not blank
     */
    public static FairAsyncTaskExecutor of(FairExecutor executor, String channel) {
        Objects.requireNonNull(channel, "channel");
        if (channel.isBlank()) {
            throw new IllegalArgumentException("channel name must not be blank: '" + channel + "'");
        }
        return new FairAsyncTaskExecutor(executor, () -> channel);
    }

    /**
     * {@return a view that chooses the channel for each task}
     *
     * @param executor runs the tasks
     * @param channel asked in the submitting thread, once for each task: the current tenant, for example
     */
    public static FairAsyncTaskExecutor of(FairExecutor executor, Supplier<String> channel) {
        return new FairAsyncTaskExecutor(executor, channel);
    }

    @Override
    public void execute(Runnable task) {
        try {
            view().execute(task);
        } catch (RejectedExecutionException e) {
            throw rejected(task, e);
        }
    }

    @Override
    public Future<?> submit(Runnable task) {
        try {
            return view().submit(task);
        } catch (RejectedExecutionException e) {
            throw rejected(task, e);
        }
    }

    @Override
    public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
        try {
            return view().submit(task);
        } catch (RejectedExecutionException e) {
            throw rejected(task, e);
        }
    }

    private ExecutorService view() {
        return executor.channel(Objects.requireNonNull(channel.get(), "channel"));
    }

    private TaskRejectedException rejected(Object task, RejectedExecutionException cause) {
        return new TaskRejectedException(
                "scheduler '" + executor.name() + "' did not accept " + task + ": " + cause.getMessage(), cause);
    }
}
