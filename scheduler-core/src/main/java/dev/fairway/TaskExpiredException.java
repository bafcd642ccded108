package dev.fairway;

import java.time.Duration;
import java.util.Objects;

/** A task waited longer than {@code TaskOptions.expiresAfter} allowed, and was therefore not started. */
public class TaskExpiredException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration waited;

    /**
     * @param message names the channel, the limit and the wait
     * @param waited how long the task had waited when it was found expired
     */
    public TaskExpiredException(String message, Duration waited) {
        super(message);
        this.waited = Objects.requireNonNull(waited, "waited");
    }

    /** {@return how long the task had waited when it was found expired} */
    public Duration waited() {
        return waited;
    }
}
