package dev.fairway.dispatcher;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Sends messages to every receiver of a {@link SequencingDispatcher}, each with one timestamp. Thread-safe; one waiting broadcast of
 * a broadcaster gets its turn after the other.
 *
 * <p>A broadcast waits until every inbox has had room for it once since the call, and holds nothing meanwhile that another could
 * use. So an inbox may come to hold one message more than its capacity for each open broadcaster. A broadcast that nobody is there
 * to hear takes a timestamp as well.
 *
 * <p>All methods that broadcast throw {@link ChannelClosedException} when the broadcaster or its dispatcher is closed; also while they
 * wait. An open broadcaster keeps all receivers from ending.
 *
 * @param <T> the payloads
 */
public interface Broadcaster<T> extends Source {
    /**
     * Sends a message to every receiver, waiting for room.
     *
     * @param payload what to send
     * @return its timestamp
     * @throws InterruptedException when the caller is interrupted before or while it waits; nothing was sent
     * @throws IllegalStateException when it would wait in a handler or subscriber that alone can make the room
     */
    long broadcast(T payload) throws InterruptedException;

    /**
     * Sends a message to every receiver, waiting for room for a limited time.
     *
     * @param payload what to send
     * @param timeout the longest wait; negative counts as zero
     * @return its timestamp; empty when an inbox was still full then
     * @throws InterruptedException when the caller is interrupted before or while it waits; nothing was sent
     * @throws IllegalStateException when it would wait in a handler or subscriber that alone can make the room
     */
    OptionalLong broadcast(T payload, Duration timeout) throws InterruptedException;

    /**
     * Sends a message to every receiver if all have room. Never waits.
     *
     * @param payload what to send
     * @return its timestamp; empty when an inbox is full, or another broadcast of this broadcaster waits for one that is
     */
    OptionalLong tryBroadcast(T payload);
}
