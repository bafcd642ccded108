package dev.fairway;

/** How far a cancellation goes; without options it leaves running code alone and only keeps it from having an effect. */
public enum CancelOption {
    /**
     * Also interrupts the threads that run a cancelled task's process phase. A commit is never interrupted, and the
     * interrupt never reaches the task that the same thread runs next.
     */
    INTERRUPT_RUNNING
}
