package dev.fairway.spring;

import java.util.concurrent.TimeoutException;

/** A call took longer than its timeout allows, and its method does not declare {@link TimeoutException}, which is the cause. */
public class TaskTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names the method and the limit
     * @param cause what the method would have thrown, had it declared that
     */
    public TaskTimeoutException(String message, TimeoutException cause) {
        super(message, cause);
    }
}
