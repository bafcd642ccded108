package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import dev.fairway.Completed;
import dev.fairway.ContextPropagator;
import dev.fairway.Drainable;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import dev.fairway.internal.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Named workers, each with one task at a time. A task goes to the worker that will most likely be done with it first, unless the
 * caller prefers or requires one.
 *
 * <p>All methods are thread-safe; only closing waits. What happened before a task was submitted happens-before the task, and one
 * task of a worker happens-before its next.
 *
 * <p>A worker's code may submit tasks and join them. When nobody else is idle its own thread runs them meanwhile, also those that
 * come back to it by way of other workers; a wait that could never end is refused with an {@link IllegalStateException} that
 * names who waits for whom.
 *
 * @param <T> the tasks
 * @param <R> the results
 */
public interface Coordinator<T, R extends @Nullable Object> extends Drainable {
    /**
     * {@return the builder of a coordinator}
     *
     * @param <T> the tasks
     * @param <R> the results
     */
    static <T, R extends @Nullable Object> Builder<T, R> builder() {
        return new Builder<>();
    }

    /**
     * Adds a worker, or puts it in the place of the one that has its name: then it takes over what waits, and starts when the
     * other's running task has ended.
     *
     * @param name the worker's name; not blank
     * @param function what it does; called by one thread at a time
     * @return true when it replaced one
     * @throws IllegalStateException when the coordinator is closed
     */
    boolean addWorker(String name, WorkerFunction<? super T, ? extends R> function);

    /**
     * Removes a worker. Its running task ends normally, those that wait for it go to others, and those that require it fail.
     *
     * @param name the worker's name
     * @return true when there was one
     */
    boolean removeWorker(String name);

    /**
     * Puts a worker aside until {@link #release}: it gets only tasks that require it.
     *
     * @param worker its name
     * @throws NoSuchWorkerException when there is none
     */
    void quarantine(String worker);

    /**
     * Ends a worker's quarantine, whether it was put aside or has failed.
     *
     * @param worker its name
     * @throws NoSuchWorkerException when there is none
     */
    void release(String worker);

    /** {@return the names of the workers, in the order in which they were added} */
    List<String> workers();

    /**
     * Submits a task for any worker. Never waits.
     *
     * @param task the task
     * @return its handle
     * @throws RejectedTaskException when as many tasks wait as the capacity allows, or the coordinator is closed
     */
    default TaskHandle<Completed<R>> submit(T task) {
        return submit(task, Affinity.any());
    }

    /**
     * Submits a task. Never waits.
     *
     * @param task the task
     * @param affinity whom it is for; when it requires a worker that is not there, the handle fails with
     *     {@link NoSuchWorkerException}
     * @return its handle; it fails with {@link dev.fairway.TaskFailedException} when the task throws or takes longer than the task
     *     timeout
     * @throws RejectedTaskException when as many tasks wait as the capacity allows, or the coordinator is closed
     */
    TaskHandle<Completed<R>> submit(T task, Affinity affinity);

    /**
     * Submits a task with a timeout of its own, in place of the one that the coordinator has been built with. Never waits.
     *
     * @param task the task
     * @param affinity as in {@link #submit(Object, Affinity)}
     * @param taskTimeout how long the task may run, counted from its start, with the same consequences as
     *     {@link Builder#taskTimeout}; positive
     * @return its handle
     * @throws RejectedTaskException when as many tasks wait as the capacity allows, or the coordinator is closed
     */
    TaskHandle<Completed<R>> submit(T task, Affinity affinity, Duration taskTimeout);

    /** {@return what the coordinator and its workers do and have done} */
    CoordinatorStats stats();

    /**
     * {@return what one worker does and has done; empty when there is none of that name}
     *
     * @param worker its name
     */
    Optional<WorkerStats> stats(String worker);

    /**
     * Stops accepting, drops what waits, and interrupts what runs, without waiting for it. The handles of both end as cancelled.
     *
     * @return the tasks that never ran, oldest first
     */
    List<T> shutdownNow();

    /**
     * The settings of a coordinator. Every setting is optional, in any order; the last call of each wins. Not thread-safe.
     *
     * @param <T> the tasks
     * @param <R> the results
     */
    final class Builder<T, R extends @Nullable Object> {
        private static final AtomicInteger UNNAMED = new AtomicInteger();
        private static final long START_COST_NANOS = 10_000;

