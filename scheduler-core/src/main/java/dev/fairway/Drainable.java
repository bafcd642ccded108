package dev.fairway;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Something that accepts work and comes to an orderly end.
 *
 * <p>All methods are thread-safe. After a close no thread of the primitive is left, except one whose task ignores
 * interruption or is in a commit; it is named in the log.
 */
public interface Drainable extends AutoCloseable {
    /** {@return the name used in messages, logs and meters} */
    String name();

    /**
     * Stops accepting, finishes what was accepted within the drain timeout it was built with (30 s by default), then
     * cancels and interrupts the rest. What never ran is logged with a count.
     *
     * <p>Blocks until then; returns after the dependents of all accepted tasks. A second call waits for the same end. When
     * called from inside one of its own tasks, dependents or listeners it only starts the close and returns. When the caller
     * is interrupted, the rest is cancelled at once and the interrupt flag is kept.
     */
    @Override
    void close();

    /**
     * As {@link #close()}, with a drain timeout of the caller's.
     *
     * @param drainTimeout how long to wait for accepted work; zero or negative: cancel what has not finished at once
     * @return what did not finish, which is then for the caller to log; empty when the close was only started
     */
    DrainReport close(Duration drainTimeout);

    /** {@return how long {@link #close()} waits for what was accepted} */
    Duration drainTimeout();

    /** {@return whether a close has begun} */
    boolean isClosed();

    /** {@return a stage that completes when everything accepted has ended and nothing runs any more} */
    CompletionStage<Void> terminated();
}
