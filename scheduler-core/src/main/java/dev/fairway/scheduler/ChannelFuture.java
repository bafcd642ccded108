package dev.fairway.scheduler;

import dev.fairway.TaskExpiredException;
import dev.fairway.TaskFailedException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The future of a channel's {@code ExecutorService} view. While it is in a channel, the channel decides its outcome: what the code
 * returned is kept until then. Before, or after it was handed back by {@code shutdownNow}, it is a plain {@link FutureTask} that
 * anybody can run.
 */
final class ChannelFuture<V extends @Nullable Object> extends FutureTask<V> implements TaskSink<Object> {
    /** Where the task is, while it is in a channel. */
    private volatile @Nullable Placement placement;

    /** Only used by the thread that runs the task for the channel. */
    private boolean keepsOutcome;

    private @Nullable V keptValue;
    private @Nullable Throwable keptFailure;

    private record Placement(DefaultChannel<Object, Object> channel, TaskNode<Object, Object> node) {}

    ChannelFuture(Callable<V> code) {
        super(code);
    }

    @SuppressWarnings("NullAway") // V may be a nullable type
    ChannelFuture(Runnable code, V value) {
        super(code, value);
    }

    /** The task is about to be put into a channel; {@link #handedBack} takes it out again. */
    void place(DefaultChannel<Object, Object> channel, TaskNode<Object, Object> node) {
        placement = new Placement(channel, node);
    }

    void handedBack() {
        placement = null;
    }

    /** Runs the code for the channel, and leaves the outcome to it. */
    @Nullable
    Object runInChannel() throws Exception {
        keepsOutcome = true;
        super.run();
        keepsOutcome = false;
        Throwable failure = keptFailure;
        V value = keptValue;
        keptFailure = null;
        keptValue = null;
        if (failure instanceof Exception exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw new ExecutionException(failure);
        }
        return value;
    }

    @Override
    protected void set(V value) {
        if (keepsOutcome) {
            keptValue = value;
        } else {
            super.set(value);
        }
    }

    @Override
    protected void setException(Throwable failure) {
        if (keepsOutcome) {
            keptFailure = failure;
        } else {
            super.setException(failure);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // it is what runInChannel has returned
    public void completed(Object result) {
        placement = null;
        super.set((V) result);
    }

    @Override
    public void failed(TaskFailedException failure) {
        placement = null;
        super.setException(failure.getCause());
    }

    @Override
    public void cancelled(String channel) {
        placement = null;
        super.cancel(false);
    }

    @Override
    public void expired(TaskExpiredException failure) {
        placement = null;
        super.setException(failure);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        Placement at = placement;
        if (at == null || isDone()) {
            return super.cancel(mayInterruptIfRunning);
        }
        return at.channel.cancel(at.node, mayInterruptIfRunning);
    }

    @Override
    public V get() throws InterruptedException, ExecutionException {
        Placement at = placement;
        if (at == null || isDone()) {
            return super.get();
        }
        at.channel.scheduler.waits.enter(at.channel, at.node);
        try {
            return super.get();
        } finally {
            at.channel.scheduler.waits.leave();
        }
    }

    @Override
    public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        Placement at = placement;
        if (at == null || isDone() || timeout <= 0) {
            return super.get(timeout, unit);
        }
        at.channel.scheduler.waits.enter(at.channel, at.node);
        try {
            return super.get(timeout, unit);
        } finally {
            at.channel.scheduler.waits.leave();
        }
    }
}
