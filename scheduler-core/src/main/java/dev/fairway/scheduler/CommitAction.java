package dev.fairway.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * The commit phase of a task that carries its own code. Never interrupted.
 *
 * @param <R> the result of the process phase
 */
@FunctionalInterface
public interface CommitAction<R extends @Nullable Object> {
    /**
     * Called by the worker that processed the task, right after it.
     *
     * @param result what the process phase returned
     * @throws Exception to fail the task
     */
    void commit(R result) throws Exception;
}
