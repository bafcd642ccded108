package dev.fairway.benchmarks.dispatcher;

/** How receivers are read. */
enum Way {
    /** A thread for each receiver takes one delivery at a time. */
    RECEIVE,
    /** A thread for each receiver takes what is there. */
    BATCH,
    /** Handlers, all on the same few threads. */
    HANDLER,
    /** Few threads, each of which looks into several receivers in turn. They never sleep. */
    POLL
}
