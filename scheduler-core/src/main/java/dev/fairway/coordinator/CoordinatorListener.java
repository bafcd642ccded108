package dev.fairway.coordinator;

/**
 * Hears of each thing that happens to a task or a worker. Called outside all locks, on the thread on which it happens, so it must be
 * quick and thread-safe, and must not wait for tasks. For one task {@code accepted} is called before the others. What a listener
 * throws is logged once and never harms a task.
 *
 * @param <T> the task
 */
public interface CoordinatorListener<T> extends WorkerListener {
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
}
