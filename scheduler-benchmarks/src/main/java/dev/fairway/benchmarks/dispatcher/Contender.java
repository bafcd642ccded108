package dev.fairway.benchmarks.dispatcher;

/** Gives each message a timestamp, and brings it to its receiver, where it is counted. Bounded; its readers run when it is handed out. */
interface Contender extends AutoCloseable {
    /**
     * Sends a message, and waits while there is no room.
     *
     * @param sender who sends; each is one thread
     * @param receiver for whom it is
     * @param payload the message; may be the same object each time
     */
    void send(int sender, int receiver, Object payload) throws InterruptedException;

    /** Lets the readers go. Everything has arrived. */
    @Override
    void close();
}
