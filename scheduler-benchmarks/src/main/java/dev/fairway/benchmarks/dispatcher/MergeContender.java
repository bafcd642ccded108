package dev.fairway.benchmarks.dispatcher;

/** Brings messages that have their timestamps, from several sources, into their order, and counts them. Bounded. */
interface MergeContender extends AutoCloseable {
    /** Forwards a message, and waits while there is no room. The timestamps of a source ascend; each source is one thread. */
    void forward(int source, Object payload, long timestamp) throws InterruptedException;

    /** Promises that the source forwards nothing at or below a timestamp. */
    void advance(int source, long timestamp);

    /** Lets the reader go. Everything has arrived. */
    @Override
    void close();
}
