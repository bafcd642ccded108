package dev.fairway.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * The commit phase: the effect that a task has, unless it was cancelled before its commit began. Never interrupted.
 *
 * @param <T> the task
 * @param <R> the result of its process phase
 */
@FunctionalInterface
public interface TaskCommit<T, R extends @Nullable Object> {
    /**
     * Called by the worker that processed the task, right after it.
     *
     * @param task the task
     * @param result what {@link TaskFunction#process} returned
     * @throws Exception to fail the task
     */
    void commit(T task, R result) throws Exception;
}
