package dev.fairway;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    private final Outcome<R> outcome = new Outcome<>();

    /** For subclasses. */
    protected AbstractTaskHandle() {}

    /**
     * Ends the handle with a result and runs its dependents on this thread. To be called under no lock.
     *
     * @param value the result
     * @return whether this call ended the handle
     */
    protected final boolean succeed(R value) {
        return outcome.settle(value);
    }

    /**
     * Ends the handle without a result and runs its dependents on this thread. To be called under no lock.
     *
     * @param failure what {@code join} throws from now on
     * @return whether this call ended the handle
     */
    protected final boolean fail(RuntimeException failure) {
        return outcome.settleExceptionally(failure);
    }

    /** {@return whether the handle has ended} */
    protected final boolean isEnded() {
        return outcome.isDecided();
    }

    /** {@return whether somebody waits for the handle, or has asked to be told of its end} */
    protected final boolean hasDependents() {
        return outcome.getNumberOfDependents() > 0;
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
        if (outcome.isDecided()) {
            return outcome.value();
        }
        enterWait();
        try {
            assist(Long.MAX_VALUE, false);
            return outcome.value();
        } catch (InterruptedException e) {
            throw new IllegalStateException("a wait that is not interruptible was interrupted", e);
        } finally {
            leaveWait();
        }
    }

    @Override
    public final R join(Duration timeout) throws InterruptedException, TimeoutException {
        long nanos = TimeUnit.NANOSECONDS.convert(Objects.requireNonNull(timeout, "timeout"));
        if (outcome.isDecided()) {
            return outcome.value();
        }
        if (nanos <= 0) {
            return outcome.value(0);
        }
        enterWait();
        try {
            return outcome.value(Math.max(0, assist(nanos, true)));
        } finally {
            leaveWait();
        }
    }

    @Override
    public final CompletionStage<R> completion() {
        return outcome;
    }

    @Override
    public final <U extends @Nullable Object> TaskHandle<U> map(Function<? super R, ? extends U> function) {
        Objects.requireNonNull(function, "function");
        MappedTaskHandle<R, U> mapped = new MappedTaskHandle<>(this);
        CompletableFuture<R> unused = outcome.whenComplete((value, failure) -> mapped.end(value, failure, function));
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
                super.outcome.settleExceptionally(failure);
                return;
            }
            try {
                succeed(function.apply(value));
            } catch (Throwable thrown) {
                functionFailed = true;
                super.outcome.settleExceptionally(thrown);
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
     * A future that only its handle can end. Joining threads wait beside the future and not in it: one that joins a
     * {@code CompletableFuture} may take over its dependents, and nobody would wait for those.
     */
    private static final class Outcome<R extends @Nullable Object> extends CompletableFuture<R> {
        /** Written under this object's monitor, before the future is completed. */
        private volatile boolean decided;

        /** Set before {@code decided}; what the handle ended with when there is no result. */
        private @Nullable Throwable failure;

        private @Nullable R result;

        /** Guarded by this object's monitor. */
        private @Nullable List<Thread> waiters;

        boolean isDecided() {
            return decided;
        }

        boolean settle(R value) {
            return decide(value, null) && super.complete(value);
        }

        boolean settleExceptionally(Throwable thrown) {
            return decide(null, thrown) && super.completeExceptionally(thrown);
        }

        private boolean decide(@Nullable R value, @Nullable Throwable thrown) {
            List<Thread> woken;
            synchronized (this) {
                if (decided) {
                    return false;
                }
                result = value;
                failure = thrown;
                decided = true;
                woken = waiters;
                waiters = null;
            }
            if (woken != null) {
                woken.forEach(LockSupport::unpark);
            }
            return true;
        }

        /** Waits uninterruptibly, and throws what ended the handle as it is. */
        R value() {
            if (!decided) {
                boolean interrupted = false;
                Waiter waiter = new Waiter(0, false);
                while (!decided) {
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
            return valueNow();
        }

        R value(long nanos) throws InterruptedException, TimeoutException {
            if (!decided) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (nanos > 0) {
                    ForkJoinPool.managedBlock(new Waiter(System.nanoTime() + nanos, true));
                }
                if (!decided) {
                    throw new TimeoutException();
                }
            }
            return valueNow();
        }

        @SuppressWarnings("NullAway") // the result is only absent when there is a failure
        private R valueNow() {
            Throwable thrown = failure;
            if (thrown != null) {
                throw AbstractTaskHandle.<RuntimeException>sneaky(thrown);
            }
            return result;
        }

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
                return decided || (timed && deadline - System.nanoTime() <= 0);
            }

            @Override
            public boolean block() throws InterruptedException {
                Thread self = Thread.currentThread();
                synchronized (Outcome.this) {
                    if (decided) {
                        return true;
                    }
                    if (waiters == null) {
                        waiters = new ArrayList<>(1);
                    }
                    waiters.add(self);
                }
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
                    synchronized (Outcome.this) {
                        if (waiters != null) {
                            waiters.remove(self);
                        }
                    }
                }
                return true;
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
        throw (X) Objects.requireNonNull(failure);
    }
}