        private @Nullable String name;
        private int queueThreshold = 3;
        private int capacity = 10_000;
        private double ewmaAlpha = 0.5;
        private LoadBalance loadBalance = LoadBalance.EXPECTED_DELAY;
        private long taskTimeoutNanos;
        private int failuresToQuarantine = 5;
        private long firstBackOff = TimeUnit.MILLISECONDS.toNanos(100);
        private long longestBackOff = TimeUnit.SECONDS.toNanos(30);
        private Predicate<? super Throwable> failureIf = thrown -> true;
        private long drainNanos = TimeUnit.SECONDS.toNanos(30);
        private @Nullable CoordinatorListener<? super T> listener;
        private final List<CoordinatorListener<? super T>> moreListeners = new ArrayList<>();
        private @Nullable ContextPropagator contextPropagator;
        private boolean virtualThreads;
        private LongSupplier ticker = System::nanoTime;
        private long startCost = START_COST_NANOS;

        private Builder() {}

        /**
         * {@return this builder} Sets the name used in messages, threads, logs and meters; {@code coordinator-1},
         * {@code coordinator-2}, … by default.
         *
         * @param name not blank
         */
        public Builder<T, R> name(String name) {
            this.name = Names.check("coordinator", name);
            return this;
        }

        /**
         * {@return this builder} Sets how many tasks may wait for a preferred worker before the next goes elsewhere; 3 by default.
         *
         * @param queueThreshold not negative; zero: a preferred worker is chosen only when it is idle
         */
        public Builder<T, R> queueThreshold(int queueThreshold) {
            if (queueThreshold < 0) {
                throw new IllegalArgumentException("queueThreshold must not be negative, not " + queueThreshold);
            }
            this.queueThreshold = queueThreshold;
            return this;
        }

        /**
         * {@return this builder} Bounds the tasks that wait, in all; 10 000 by default. A task that was given to a worker which is removed
         * or put aside before it starts waits again, and is not refused: so more may wait, by as many as there are workers.
         *
         * @param capacity at least 1
         */
        public Builder<T, R> capacity(int capacity) {
            this.capacity = atLeastOne("capacity", capacity);
            return this;
        }

        /**
         * {@return this builder} Sets the weight of a worker's latest task in the running mean of its task times; 0.5 by default.
         *
         * @param ewmaAlpha above 0, at most 1
         */
        public Builder<T, R> ewmaAlpha(double ewmaAlpha) {
            if (!(ewmaAlpha > 0 && ewmaAlpha <= 1)) {
                throw new IllegalArgumentException("ewmaAlpha must be above 0 and at most 1, not " + ewmaAlpha);
            }
            this.ewmaAlpha = ewmaAlpha;
            return this;
        }

        /**
         * {@return this builder} Sets who of the idle workers gets a task; {@link LoadBalance#EXPECTED_DELAY} by default.
         *
         * @param loadBalance the strategy
         */
        public Builder<T, R> loadBalance(LoadBalance loadBalance) {
            this.loadBalance = requireNonNull(loadBalance, "loadBalance");
            return this;
        }

        /**
         * {@return this builder} Sets how long a task may run, counted from its start; without limit by default. When it is over
         * the task's handle fails with a {@link java.util.concurrent.TimeoutException} as the cause, its thread is interrupted,
         * and the worker is free when the code has returned. It counts as the worker's failure.
         *
         * @param taskTimeout positive
         */
        public Builder<T, R> taskTimeout(Duration taskTimeout) {
            this.taskTimeoutNanos = positive("taskTimeout", taskTimeout);
            return this;
        }

        /**
         * {@return this builder} Sets after how many failures in a row a worker is quarantined; 5 by default.
         *
         * @param failuresToQuarantine at least 1
         */
        public Builder<T, R> failuresToQuarantine(int failuresToQuarantine) {
            this.failuresToQuarantine = atLeastOne("failuresToQuarantine", failuresToQuarantine);
            return this;
        }

        /**
         * {@return this builder} Sets after what time a quarantined worker is tried again, by one task; 100 ms, doubled with each
         * further failure up to 30 s, by default.
         *
         * @param first the first time; positive
         * @param longest the longest; no less than the first
         */
        public Builder<T, R> quarantineBackOff(Duration first, Duration longest) {
            long firstNanos = positive("first back-off", first);
            long longestNanos = positive("longest back-off", longest);
            if (firstNanos > longestNanos) {
                throw new IllegalArgumentException(
                        "longest back-off " + longest + " must not be shorter than the first, " + first);
            }
            this.firstBackOff = Math.min(firstNanos, Long.MAX_VALUE / 4);
            this.longestBackOff = Math.min(longestNanos, Long.MAX_VALUE / 4);
            return this;
        }

