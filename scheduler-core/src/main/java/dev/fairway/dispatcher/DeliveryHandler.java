package dev.fairway.dispatcher;

/**
 * What is done with each delivery of a receiver.
 *
 * @param <T> the payloads
 */
@FunctionalInterface
public interface DeliveryHandler<T> {
    /**
     * Called for one delivery after the other, in order; its return says that the delivery is processed.
     *
     * @param delivery a message or a tick
     * @throws Exception when it could not be processed; what happens then is up to the {@link DeliveryErrorCallback}
     */
    void handle(Delivery<T> delivery) throws Exception;
}
