package dev.fairway;

import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/** A task was refused: it was not accepted, and nothing of it will run. The message names who refused it. */
public class RejectedTaskException extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /**
     * @param reason why the task was refused
     * @param message names the owner and the limit
     */
    public RejectedTaskException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** {@return why the task was refused} */
    public Reason reason() {
        return reason;
    }

    /** Why a task was refused. */
    public enum Reason {
        /** The channel holds as many waiting tasks as its capacity, or may run no more. */
        CHANNEL_FULL,
        /** The channel was closed, by hand or because it was idle. */
        CHANNEL_CLOSED,
        /** All channels together hold as many waiting tasks as the scheduler's capacity. */
        SCHEDULER_FULL,
        /** The scheduler is closed or closing. */
        SCHEDULER_CLOSED,
        /** The coordinator holds as many waiting tasks as its capacity. */
        COORDINATOR_FULL,
        /** The coordinator is closed or closing. */
        COORDINATOR_CLOSED,
        /** The caller was interrupted while it waited for room; its interrupt flag is set. */
        INTERRUPTED
    }
}
