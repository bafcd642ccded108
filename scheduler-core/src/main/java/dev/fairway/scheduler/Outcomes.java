package dev.fairway.scheduler;

import dev.fairway.ContextPropagator;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskExpiredException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskPhase;
import dev.fairway.internal.Failures;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Runs tasks, and tells sinks and listeners what became of them. Never called under a lock; nothing thrown comes out. */
final class Outcomes<T, R extends @Nullable Object> {
    private static final ContextPropagator.Scope NO_SCOPE = () -> {};

    private final DefaultFairScheduler<T, R> scheduler;
    private final TaskCode<T, R> code;
    private final Listeners<T> listeners;
    private final boolean listened;
    private final Failures failures = new Failures("dev.fairway.scheduler");

    Outcomes(DefaultFairScheduler<T, R> scheduler, TaskCode<T, R> code, Listeners<T> listeners) {
        this.scheduler = scheduler;
        this.code = code;
        this.listeners = listeners;
        this.listened = !listeners.isEmpty();
    }

    /**
     * Runs the task that the run has started. A task of which nobody will hear, and that has nothing to commit, is left in
     * PROCESSING when it has returned: the end of the run counts it, together with what comes next.
     */
    void run(DefaultChannel<T, R> channel, Run<T, R> run, Object item) {
        if (item instanceof TaskNode<?, ?> any) {
            @SuppressWarnings("unchecked") // the channel's nodes are of its types
            TaskNode<T, R> node = (TaskNode<T, R>) any;
            runNode(channel, run, node);
        } else {
            @SuppressWarnings("unchecked") // what is not a node is a task
            T task = (T) item;
            runBare(channel, run, task);
        }
    }

    @SuppressWarnings("NullAway") // R may be a nullable type
    private void runBare(DefaultChannel<T, R> channel, Run<T, R> run, T task) {
        TaskPhase phase = TaskPhase.PROCESS;
        try {
            R result = code.process(task);
            if (code.commits(task) && channel.beginCommit(run)) {
                phase = TaskPhase.COMMIT;
                code.commit(task, result);
                channel.decide(run, true);
            }
        } catch (Throwable thrown) {
            if (channel.decide(run, false)) {
                logFailure(channel, phase, thrown);
            }
        }
    }

    @SuppressWarnings("NullAway") // R may be a nullable type
    private void runNode(DefaultChannel<T, R> channel, Run<T, R> run, TaskNode<T, R> node) {
        long startedAt = run.now;
        if (listened) {
            announce(channel, node, true);
            tell(TaskListener::started, channel, node, startedAt, 0, null);
        }
        TaskPhase phase = TaskPhase.PROCESS;
        R result;
        try {
            result = process(node);
            if (code.commits(node.task)) {
                if (!channel.beginCommit(run)) {
                    return;
                }
                if (listened) {
                    tell(TaskListener::processed, channel, node, startedAt, scheduler.ticker.getAsLong(), null);
                }
                phase = TaskPhase.COMMIT;
                commit(node, result);
                channel.decide(run, true);
            } else if (!channel.decide(run, true)) {
                return;
            } else if (listened) {
                tell(TaskListener::processed, channel, node, startedAt, scheduler.ticker.getAsLong(), null);
            }
        } catch (Throwable thrown) {
            if (channel.decide(run, false)) {
                failed(channel, node, phase, thrown, startedAt);
            }
            return;
        }
        if (node.sink != null) {
            TaskSink<R> sink = node.sink;
            callBack(() -> sink.completed(result));
        }
        if (listened) {
            tell(TaskListener::committed, channel, node, startedAt, scheduler.ticker.getAsLong(), null);
        }
    }

    private R process(TaskNode<T, R> node) throws Exception {
        ContextPropagator.Scope scope = node.context == null ? NO_SCOPE : node.context.restore();
        try {
            return code.process(node.task);
        } finally {
            scope.close();
        }
    }

    private void commit(TaskNode<T, R> node, R result) throws Exception {
        ContextPropagator.Scope scope = node.context == null ? NO_SCOPE : node.context.restore();
        try {
            code.commit(node.task, result);
        } finally {
            scope.close();
        }
    }

    private void failed(
            DefaultChannel<T, R> channel, TaskNode<T, R> node, TaskPhase phase, Throwable thrown, long startedAt) {
        TaskFailedException failure = new TaskFailedException(failureMessage(channel, phase, thrown), phase, thrown);
        if (node.sink == null) {
            logFailure(channel, phase, thrown);
        } else {
            TaskSink<R> sink = node.sink;
            callBack(() -> sink.failed(failure));
        }
        if (listened) {
            tell(TaskListener::failed, channel, node, startedAt, scheduler.ticker.getAsLong(), failure);
        }
    }

    /** Something that is not the task's own code has failed at a task; its handle must end all the same. */
    void broke(DefaultChannel<T, R> channel, @Nullable TaskNode<T, R> node, Throwable thrown) {
        if (node != null && node.sink != null) {
            TaskSink<R> sink = node.sink;
            callBack(() -> sink.failed(new TaskFailedException(
                    "task of channel '" + channel.name + "' was given up", TaskPhase.PROCESS, thrown)));
        }
        failures.log(
                () -> "scheduler '" + scheduler.name() + "' failed at a task of channel '" + channel.name + "'",
                thrown);
    }

