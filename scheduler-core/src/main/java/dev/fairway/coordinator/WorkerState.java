package dev.fairway.coordinator;

/** What a worker is doing, as far as tasks that choose are concerned. */
public enum WorkerState {
    /** Ready for a task. */
    IDLE,
    /** A task of its is running, or about to. */
    BUSY,
    /** Gets no tasks but those that require it: it kept failing, or was put aside. It may be running one. */
    QUARANTINED,
    /** Removed, and its last task is still running. */
    REMOVED
}
