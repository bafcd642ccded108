package dev.fairway.dispatcher;

/**
 * What a receiver gets: a message, or the news that the clock has moved.
 *
 * @param <T> the payloads
 */
public sealed interface Delivery<T> permits Message, Tick {
    /** {@return the place in the total order; the next delivery of the same receiver has a larger one} */
    long timestamp();
}
