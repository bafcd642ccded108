package dev.fairway.scheduler;

import dev.fairway.AbstractTaskHandle;
import dev.fairway.CancelOption;
import dev.fairway.TaskExpiredException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskState;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The handle of a task in a channel. */
final class SubmittedTask<T, R extends @Nullable Object> extends AbstractTaskHandle<R> implements TaskSink<R> {
    private final DefaultChannel<T, R> channel;

    /** Set once, before the handle is given out. */
    @Nullable
    TaskNode<T, R> node;

    SubmittedTask(DefaultChannel<T, R> channel) {
        this.channel = channel;
    }

    @Override
    public void completed(R result) {
        succeed(result);
    }

    @Override
    public void failed(TaskFailedException failure) {
        fail(failure);
    }

    @Override
    public void cancelled(String channelName) {
        fail(new CancellationException("task of channel '" + channelName + "' was cancelled"));
    }

    @Override
    public void expired(TaskExpiredException failure) {
        fail(failure);
    }

    @Override
    public boolean cancel(CancelOption... options) {
        boolean interrupt = List.of(options).contains(CancelOption.INTERRUPT_RUNNING);
        return channel.cancel(node(), interrupt);
    }

    @Override
    public TaskState state() {
        return node().state();
    }

    @Override
    protected void enterWait() {
        channel.scheduler.waits.enter(channel, node());
    }

    @Override
    protected void leaveWait() {
        channel.scheduler.waits.leave();
    }

    private TaskNode<T, R> node() {
        return Objects.requireNonNull(node);
    }
}
