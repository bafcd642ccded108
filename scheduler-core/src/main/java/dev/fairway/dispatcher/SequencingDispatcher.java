package dev.fairway.dispatcher;

/**
 * Gives each message the next timestamp.
 *
 * <p>Timestamps are {@code startAfter + 1, startAfter + 2, …} without a gap, one for each message that was accepted. When one send has
 * returned before another was called, its timestamp is the smaller.
 *
 * @param <T> the payloads
 */
public interface SequencingDispatcher<T> extends ClockedDispatcher<T> {
    /**
     * Makes a sender.
     *
     * @param name its name; not blank, and no other open source's
     * @param receiver the receiver it sends to
     * @return the sender
     * @throws IllegalArgumentException when the name is taken, or there is no such receiver
     * @throws ReceiverClosedException when the receiver has ended
     * @throws ChannelClosedException when the dispatcher is closed
     */
    Sender<T> sender(String name, String receiver);

    /**
     * Makes a broadcaster. While it is open no receiver ends.
     *
     * @param name its name; not blank, and no other open source's
     * @return the broadcaster
     * @throws IllegalArgumentException when the name is taken
     * @throws ChannelClosedException when the dispatcher is closed
     */
    Broadcaster<T> broadcaster(String name);
}
