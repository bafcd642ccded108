package dev.fairway.dispatcher;

/**
 * A message for this receiver.
 *
 * @param payload what was sent
 * @param timestamp its place in the total order
 * @param <T> the payloads
 */
public record Message<T>(T payload, long timestamp) implements Delivery<T> {}
