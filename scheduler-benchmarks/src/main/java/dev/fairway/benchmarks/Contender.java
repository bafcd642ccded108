package dev.fairway.benchmarks;

/** Something that runs what several producers hand over. Bounded; has its workers started when it is handed out. */
interface Contender extends AutoCloseable {
    /**
     * Hands a task over, and waits while there is no room. Called by one thread for each channel.
     *
     * @param channel the channel, where there are several; everybody else puts all tasks into one queue
     * @param task the task; may be the same object each time
     */
    void put(int channel, Runnable task);

    /** {@return how many tasks wait, in that channel where there are several} */
    int waiting(int channel);

    /** Lets the workers go. Everything has run. */
    @Override
    void close();
}
