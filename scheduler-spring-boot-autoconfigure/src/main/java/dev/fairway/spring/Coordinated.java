package dev.fairway.spring;

import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import org.jspecify.annotations.Nullable;

/**
 * The workers behind a {@link CoordinatedTask} contract, to choose among per call and without waiting. Injected by the contract:
 * {@code Coordinated<CatFamily>}; its bean is named {@code <coordinator>.coordinated}.
 *
 * <p>Thread-safe. The attributes of the annotation are those of method calls: what is submitted here has no timeouts, except for
 * the coordinator's own.
 *
 * @param <I> the contract
 */
public interface Coordinated<I> {
    /** {@return the workers, for tasks that any of them may run} */
    Selection<I> any();

    /**
     * {@return the workers, for tasks that are best run by one of them}
     *
     * @param worker its name; when there is none of it, the tasks are for any
     */
    Selection<I> prefer(String worker);

    /**
     * {@return the workers, for tasks that only one of them may run}
     *
     * @param worker its name; when there is none of it, the tasks fail with
     *     {@link dev.fairway.coordinator.NoSuchWorkerException}
     */
    Selection<I> require(String worker);

    /**
     * Whom tasks are for. Thread-safe.
     *
     * @param <I> the contract
     */
    interface Selection<I> {
        /**
         * Submits code as one task. Never waits once the application has started; before, it runs the code on the caller's own
         * thread.
         *
         * @param call the code; the worker may be handed on, and calls of it from other threads are tasks of their own
         * @param <R> its result
         * @return its handle, with the result and the worker's name
         * @throws RejectedTaskException when the coordinator is full or closed
         */
        <R extends @Nullable Object> TaskHandle<Completed<R>> submit(Call<? super I, ? extends R> call);

        /**
         * As {@link #submit}, for code without a result.
         *
         * @param action the code
         * @return its handle, with the worker's name
         * @throws RejectedTaskException when the coordinator is full or closed
         */
        TaskHandle<Completed<@Nullable Void>> run(Action<? super I> action);

        /** {@return an object of the contract's type, each call of which is a task for this selection} */
        I proxy();
    }

    /**
     * Code with a result, for a worker.
     *
     * @param <I> the contract
     * @param <R> the result
     */
    @FunctionalInterface
    interface Call<I, R extends @Nullable Object> {
        /**
         * {@return the result}
         *
         * @param worker the worker
         * @throws Exception whatever it likes: the handle fails with it as the cause
         */
        R on(I worker) throws Exception;
    }

    /**
     * Code without a result, for a worker.
     *
     * @param <I> the contract
     */
    @FunctionalInterface
    interface Action<I> {
        /**
         * Does its work.
         *
         * @param worker the worker
         * @throws Exception whatever it likes: the handle fails with it as the cause
         */
        void on(I worker) throws Exception;
    }
}
