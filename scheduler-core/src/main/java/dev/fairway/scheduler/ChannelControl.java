package dev.fairway.scheduler;

import dev.fairway.CancelOption;
import java.util.concurrent.CompletionStage;

/**
 * What can be seen and steered of a channel, whatever its tasks are. All methods are thread-safe and none waits. Steering takes
 * effect when the call returns, task by task, also inside a turn.
 */
public interface ChannelControl extends AutoCloseable {
    /** {@return the channel's name} */
    String name();

    /** {@return how many tasks may wait} */
    int capacity();

    /** {@return how many tasks a turn starts} */
    int weight();

    /**
     * Changes the weight.
     *
     * @param weight how many tasks a turn starts; at least 1
     */
    void weight(int weight);

    /** {@return how many tasks may run at once; {@link ChannelOptions#UNLIMITED} for no limit but the workers} */
    int maxParallel();

    /**
     * Changes the limit. Running tasks go on when it goes down; nothing starts until fewer run.
     *
     * @param maxParallel how many tasks may run at once, commits included; at least 1
     */
    void maxParallel(int maxParallel);

    /** Keeps tasks from starting until {@link #resume()}. What runs goes on, and tasks are accepted as before. */
    void pause();

    /** Ends a pause. */
    void resume();

    /** {@return whether the channel is paused} */
    boolean isPaused();

    /** {@return how many tasks wait; exact when the channel is quiet} */
    int size();

    /**
     * Cancels everything accepted so far, at one point for offers and commits alike: what waits is dropped, what runs does not
     * commit, what commits completes. After the call returns no commit of a task accepted before begins.
     *
     * @param options whether to interrupt running code, also that which an earlier cancel left running
     * @return what was cancelled
     */
    CancelReport cancelAll(CancelOption... options);

    /**
     * Accepts no more; what was accepted still runs, and then the channel disappears from its scheduler. A paused channel stays
     * paused and drains when it is resumed, or is cancelled. Does not wait: see {@link #terminated()}.
     */
    @Override
    void close();

    /** {@return whether the channel accepts no more} */
    boolean isClosed();

    /** {@return a stage that completes when the channel is closed and everything accepted has ended} */
    CompletionStage<Void> terminated();

    /** {@return what the channel has done} */
    ChannelStats stats();
}
