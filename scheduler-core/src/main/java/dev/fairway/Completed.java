package dev.fairway;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The result of a task, and who produced it.
 *
 * @param result what the task returned; may be null
 * @param worker the name of the worker that ran it
 * @param <R> the result
 */
public record Completed<R extends @Nullable Object>(R result, String worker) {
    /** Checks that there is a worker. */
    public Completed {
        Objects.requireNonNull(worker, "worker");
    }
}
