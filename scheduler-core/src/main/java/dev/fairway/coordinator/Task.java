package dev.fairway.coordinator;

import dev.fairway.AbstractTaskHandle;
import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.ContextPropagator;
import dev.fairway.TaskState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task, and its handle.
 *
 * <pre>
 * WAITING ──> PROCESSING ──> COMPLETED
 *    │            ├────────> FAILED
 *    │            └────────> CANCELLED
 *    ├─────────────────────> CANCELLED
 *    └─────────────────────> FAILED      (the worker that it requires is not there)
 * </pre>
 *
 * What leaves WAITING does so under the coordinator's lock, or is claimed from a {@link Hand}; what leaves PROCESSING does so by a
 * compare-and-set, with or without it. So each task has one outcome, and who decided it ends the handle, under no lock.
 */
final class Task<T, R extends @Nullable Object> extends AbstractTaskHandle<Completed<R>> {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Task.class, "state", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** What an affinity comes down to. */
    enum Kind {
        ANY(0),
        PREFER(1),
        REQUIRE(2);

        final int index;

        Kind(int index) {
            this.index = index;
        }
    }

    final DefaultCoordinator<T, R> coordinator;
    final T input;
    final Affinity affinity;
    final Kind kind;

    /** The worker that it prefers or requires. */
    final @Nullable String wanted;

    final ContextPropagator.@Nullable Snapshot context;

    /** How long it may run; 0: as long as it likes. */
    final long timeoutNanos;

    /** A {@link TaskState}; or the {@link Hand} that it waits in. */
    private volatile Object state = TaskState.WAITING;

    // Guarded by the coordinator's lock.

    /** Its place in the order of all tasks. */
    long number;

    long acceptedAt;
    long startedAt;

    /** The list that it waits in; null when it does not wait, or is given to a worker. */
    @Nullable
    TaskList<T, R> list;

    @Nullable
    Task<T, R> previous;

    @Nullable
    Task<T, R> next;

    /** The worker that it is given to, or that runs it. */
    @Nullable
    Worker<T, R> worker;

    /** The worker's generation when it was started. */
    int generation;

    /** The task whose code submitted it, as long as that runs. */
    @Nullable
    Task<T, R> caller;

    /** The first of the workers that wait for it. */
    @Nullable
    Worker<T, R> waiter;

    /** The task of the same worker that waits while this one runs. */
    @Nullable
    Task<T, R> below;

    /** It came when the coordinator was closed already. */
    boolean isLate;

    /** How many threads are about to interrupt the one that runs it. */
    int interrupters;

    /** It is to be interrupted, but another task runs on top of it. */
    boolean interruptLater;

    /** Whether a failure of its has been held against the worker. */
    boolean isBlamed;

    /** While it waits for a worker that is not there: until when it does. While it runs: when it has taken too long. */
    long dueAt;

    /** Whether its listeners have been told that it was accepted; see {@link Listeners}. */
    Listeners.@Nullable Announcement announcement;

    /** What the worker does, at the time of the start. */
    @Nullable
    WorkerFunction<? super T, ? extends R> function;

    // Owned by the thread that runs it.

    /** When its code had returned. */
    long endedAt;

    /** Whether {@link #endedAt} is still the time: nobody's code has run since. */
    boolean isFresh;

    /** Whether what it threw counts as the worker's failure. */
    boolean countsAsFailure;

    Task(
            DefaultCoordinator<T, R> coordinator,
            T input,
            Affinity affinity,
            ContextPropagator.@Nullable Snapshot context,
            long timeoutNanos) {
        this.coordinator = coordinator;
        this.input = input;
        this.affinity = affinity;
        this.context = context;
        this.timeoutNanos = timeoutNanos;
        if (affinity instanceof Affinity.Prefer prefer) {
            kind = Kind.PREFER;
            wanted = prefer.worker();
        } else if (affinity instanceof Affinity.Require require) {
            kind = Kind.REQUIRE;
            wanted = require.worker();
        } else if (affinity instanceof Affinity.RequireWithin require) {
            kind = Kind.REQUIRE;
            wanted = require.worker();
        } else {
            kind = Kind.ANY;
            wanted = null;
        }
    }

    @Override
    public TaskState state() {
        return state instanceof TaskState known ? known : TaskState.WAITING;
    }

    /** Leaves WAITING. The lock is held. */
    void state(TaskState newState) {
        STATE.setRelease(this, newState);
    }

    /** Comes into a hand, from which it is claimed or called in. The lock is held. */
    void deal(Hand<T, R> hand) {
        STATE.setRelease(this, hand);
    }

    /** Leaves WAITING, by the thread whose hand it is in; false when it was called in. */
    boolean claim(Hand<T, R> hand) {
        return STATE.compareAndSet(this, hand, TaskState.PROCESSING);
    }

    /** Leaves the hand; false when it was claimed. The lock is held. */
    boolean callIn(Hand<T, R> hand) {
        return STATE.compareAndSet(this, hand, TaskState.WAITING);
    }

    /** Leaves PROCESSING; true when this call did. */
    boolean decide(TaskState outcome) {
        return STATE.compareAndSet(this, TaskState.PROCESSING, outcome);
    }

    /** Whether others' code would run at its end. */
    boolean isHeard() {
        return hasDependents();
    }

    /**
     * Ends the handle, under no lock.
     *
     * @return whether others' code may have run
     */
    boolean end(Completed<R> result) {
        boolean heard = hasDependents();
        succeed(result);
        return heard;
    }

    /** Ends the handle, under no lock. */
    void end(RuntimeException failure) {
        fail(failure);
    }

    /** As {@link #end(RuntimeException)}, for those who join it; {@link #tellOfEnd} must follow. */
    void endQuietly(RuntimeException failure) {
        failQuietly(failure);
    }

    void tellOfEnd() {
        runDependents();
    }

    void wakeAtEnd(Thread thread) {
        addWaiter(thread);
    }

    void noLongerWakeAtEnd(Thread thread) {
        removeWaiter(thread);
    }

    /** What ended a handle that has failed. */
    @Nullable
    RuntimeException failure() {
        try {
            join();
            return null;
        } catch (RuntimeException failure) {
            return failure;
        }
    }

    boolean hasEnded() {
        return isEnded();
    }

    @Override
    public boolean cancel(CancelOption... options) {
        return coordinator.cancel(this, List.of(options).contains(CancelOption.INTERRUPT_RUNNING));
    }

    @Override
    protected long assist(long nanos, boolean interruptibly) throws InterruptedException {
        return coordinator.assist(this, nanos, interruptibly);
    }

    @Override
    public String toString() {
        return "Task[" + input + ", " + affinity + ", " + state() + "]";
    }
}
