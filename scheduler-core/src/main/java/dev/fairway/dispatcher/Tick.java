package dev.fairway.dispatcher;

/**
 * The clock has moved: after it, the receiver gets no message with this timestamp or a smaller one.
 *
 * @param timestamp how far the receiver has seen
 * @param <T> the payloads
 */
public record Tick<T>(long timestamp) implements Delivery<T> {}
