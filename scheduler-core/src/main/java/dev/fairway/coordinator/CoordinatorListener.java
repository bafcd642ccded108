package dev.fairway.coordinator;

/**
 * Hears of each thing that happens to a task or a worker. Called outside all locks, on the thread on which it happens, so it must be
 * quick and thread-safe, and must not wait for tasks. For one task {@code accepted} is called before the others. What a listener
 * throws is logged once and never harms a task.
 *
 * @param <T> the task
 */
public interface CoordinatorListener<T> {
    /** The task was accepted. */
    default void accepted(CoordinatorEvent<T> event) {}

    /** The task was refused by {@code submit}; {@code failure} is what its caller was told. */
    default void rejected(CoordinatorEvent<T> event) {}

    /** A worker is about to run the task. */
    default void started(CoordinatorEvent<T> event) {}

    /** The task has ended with a result. */
    default void completed(CoordinatorEvent<T> event) {}

    /** The task threw, took too long, or required a worker that is not there: {@code failure} is what its handle fails with. */
    default void failed(CoordinatorEvent<T> event) {}

    /** The task was cancelled, before or after its start. */
    default void cancelled(CoordinatorEvent<T> event) {}

    /** A worker was added, or replaced. */
    default void workerAdded(String worker) {}

    /** A worker was removed. */
    default void workerRemoved(String worker) {}

    /** A worker gets only required tasks from now on; {@code reason} says why. */
    default void workerQuarantined(String worker, String reason) {}

    /** A worker that was quarantined gets tasks as others do again. */
    default void workerReleased(String worker) {}
}
