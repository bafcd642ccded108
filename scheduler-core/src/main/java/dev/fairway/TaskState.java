package dev.fairway;

/**
 * Where a task stands.
 *
 * <pre>
 * WAITING ──> PROCESSING ──> COMMITTING ──> COMPLETED
 *    │            │ │            └────────> FAILED
 *    │            │ ├─────────────────────> COMPLETED   (a task with nothing to commit)
 *    │            │ └─────────────────────> FAILED
 *    ├────────────┴───────────────────────> CANCELLED
 *    ├────────────────────────────────────> EXPIRED
 *    └────────────────────────────────────> FAILED      (refused after it was accepted)
 * </pre>
 */
public enum TaskState {
    /** Accepted, not started. */
    WAITING,
    /** Its process phase runs; it can still be cancelled. */
    PROCESSING,
    /** Its commit has begun; it can no longer be cancelled. */
    COMMITTING,
    /** Ended with a result. */
    COMPLETED,
    /** Ended with a failure, or refused. */
    FAILED,
    /** Cancelled, before or after its start. Its code may still run. */
    CANCELLED,
    /** Waited longer than it was allowed to, and was not started. */
    EXPIRED;

    /** {@return whether the outcome is decided} */
    public boolean isFinal() {
        return compareTo(COMPLETED) >= 0;
    }
}