        /**
         * {@return this builder} Says which of the things that tasks throw count as the worker's failures; all by default.
         *
         * @param failureIf called with what a task threw, under no lock
         */
        public Builder<T, R> failureIf(Predicate<? super Throwable> failureIf) {
            this.failureIf = requireNonNull(failureIf, "failureIf");
            return this;
        }

        /**
         * {@return this builder} Sets how long {@code close()} waits for accepted tasks; 30 s by default.
         *
         * @param drainTimeout not negative; zero cancels at once
         */
        public Builder<T, R> drainTimeout(Duration drainTimeout) {
            requireNonNull(drainTimeout, "drainTimeout");
            if (drainTimeout.isNegative()) {
                throw new IllegalArgumentException("drainTimeout must not be negative, not " + drainTimeout);
            }
            this.drainNanos = TimeUnit.NANOSECONDS.convert(drainTimeout);
            return this;
        }

        /**
         * {@return this builder} Sets the listener.
         *
         * @param listener hears of each task and worker
         */
        public Builder<T, R> listener(CoordinatorListener<? super T> listener) {
            this.listener = requireNonNull(listener, "listener");
            return this;
        }

        /**
         * {@return this builder} Adds a listener beside the one that {@link #listener} sets.
         *
         * @param listener hears of each task and worker, after the others
         */
        public Builder<T, R> addListener(CoordinatorListener<? super T> listener) {
            this.moreListeners.add(requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * {@return this builder} Adds a listener that hears of workers only. A task costs nothing more for it.
         *
         * @param listener hears of each worker
         */
        public Builder<T, R> addWorkerListener(WorkerListener listener) {
            this.moreListeners.add(new Listeners.OfWorkersOnly(requireNonNull(listener, "listener")));
            return this;
        }

        /**
         * {@return this builder} Carries the submitter's context to the worker.
         *
         * @param contextPropagator captures and restores; none by default
         */
        public Builder<T, R> contextPropagator(ContextPropagator contextPropagator) {
            this.contextPropagator = requireNonNull(contextPropagator, "contextPropagator");
            return this;
        }

        /**
         * {@return this builder} Chooses virtual threads for the workers, on Java 21 and newer.
         *
         * @param virtualThreads false, the default, for platform threads
         */
        public Builder<T, R> virtualThreads(boolean virtualThreads) {
            this.virtualThreads = virtualThreads;
            return this;
        }

        /** {@return this builder} As {@link #virtualThreads(boolean) virtualThreads(true)}. */
        public Builder<T, R> virtualThreads() {
            return virtualThreads(true);
        }

        /** The clock, in nanoseconds; for tests. */
        Builder<T, R> ticker(LongSupplier ticker) {
            this.ticker = requireNonNull(ticker, "ticker");
            return this;
        }

        /** What it takes to get a thread for a worker, in nanoseconds; for tests. */
        Builder<T, R> startCost(long startCost) {
            this.startCost = startCost;
            return this;
        }

        /**
         * {@return the coordinator; it has no workers and no threads yet}
         *
         * @throws IllegalStateException when virtual threads were chosen and there are none
         */
        public Coordinator<T, R> build() {
            return new DefaultCoordinator<>(settings());
        }

        CoordinatorSettings<T> settings() {
            List<CoordinatorListener<? super T>> listeners = new ArrayList<>();
            if (listener != null) {
                listeners.add(listener);
            }
            listeners.addAll(moreListeners);
            return new CoordinatorSettings<T>(
                    name == null ? "coordinator-" + UNNAMED.incrementAndGet() : name,
                    queueThreshold,
                    capacity,
                    ewmaAlpha,
                    loadBalance,
                    taskTimeoutNanos,
                    failuresToQuarantine,
                    firstBackOff,
                    longestBackOff,
                    failureIf,
                    drainNanos,
                    List.copyOf(listeners),
                    contextPropagator,
                    virtualThreads,
                    ticker,
                    startCost);
        }

        private static int atLeastOne(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " must be at least 1, not " + value);
            }
            return value;
        }

        static long positive(String what, Duration duration) {
            requireNonNull(duration, what);
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(what + " must be positive, not " + duration);
            }
            return TimeUnit.NANOSECONDS.convert(duration);
        }
    }
}
