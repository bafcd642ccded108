package dev.fairway;

import java.util.Objects;

/**
 * A task's own code failed. {@link #getCause()} is the very thing that it threw.
 *
 * <p>It is deliberately no {@link java.util.concurrent.CompletionException}, which
 * {@link java.util.concurrent.CompletableFuture} peels off on its way.
 */
public class TaskFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final TaskPhase phase;

    /**
     * @param message says which channel or worker ran the task
     * @param phase the phase that failed
     * @param cause what the task threw
     */
    public TaskFailedException(String message, TaskPhase phase, Throwable cause) {
        super(message, Objects.requireNonNull(cause, "cause"));
        this.phase = Objects.requireNonNull(phase, "phase");
    }

    /** {@return the phase that failed} */
    public TaskPhase phase() {
        return phase;
    }
}
