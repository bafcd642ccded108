package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.CountedTask;
import dev.fairway.benchmarks.Producers;
import dev.fairway.benchmarks.Tally;

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

    /**
     * {@return threads that put counted tasks, each into a channel of its own}
     *
     * @param producers how many; the channels 0 to {@code producers - 1} are used
     * @param tokens what a task computes
     */
    default Producers producers(int producers, long tokens) {
        Tally tally = new Tally();
        CountedTask task = new CountedTask(tally, tokens);
        return new Producers(channel -> put(channel, task), producers, tally, this);
    }

    /** Lets the workers go. Everything has run. */
    @Override
    void close();
}
