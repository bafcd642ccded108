package dev.fairway.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * The process phase: computes a result from a task. It runs to its end even when the task is cancelled meanwhile.
 *
 * @param <T> the task
 * @param <R> the result
 */
@FunctionalInterface
public interface TaskFunction<T, R extends @Nullable Object> {
    /**
     * Called by one worker for each task; by several workers at once for different tasks.
     *
     * @param task the task
     * @return its result, which is handed to the commit and to the handle
     * @throws Exception to fail the task: the commit is not called
     */
    R process(T task) throws Exception;
}
