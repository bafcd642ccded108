package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.CancelOption;
import dev.fairway.DrainReport;
import dev.fairway.TaskHandle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** A {@link DefaultFairScheduler} of {@link Runnable}s: commands, futures of views, and jobs of two phases. */
final class DefaultFairExecutor implements FairExecutor {
    private final DefaultFairScheduler<Object, Object> scheduler;

    DefaultFairExecutor(SchedulerBuilder.Settings<Object> settings) {
        this.scheduler = new DefaultFairScheduler<>(settings, new JobCode());
    }

    /** A task that carries its own code. */
    private record Job(Callable<?> process, @Nullable CommitAction<Object> commit) implements Runnable {
        /** By hand, after it was handed back. */
        @Override
        @SuppressWarnings("NullAway") // the result may be null if the action's type says so
        public void run() {
            try {
                Object result = process.call();
                if (commit != null) {
                    commit.commit(result);
                }
            } catch (RuntimeException | Error thrown) {
                throw thrown;
            } catch (Exception thrown) {
                throw new CompletionException(thrown);
            }
        }

        @Override
        public String toString() {
            return process.toString();
        }
    }

    @SuppressWarnings("NullAway") // results may be null
    private static final class JobCode implements TaskCode<Object, Object> {
        @Override
        public Object process(Object task) throws Exception {
            if (task instanceof Job job) {
                return job.process.call();
            }
            if (task instanceof ChannelFuture<?> future) {
                return future.runInChannel();
            }
            ((Runnable) task).run();
            return null;
        }

        @Override
        public boolean commits(Object task) {
            return task instanceof Job job && job.commit != null;
        }

        @Override
        public void commit(Object task, Object result) throws Exception {
            requireNonNull(((Job) task).commit).commit(result);
        }
    }

    @Override
    public ExecutorService channel(String name) {
        return new ChannelExecutor(scheduler, scheduler.channel(name), null);
    }

    @Override
    public ExecutorService openChannel(String name, ChannelOptions options) {
        scheduler.openChannel(name, options);
        return new ChannelExecutor(scheduler, scheduler.channel(name, options), options);
    }

    @Override
    public <R extends @Nullable Object> TaskHandle<R> submit(
            String channel, Callable<? extends R> process, TaskOptions options) {
        requireNonNull(process, "process");
        return submit(channel, new Job(process, null), options);
    }

    @Override
    @SuppressWarnings("unchecked") // the action gets what the process has returned
    public <R extends @Nullable Object> TaskHandle<R> submit(
            String channel, Callable<? extends R> process, CommitAction<? super R> commit, TaskOptions options) {
        requireNonNull(process, "process");
        requireNonNull(commit, "commit");
        return submit(channel, new Job(process, (CommitAction<Object>) commit), options);
    }

    @SuppressWarnings("unchecked") // the result is what the process has returned
    private <R extends @Nullable Object> TaskHandle<R> submit(String channel, Job job, TaskOptions options) {
        return (TaskHandle<R>) scheduler.submit(channel, job, options);
    }

    @Override
    public List<Runnable> shutdownNow() {
        return scheduler.shutdownNow(DefaultChannel.Sweep.HAND_BACK_LIKE_EXECUTOR).stream()
                .map(Runnable.class::cast)
                .toList();
    }

    @Override
    public Duration drainTimeout() {
        return scheduler.drainTimeout();
    }

    @Override
    public int workers() {
        return scheduler.workers();
    }

    @Override
    public void workers(int workers) {
        scheduler.workers(workers);
    }

    @Override
    public List<? extends ChannelControl> channels() {
        return scheduler.channels();
    }

    @Override
    public Optional<? extends ChannelControl> findChannel(String name) {
        return scheduler.findChannel(name);
    }

    @Override
    public CancelReport cancel(String channel, CancelOption... options) {
        return scheduler.cancel(channel, options);
    }

    @Override
    public SchedulerStats stats() {
        return scheduler.stats();
    }

    @Override
    public List<ChannelStats> busiest(TopBy by, int limit) {
        return scheduler.busiest(by, limit);
    }

    @Override
    public String name() {
        return scheduler.name();
    }

    @Override
    public void close() {
        scheduler.close();
    }

    @Override
    public DrainReport close(Duration drainTimeout) {
        return scheduler.close(drainTimeout);
    }

    @Override
    public boolean isClosed() {
        return scheduler.isClosed();
    }

    @Override
    public CompletionStage<Void> terminated() {
        return scheduler.terminated();
    }

    @Override
    public String toString() {
        return scheduler.toString().replaceFirst("FairScheduler", "FairExecutor");
    }
}
