package dev.fairway;

/** The two phases of a task. */
public enum TaskPhase {
    /** The phase that runs to its end, cancelled or not. */
    PROCESS,
    /** The effect, which a task that was cancelled in time does not have. */
    COMMIT
}
