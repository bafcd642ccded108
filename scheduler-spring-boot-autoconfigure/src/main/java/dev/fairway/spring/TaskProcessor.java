package dev.fairway.spring;

import org.jspecify.annotations.Nullable;

/**
 * What the workers of a {@link dev.fairway.scheduler.FairScheduler} do with each task; see {@link FairProcessor}.
 *
 * <p>Both methods are called by several workers at once, for different tasks.
 *
 * @param <T> the tasks
 * @param <R> their results
 */
@FunctionalInterface
public interface TaskProcessor<T, R extends @Nullable Object> {
    /**
     * Computes a result. It runs to its end even when the task is cancelled meanwhile.
     *
     * @param task the task
     * @return its result, which is handed to the commit and to the task's handle
     * @throws Exception to fail the task: the commit is not called
     */
    R process(T task) throws Exception;

    /**
     * The effect that the task has, unless it was cancelled before. Never interrupted. Does nothing by default.
     *
     * @param task the task
     * @param result what {@link #process} returned
     * @throws Exception to fail the task
     */
    default void commit(T task, R result) throws Exception {}
}
