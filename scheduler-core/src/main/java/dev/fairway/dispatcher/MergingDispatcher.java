package dev.fairway.dispatcher;

/**
 * Releases messages that have their timestamps in their order, as {@link MergeOrder} says.
 *
 * @param <T> the payloads
 */
public interface MergingDispatcher<T> extends ClockedDispatcher<T> {
    /**
     * Makes a forwarder. It starts with the promise that the frontier of its receivers has reached.
     *
     * @param name its name; not blank, and no other open source's
     * @param receiver the receiver it forwards to
     * @param more further receivers, each of which gets each message
     * @return the forwarder
     * @throws IllegalArgumentException when the name is taken, a receiver is named twice, or there is no such receiver
     * @throws ReceiverClosedException when a receiver has ended
     * @throws ChannelClosedException when the dispatcher is closed
     */
    Forwarder<T> forwarder(String name, String receiver, String... more);

    /**
     * Makes a forwarder to every receiver that there is when it forwards. While it is open no receiver ends.
     *
     * @param name its name; not blank, and no other open source's
     * @return the forwarder
     * @throws IllegalArgumentException when the name is taken
     * @throws ChannelClosedException when the dispatcher is closed
     */
    Forwarder<T> broadcaster(String name);

    /** {@return when it releases a message} */
    MergeOrder order();
}
