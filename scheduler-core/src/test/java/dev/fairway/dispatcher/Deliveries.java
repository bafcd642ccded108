package dev.fairway.dispatcher;

/** What tests expect to receive. */
final class Deliveries {
    private Deliveries() {}

    static Message<String> message(String payload, long timestamp) {
        return new Message<>(payload, timestamp);
    }

    /** With the payload that {@link #forward} gives it. */
    static Message<String> message(long timestamp) {
        return message("m" + timestamp, timestamp);
    }

    static Tick<String> tick(long timestamp) {
        return new Tick<>(timestamp);
    }

    static void forward(Forwarder<String> forwarder, long timestamp) throws InterruptedException {
        forwarder.forward("m" + timestamp, timestamp);
    }
}
