package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.AbstractTaskHandle;
import dev.fairway.CancelOption;
import dev.fairway.TaskExpiredException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskState;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The handle of a task in a channel. When the task has ended, and cannot be running any more, it lets go of it. */
final class SubmittedTask<T, R extends @Nullable Object> extends AbstractTaskHandle<R> implements TaskSink<R> {
    private final DefaultChannel<T, R> channel;

    /** Set before the handle is given out, null again when the task has ended. */
    private volatile @Nullable TaskNode<T, R> node;

    /** Set before the node is let go. */
    private volatile @Nullable TaskState finalState;

    SubmittedTask(DefaultChannel<T, R> channel) {
        this.channel = channel;
    }

    void of(TaskNode<T, R> itsNode) {
        node = itsNode;
    }

    private void ended(TaskState state) {
        finalState = state;
        node = null;
    }

    @Override
    public void completed(R result) {
        ended(TaskState.COMPLETED);
        succeed(result);
    }

    @Override
    public void failed(TaskFailedException failure) {
        ended(TaskState.FAILED);
        fail(failure);
    }

    @Override
    public void cancelled(String channelName) {
        TaskNode<T, R> current = node;
        if (current == null || current.run == null) {
            ended(TaskState.CANCELLED);
        } // else its code still runs, and may be interrupted later
        fail(new CancellationException("task of channel '" + channelName + "' was cancelled"));
    }

    @Override
    public void expired(TaskExpiredException failure) {
        ended(TaskState.EXPIRED);
        fail(failure);
    }

    @Override
    public boolean cancel(CancelOption... options) {
        boolean interrupt = List.of(options).contains(CancelOption.INTERRUPT_RUNNING);
        TaskNode<T, R> current = node;
        return current != null && channel.cancel(current, interrupt);
    }

    @Override
    public TaskState state() {
        TaskNode<T, R> current = node;
        return current == null ? requireNonNull(finalState) : current.state();
    }

    @Override
    protected void enterWait() {
        TaskNode<T, R> current = node;
        if (current != null) {
            channel.scheduler.waits.enter(channel, current);
        }
    }

    @Override
    protected void leaveWait() {
        channel.scheduler.waits.leave();
    }
}
