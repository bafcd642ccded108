package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A channel of a {@link FairExecutor} as an {@code ExecutorService}. Refused tasks get a {@link RejectedTaskException}. */
final class ChannelExecutor extends AbstractExecutorService {
    private final DefaultFairScheduler<Object, Object> scheduler;
    private final @Nullable ChannelOptions options;
    private volatile DefaultChannel<Object, Object> channel;
    private volatile boolean shutdown;
    private final CompletableFuture<Void> shutdownBegun = new CompletableFuture<>();

    /** @param options with which the channel is opened again after it was idle; null for those of the scheduler */
    ChannelExecutor(
            DefaultFairScheduler<Object, Object> scheduler,
            DefaultChannel<Object, Object> channel,
            @Nullable ChannelOptions options) {
        this.scheduler = scheduler;
        this.channel = channel;
        this.options = options;
    }

    @Override
    protected <V> RunnableFuture<V> newTaskFor(Callable<V> code) {
        return new ChannelFuture<>(code);
    }

    @Override
    protected <V> RunnableFuture<V> newTaskFor(Runnable code, V value) {
        return new ChannelFuture<>(code, value);
    }

    @Override
    public void execute(Runnable command) {
        requireNonNull(command, "command");
        while (true) {
            DefaultChannel<Object, Object> target = openChannel();
            try {
                put(target, command);
                return;
            } catch (RejectedTaskException refusal) {
                if (shutdown || refusal.reason() != Reason.CHANNEL_CLOSED || !target.closedBecauseIdle()) {
                    throw refusal;
                }
            }
        }
    }

    private void put(DefaultChannel<Object, Object> target, Runnable command) {
        if (command instanceof ChannelFuture<?> future) {
            TaskNode<Object, Object> node = scheduler.node(command, future, TaskOptions.defaults());
            future.place(target, node);
            try {
                target.submit(node);
            } catch (RuntimeException | Error refusal) {
                future.handedBack();
                throw refusal;
            }
        } else {
            target.execute(command);
        }
    }

    /** The channel, opened again when it had closed because it was idle. */
    private synchronized DefaultChannel<Object, Object> openChannel() {
        if (!shutdown && channel.closedBecauseIdle()) {
            try {
                channel = scheduler.channel(channel.name, options);
            } catch (IllegalStateException stillDrains) { // closed by another view's shutdown
                throw new RejectedTaskException(Reason.CHANNEL_CLOSED, String.valueOf(stillDrains.getMessage()));
            }
        }
        return channel;
    }

    @Override
    public synchronized void shutdown() {
        shutdown = true;
        channel.close();
        shutdownBegun.complete(null);
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return channel.sweep(DefaultChannel.Sweep.HAND_BACK_LIKE_EXECUTOR).dropped().stream()
                .map(Runnable.class::cast)
                .toList();
    }

    @Override
    public boolean isShutdown() {
        DefaultChannel<Object, Object> current = channel;
        return shutdown || scheduler.isClosed() || (current.isClosed() && !current.closedBecauseIdle());
    }

    @Override
    public boolean isTerminated() {
        return isShutdown() && channel.isEnded();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = System.nanoTime() + Math.max(0, unit.toNanos(timeout));
        try {
            do { // a channel that closed because it was idle has ended, but the view can still open it again
                long left = Math.max(0, deadline - System.nanoTime());
                end().get(left, TimeUnit.NANOSECONDS);
            } while (!isTerminated());
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized CompletableFuture<?> end() {
        DefaultChannel<Object, Object> current = channel;
        return current.closedBecauseIdle()
                ? CompletableFuture.anyOf(shutdownBegun, scheduler.drained())
                : current.terminatedFuture();
    }

    @Override
    public String toString() {
        return "FairExecutor channel '" + channel.name + "'" + (isShutdown() ? " (shut down)" : "");
    }
}
