package dev.fairway.scheduler;

/**
 * Hears of each thing that happens to a task. Called outside all locks, on the thread on which it happens, so it must be quick
 * and thread-safe, and must not wait for tasks. For one task {@code accepted} is called before {@code started}. What a listener
 * throws is logged once and never harms a task.
 *
 * @param <T> the task
 */
public interface TaskListener<T> {
    /** The task was accepted. */
    default void accepted(TaskEvent<T> event) {}

    /** The task was refused; {@code failure} is what its producer was told, null when that was a plain {@code false}. */
    default void rejected(TaskEvent<T> event) {}

    /** A worker, or the caller by {@link Overload#callerRuns()}, is about to run the task. */
    default void started(TaskEvent<T> event) {}

    /** The process phase has returned, and the task was not cancelled meanwhile. */
    default void processed(TaskEvent<T> event) {}

    /** The task has completed: its commit has returned, or it had nothing to commit. */
    default void committed(TaskEvent<T> event) {}

    /** The process or the commit threw; {@code failure} is the {@link dev.fairway.TaskFailedException}. */
    default void failed(TaskEvent<T> event) {}

    /** The task was cancelled: before its start, or, when {@link TaskEvent#wasStarted()}, before its commit. */
    default void cancelled(TaskEvent<T> event) {}

    /** The task had waited too long and was not started. */
    default void expired(TaskEvent<T> event) {}
}
