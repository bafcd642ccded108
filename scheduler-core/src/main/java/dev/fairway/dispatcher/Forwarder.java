package dev.fairway.dispatcher;

import java.time.Duration;
import java.util.List;

/**
 * Passes messages that have their timestamps to receivers of a {@link MergingDispatcher}. Its timestamps ascend, and it may be used
 * by one thread at a time; {@link #stats()}, {@link #promise()} and {@link #close()} by any.
 *
 * <p>All methods throw {@link ChannelClosedException} when the forwarder or its dispatcher is closed, and those that forward
 * {@link ReceiverClosedException} when all of its receivers have left; also while they wait.
 *
 * @param <T> the payloads
 */
public interface Forwarder<T> extends Source {
    /** {@return the names of the receivers; of a broadcaster, those there are now} */
    List<String> receivers();

    /**
     * {@return the timestamp that everything it forwards from now on exceeds}
     */
    long promise();

    /**
     * Forwards a message, waiting for room. While it waits it has promised {@code timestamp - 1}, and keeps that promise when it is
     * interrupted: the call may then be tried again.
     *
     * @param payload what to forward
     * @param timestamp its place in the total order; above {@link #promise()}
     * @throws InterruptedException when the caller is interrupted before or while it waits; nothing was forwarded
     * @throws IllegalArgumentException when the timestamp is promised already, or taken; nothing was forwarded
     * @throws IllegalStateException when it would wait in a handler or subscriber of the receiver that has no room; nothing was forwarded
     */
    void forward(T payload, long timestamp) throws InterruptedException;

    /**
     * Forwards a message, waiting for room for a limited time; otherwise as {@link #forward(Object, long)}.
     *
     * @param payload what to forward
     * @param timestamp its place in the total order; above {@link #promise()}
     * @param timeout the longest wait; negative counts as zero
     * @return false when there was still no room then; nothing was forwarded, and the call may be tried again
     * @throws InterruptedException when the caller is interrupted before or while it waits; nothing was forwarded
     * @throws IllegalArgumentException when the timestamp is promised already, or taken; nothing was forwarded
     * @throws IllegalStateException when it would wait in a handler or subscriber of the receiver that has no room; nothing was forwarded
     */
    boolean forward(T payload, long timestamp, Duration timeout) throws InterruptedException;

    /**
     * Promises to forward nothing at or below a timestamp. Never waits; does nothing when that is promised already.
     *
     * @param timestamp the promise
     */
    void advance(long timestamp);
}
