package dev.fairway.dispatcher;

/** Who sleeps until an inbox has news. */
interface Reader {
    /** There is news. Called under no lock, and not more often than the reader fell asleep or was attached. */
    void wake();

    /** Whether {@link #wake} calls code of the application, such as its executor: it must not do so in a stranger's thread. */
    boolean callsOthers();
}
