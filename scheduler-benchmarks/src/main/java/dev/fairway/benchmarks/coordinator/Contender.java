package dev.fairway.benchmarks.coordinator;

/** Something that runs tasks and gives a handle for each. */
interface Contender extends AutoCloseable {
    /**
     * {@return the handle of a task} Never waits.
     *
     * @param task the task; may be the same object each time
     */
    Object submit(Runnable task);

    /** Submits a task and waits for its end by its handle. */
    void call(Runnable task);

    /** Lets the workers go. Everything has run. */
    @Override
    void close();
}
