package dev.fairway;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
        return outcome.isDone();
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
        if (outcome.isDone()) {
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
        if (outcome.isDone()) {
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

    /** A future that only its handle can end. */
    private static final class Outcome<R extends @Nullable Object> extends CompletableFuture<R> {
        /** What ended the handle without a result; set before the future is completed. */
        private volatile @Nullable Throwable failure;

        boolean settle(R value) {
            return super.complete(value);
        }

        boolean settleExceptionally(Throwable thrown) {
            failure = failure == null ? thrown : failure;
            return super.completeExceptionally(thrown);
        }

        /** Waits uninterruptibly, and throws what ended the handle as it is. */
        R value() {
            try {
                return super.join();
            } catch (CompletionException | CancellationException wrapped) {
                throw asItIs(wrapped);
            }
        }

        R value(long nanos) throws InterruptedException, TimeoutException {
            try {
                return super.get(nanos, TimeUnit.NANOSECONDS);
            } catch (ExecutionException | CancellationException wrapped) {
                throw asItIs(wrapped);
            }
        }

        /** How a future wraps what it was completed with differs from one Java to the next. */
        private RuntimeException asItIs(Exception wrapped) {
            Throwable thrown = failure;
            throw AbstractTaskHandle.<RuntimeException>sneaky(thrown == null ? wrapped : thrown);
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
