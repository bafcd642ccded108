package dev.fairway.scheduler;

import dev.fairway.ContextPropagator;
import dev.fairway.TaskState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know about one task that needs more than its place in the queue: it has a handle, a context, a cost or an
 * expiry, or somebody listens. A task that was simply offered has no node.
 *
 * <p>Mutable fields are guarded by the channel's lock, except where they say otherwise.
 */
final class TaskNode<T, R extends @Nullable Object> {
    private static final VarHandle ANNOUNCED;
    private static final int UNANNOUNCED = 0;
    private static final int BEING_ANNOUNCED = 1;
    private static final int IS_ANNOUNCED = 2;

    static {
        try {
            ANNOUNCED = MethodHandles.lookup().findVarHandle(TaskNode.class, "announced", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final T task;
    final @Nullable TaskSink<R> sink;
    final ContextPropagator.@Nullable Snapshot context;
    final long cost;
    final boolean urgent;

    /** The longest wait in nanoseconds; 0 for none. */
    final long expiry;

    /** Written once, before the node is visible to others. */
    long acceptedNanos;

    /** Written at the start, before anybody else can learn of it. */
    long startedNanos;

    /** The channel's epoch when the node was put in, -1 before: a cancel of the whole channel leaves older nodes behind. */
    int epoch = -1;

    /** Who runs the task, from its start on. */
    @Nullable
    Run<T, R> run;

    /** Written under the lock, read by anybody. */
    private volatile TaskState state = TaskState.WAITING;

    /** Written with ANNOUNCED. */
    private volatile int announced;

    TaskNode(
            T task,
            @Nullable TaskSink<R> sink,
            ContextPropagator.@Nullable Snapshot context,
            long cost,
            boolean urgent,
            long expiry) {
        this.task = task;
        this.sink = sink;
        this.context = context;
        this.cost = cost;
        this.urgent = urgent;
        this.expiry = expiry;
    }

    TaskState state() {
        return state;
    }

    void state(TaskState state) {
        this.state = state;
    }

    /** Whether the task no longer waits, though its node is still in the queue. */
    boolean isGone() {
        return state != TaskState.WAITING;
    }

    boolean isExpired(long now) {
        return expiry != 0 && now - acceptedNanos > expiry;
    }

    /**
     * Tells the listeners that the task was accepted, if nobody has: usually the producer does, or a worker that was quicker.
     *
     * @param wait whether to return only after the listeners have heard of it, when another thread is just telling them
     */
    void announce(Runnable tell, boolean wait) {
        if (announced == UNANNOUNCED && ANNOUNCED.compareAndSet(this, UNANNOUNCED, BEING_ANNOUNCED)) {
            try {
                tell.run();
            } finally {
                announced = IS_ANNOUNCED;
            }
        }
        while (wait && announced != IS_ANNOUNCED) {
            Thread.yield();
        }
    }
}