    void accepted(DefaultChannel<T, R> channel, @Nullable TaskNode<T, R> node) {
        if (listened && node != null) {
            announce(channel, node, false);
        }
    }

    void rejected(DefaultChannel<T, R> channel, T task, @Nullable RejectedTaskException refusal) {
        if (listened) {
            long now = scheduler.ticker.getAsLong();
            TaskEvent<T> event = new TaskEvent<>(channel.name, task, now, 0, now, refusal, null);
            callBack(() -> listeners.tell(TaskListener::rejected, event));
        }
    }

    /** The task, a node or as it was handed in, was cancelled before its start. */
    void dropped(DefaultChannel<T, R> channel, Object item) {
        if (item instanceof TaskNode<?, ?> any) {
            @SuppressWarnings("unchecked")
            TaskNode<T, R> node = (TaskNode<T, R>) any;
            if (node.sink != null) {
                TaskSink<R> sink = node.sink;
                callBack(() -> sink.cancelled(channel.name));
            }
            tellCancelled(channel, node, 0);
        }
    }

    /** The task goes back to whoever shut the channel down; a future of its own ends when it is run by hand. */
    void handedBack(DefaultChannel<T, R> channel, Object item) {
        if (item instanceof TaskNode<?, ?> any) {
            @SuppressWarnings("unchecked")
            TaskNode<T, R> node = (TaskNode<T, R>) any;
            if (node.sink instanceof ChannelFuture<?> future) {
                future.handedBack();
            } else if (node.sink != null) {
                TaskSink<R> sink = node.sink;
                callBack(() -> sink.cancelled(channel.name));
            }
            tellCancelled(channel, node, 0);
        }
    }

    /** The task was cancelled after its start. */
    void suppressed(DefaultChannel<T, R> channel, TaskNode<T, R> node) {
        if (node.sink != null) {
            TaskSink<R> sink = node.sink;
            callBack(() -> sink.cancelled(channel.name));
        }
        tellCancelled(channel, node, node.startedNanos);
    }

    private void tellCancelled(DefaultChannel<T, R> channel, TaskNode<T, R> node, long startedAt) {
        if (listened) {
            announce(channel, node, false);
            tell(TaskListener::cancelled, channel, node, startedAt, scheduler.ticker.getAsLong(), null);
        }
    }

    void expired(DefaultChannel<T, R> channel, TaskNode<T, R> node) {
        Duration waited = Duration.ofNanos(Math.max(0, scheduler.ticker.getAsLong() - node.acceptedNanos));
        TaskExpiredException failure = new TaskExpiredException(
                "task of channel '" + channel.name + "' expired: it had waited " + waited + " of at most "
                        + Duration.ofNanos(node.expiry),
                waited);
        if (node.sink != null) {
            TaskSink<R> sink = node.sink;
            callBack(() -> sink.expired(failure));
        }
        if (listened) {
            announce(channel, node, false);
            tell(TaskListener::expired, channel, node, 0, scheduler.ticker.getAsLong(), failure);
        }
    }

    /** Runs other people's code. */
    void callBack(Runnable code) {
        Inside inside = Inside.isInside(scheduler) ? null : Inside.enter(scheduler, null);
        try {
            code.run();
        } catch (Throwable thrown) {
            failures.log(() -> "a callback of scheduler '" + scheduler.name() + "' threw", thrown);
        } finally {
            if (inside != null) {
                inside.leave();
            }
        }
    }

    private void announce(DefaultChannel<T, R> channel, TaskNode<T, R> node, boolean wait) {
        node.announce(
                () -> {
                    TaskEvent<T> event =
                            new TaskEvent<>(channel.name, node.task, node.acceptedNanos, 0, 0, null, node.context);
                    callBack(() -> listeners.tell(TaskListener::accepted, event));
                },
                wait);
    }

    private void tell(
            BiConsumer<TaskListener<T>, TaskEvent<T>> method,
            DefaultChannel<T, R> channel,
            TaskNode<T, R> node,
            long startedAt,
            long endedAt,
            @Nullable Throwable failure) {
        TaskEvent<T> event =
                new TaskEvent<>(channel.name, node.task, node.acceptedNanos, startedAt, endedAt, failure, node.context);
        callBack(() -> listeners.tell(method, event));
    }

    private void logFailure(DefaultChannel<T, R> channel, TaskPhase phase, Throwable thrown) {
        failures.log(() -> failureMessage(channel, phase, thrown), thrown);
    }

    private String failureMessage(DefaultChannel<T, R> channel, TaskPhase phase, Throwable thrown) {
        return "task of channel '" + channel.name + "' in scheduler '" + scheduler.name() + "' failed in its "
                + (phase == TaskPhase.PROCESS ? "process" : "commit") + " phase: " + Failures.describe(thrown);
    }
}
