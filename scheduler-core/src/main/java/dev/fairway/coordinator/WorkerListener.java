package dev.fairway.coordinator;

/**
 * Hears of each thing that happens to a worker. Called outside all locks, on the thread on which it happens, so it must be quick and
 * thread-safe, and must not wait for tasks. Two things that happen at the same time may be told in either order. What a listener
 * throws is logged once and never harms a task.
 */
public interface WorkerListener {
    /** A worker was added, or replaced. */
    default void workerAdded(String worker) {}

    /** A worker was removed. */
    default void workerRemoved(String worker) {}

    /** A worker gets only required tasks from now on; {@code reason} says why. */
    default void workerQuarantined(String worker, String reason) {}

    /** A worker that was quarantined gets tasks as others do again. */
    default void workerReleased(String worker) {}
}
