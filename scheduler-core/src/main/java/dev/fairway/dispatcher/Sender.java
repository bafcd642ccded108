package dev.fairway.dispatcher;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Sends messages to one receiver of a {@link SequencingDispatcher}. Thread-safe.
 *
 * <p>A send waits for nothing but room in the inbox of its own receiver. What happened before it happens-before the receiver gets
 * the message. Who waits for room gets it in turn; a call that finds room may overtake, but nobody waits for ever while room is
 * made.
 *
 * <p>All methods that send throw {@link ReceiverClosedException} when the receiver has left or ended, and
 * {@link ChannelClosedException} when the sender or its dispatcher is closed; also while they wait.
 *
 * @param <T> the payloads
 */
public interface Sender<T> extends Source {
    /** {@return the name of the receiver} */
    String receiver();

    /**
     * Sends a message, waiting for room.
     *
     * @param payload what to send
     * @return its timestamp
     * @throws InterruptedException when the caller is interrupted before or while it waits; nothing was sent
     * @throws IllegalStateException when it would wait in a handler or subscriber that alone can make the room, or in a circle with
     *     others
     */
    long send(T payload) throws InterruptedException;

    /**
     * Sends a message, waiting for room for a limited time.
     *
     * @param payload what to send
     * @param timeout the longest wait; negative counts as zero
     * @return its timestamp; empty when the inbox was still full then
     * @throws InterruptedException when the caller is interrupted before or while it waits; nothing was sent
     * @throws IllegalStateException when it would wait in a handler or subscriber that alone can make the room
     */
    OptionalLong send(T payload, Duration timeout) throws InterruptedException;

    /**
     * Sends a message if there is room. Never waits.
     *
     * @param payload what to send
     * @return its timestamp; empty when the inbox is full
     */
    OptionalLong trySend(T payload);
}
