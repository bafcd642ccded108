package dev.fairway.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * What a worker does. Called by one thread at a time, each call happening before the next, so it may keep plain mutable state.
 *
 * @param <T> the tasks
 * @param <R> the results
 */
@FunctionalInterface
public interface WorkerFunction<T, R extends @Nullable Object> {
    /**
     * {@return the result of one task}
     *
     * @param task the task, as it was submitted
     * @throws Exception whatever it likes: the task's handle fails with it as the cause, and the worker goes on
     */
    R process(T task) throws Exception;
}
