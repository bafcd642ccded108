package dev.fairway;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What handles of every engine have in common: waiting, dependents, and the translation of outcomes into exceptions. A
 * subclass knows the task: it answers {@link #state()} and {@link #cancel}, and ends the handle by one of {@link #succeed} and
 * {@link #fail}, of which the first call counts.
 *
 * @param <R> the task's result
 */
public abstract class AbstractTaskHandle<R extends @Nullable Object> implements TaskHandle<R> {
    // A handle ends by one compare-and-set of its outcome; then whoever did it looks for waiters and for the stage.
    // Waiters and
    // the maker of the stage announce themselves first, and look at the outcome then. All four accesses are volatile,
    // so one of
    // the two sees the other.

    private static final VarHandle OUTCOME;
    private static final VarHandle STAGE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OUTCOME = lookup.findVarHandle(AbstractTaskHandle.class, "outcome", Object.class);
            STAGE = lookup.findVarHandle(AbstractTaskHandle.class, "stage", Stage.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The outcome of a task whose result is null. */
    private static final Object NOTHING = new Object();

    /** A failure, a result or {@link #NOTHING}; null as long as there is none. */
    @SuppressWarnings("unused") // by OUTCOME
    private volatile @Nullable Object outcome;

    /** Made when somebody asks for it. */
    private volatile @Nullable Stage<R> stage;

    /** Threads that sleep until there is an outcome; its content is guarded by this handle's monitor. */
    private volatile @Nullable List<Thread> waiters;

    /** For subclasses. */
    protected AbstractTaskHandle() {}

    /**
     * Ends the handle with a result and runs its dependents on this thread. To be called under no lock.
     *
     * @param value the result
     * @return whether this call ended the handle
     */
    protected final boolean succeed(R value) {
        boolean first = settle(value == null ? NOTHING : value);
        if (first) {
            runDependents();
        }
        return first;
    }

    /**
     * Ends the handle without a result and runs its dependents on this thread. To be called under no lock.
     *
     * @param failure what {@code join} throws from now on
     * @return whether this call ended the handle
     */
    protected final boolean fail(RuntimeException failure) {
        boolean first = failQuietly(failure);
        if (first) {
            runDependents();
        }
        return first;
    }

    /**
     * Ends the handle without a result, for those who join it. {@link #runDependents} must follow: so that of several handles that
     * end together, all have ended before the first dependent runs.
     *
     * @param failure what {@code join} throws from now on
     * @return whether this call ended the handle
     */
    protected final boolean failQuietly(RuntimeException failure) {
        return settle(new Failure(failure));
    }

    /** Runs the dependents of a handle that has ended, on this thread. To be called under no lock. */
    protected final void runDependents() {
        Stage<R> asked = stage;
        if (asked != null) {
            asked.end(requireNonNull(outcome));
        }
    }

    private boolean settle(Object decided) {
        if (outcome != null || !OUTCOME.compareAndSet(this, null, decided)) {
            return false;
        }
        if (waiters != null) {
            wakeWaiters();
        }
        return true;
    }

    private void wakeWaiters() {
        List<Thread> woken;
        synchronized (this) {
            woken = waiters;
            waiters = null;
        }
        if (woken != null) {
            woken.forEach(LockSupport::unpark);
        }
    }

    /** {@return whether the handle has ended} */
    protected final boolean isEnded() {
        return outcome != null;
    }

    /** {@return whether somebody has asked to be told of the handle's end} */
    protected final boolean hasDependents() {
        Stage<R> asked = stage;
        return asked != null && asked.getNumberOfDependents() > 0;
    }

    /**
     * Has a thread unparked when the handle ends; at once when it has ended. {@link #removeWaiter} must follow.
     *
     * @param thread the thread
     */
    protected final void addWaiter(Thread thread) {
        synchronized (this) {
            List<Thread> others = waiters;
            if (others == null) {
                others = new ArrayList<>(1);
            }
            others.add(thread);
            waiters = others;
        }
        if (outcome != null) {
            wakeWaiters();
        }
    }

    /**
     * The thread no longer waits.
     *
     * @param thread as before
     */
    protected final void removeWaiter(Thread thread) {
        if (waiters == null) {
            return;
        }
        synchronized (this) {
            List<Thread> others = waiters;
            if (others != null) {
                others.remove(thread);
            }
        }
    }

    /**
     * Called by a thread that is about to wait for this handle.
     *
     * @throws IllegalStateException when the wait could never end
     */
    protected void enterWait() {}

    /** Called after each {@link #enterWait()} that did not throw. */
    protected void leaveWait() {}

    /**
     * Called by a thread that waits, between {@link #enterWait()} and {@link #leaveWait()}: a worker may use the time for other
     * work. By default it does not.
     *
     * @param nanos how long the caller will wait at the most; {@link Long#MAX_VALUE} when there is no limit
     * @param interruptibly whether an interrupt ends the wait; when not, the method leaves the interrupt flag set
     * @return what is left of the time; the caller waits that long, if the handle has not ended yet
     * @throws InterruptedException when the wait is interruptible, and was interrupted
     */
    protected long assist(long nanos, boolean interruptibly) throws InterruptedException {
        return nanos;
    }

    @Override
    public final R join() {
        if (outcome == null) {
            enterWait();
            try {
                assist(Long.MAX_VALUE, false);
                await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("a wait that is not interruptible was interrupted", e);
            } finally {
                leaveWait();
            }
        }
        return outcome();
    }

    @Override
    public final R join(Duration timeout) throws InterruptedException, TimeoutException {
        long nanos = TimeUnit.NANOSECONDS.convert(requireNonNull(timeout, "timeout"));
        if (outcome == null) {
            if (nanos <= 0) {
                await(0);
            } else {
                enterWait();
                try {
                    await(assist(nanos, true));
                } finally {
                    leaveWait();
                }
            }
        }
        return outcome();
    }

    /** Waits uninterruptibly. */
    private void await() {
        boolean interrupted = false;
        Waiter waiter = new Waiter(0, false);
        while (outcome == null) {
            try {
                ForkJoinPool.managedBlock(waiter);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(long nanos) throws InterruptedException, TimeoutException {
        if (outcome == null) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (nanos > 0) {
                ForkJoinPool.managedBlock(new Waiter(System.nanoTime() + nanos, true));
            }
            if (outcome == null) {
                throw new TimeoutException();
            }
        }
    }

    /** What the handle ended with; a failure is thrown as it is. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a result may be null where R may
    private R outcome() {
        Object decided = outcome;
        if (decided instanceof Failure failure) {
            throw AbstractTaskHandle.<RuntimeException>sneaky(failure.thrown);
        }
        return decided == NOTHING ? null : (R) decided;
    }

    @Override
    public final CompletionStage<R> completion() {
        return stage();
    }

    private Stage<R> stage() {
        Stage<R> asked = stage;
        if (asked == null) {
            asked = new Stage<>();
            if (!STAGE.compareAndSet(this, null, asked)) {
                asked = requireNonNull(stage);
            }
            Object decided = outcome;
            if (decided != null) {
                asked.end(decided);
            }
        }
        return asked;
    }

    @Override
    public final <U extends @Nullable Object> TaskHandle<U> map(Function<? super R, ? extends U> function) {
        requireNonNull(function, "function");
        MappedTaskHandle<R, U> mapped = new MappedTaskHandle<>(this);
        CompletableFuture<R> unused = stage().whenComplete((value, failure) -> mapped.end(value, failure, function));
        return mapped;
    }

    /** The same task with another result. */
    private static final class MappedTaskHandle<R extends @Nullable Object, U extends @Nullable Object>
            extends AbstractTaskHandle<U> {
        private final AbstractTaskHandle<R> task;
        private volatile boolean functionFailed;

        MappedTaskHandle(AbstractTaskHandle<R> task) {
            this.task = task;
        }

        @SuppressWarnings("NullAway") // the value is only absent when there is a failure
        void end(@Nullable R value, @Nullable Throwable failure, Function<? super R, ? extends U> function) {
            if (failure != null) {
                fail(failure);
                return;
            }
            try {
                succeed(function.apply(value));
            } catch (Throwable thrown) {
                functionFailed = true;
                fail(thrown);
            }
        }

        private void fail(Throwable thrown) {
            if (super.settle(new Failure(thrown))) {
                runDependents();
            }
        }

        @Override
        public boolean cancel(CancelOption... options) {
            return task.cancel(options);
        }

        @Override
        public TaskState state() {
            return functionFailed ? TaskState.FAILED : task.state();
        }

        @Override
        protected void enterWait() {
            task.enterWait();
        }

        @Override
        protected void leaveWait() {
            task.leaveWait();
        }

        @Override
        protected long assist(long nanos, boolean interruptibly) throws InterruptedException {
            return task.assist(nanos, interruptibly);
        }
    }

    /**
     * Why there is no result.
     *
     * @param thrown what is thrown to those who join
     */
    private record Failure(Throwable thrown) {}

    /** Waits in a way that lets a {@code ForkJoinPool} make up for its worker. */
    private final class Waiter implements ForkJoinPool.ManagedBlocker {
        private final long deadline;
        private final boolean timed;

        Waiter(long deadline, boolean timed) {
            this.deadline = deadline;
            this.timed = timed;
        }

        @Override
        public boolean isReleasable() {
            return outcome != null || (timed && deadline - System.nanoTime() <= 0);
        }

        @Override
        public boolean block() throws InterruptedException {
            Thread self = Thread.currentThread();
            addWaiter(self);
            try {
                while (!isReleasable()) {
                    if (timed) {
                        LockSupport.parkNanos(this, deadline - System.nanoTime());
                    } else {
                        LockSupport.park(this);
                    }
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                }
            } finally {
                removeWaiter(self);
            }
            return true;
        }
    }

    /**
     * A future that only its handle can end. Joining threads wait beside the future and not in it: one that joins a
     * {@code CompletableFuture} may take over its dependents, and nobody would wait for those.
     */
    private static final class Stage<R extends @Nullable Object> extends CompletableFuture<R> {
        /** Once, however often it is called. */
        @SuppressWarnings({"unchecked", "NullAway"}) // a result may be null where R may
        void end(Object decided) {
            if (decided instanceof Failure failure) {
                super.completeExceptionally(failure.thrown);
            } else {
                super.complete(decided == NOTHING ? null : (R) decided);
            }
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<R> toCompletableFuture() {
            return copy();
        }

        @Override
        public boolean complete(R value) {
            throw readOnly();
        }

        @Override
        public boolean completeExceptionally(Throwable failure) {
            throw readOnly();
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            throw readOnly();
        }

        @Override
        public void obtrudeValue(R value) {
            throw readOnly();
        }

        @Override
        public void obtrudeException(Throwable failure) {
            throw readOnly();
        }

        @Override
        public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier, Executor executor) {
            throw readOnly();
        }

        @Override
        public CompletableFuture<R> completeAsync(Supplier<? extends R> supplier) {
            throw readOnly();
        }

        @Override
        public CompletableFuture<R> orTimeout(long timeout, TimeUnit unit) {
            throw readOnly();
        }

        @Override
        public CompletableFuture<R> completeOnTimeout(R value, long timeout, TimeUnit unit) {
            throw readOnly();
        }

        private static UnsupportedOperationException readOnly() {
            return new UnsupportedOperationException(
                    "a task's completion is decided by the task; use TaskHandle.cancel to cancel it");
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X sneaky(@Nullable Throwable failure) throws X {
        throw (X) requireNonNull(failure);
    }
}
