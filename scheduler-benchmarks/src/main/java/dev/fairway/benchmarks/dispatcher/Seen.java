package dev.fairway.benchmarks.dispatcher;

import dev.fairway.benchmarks.Tally;
import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.Message;

/** What one receiver does with its messages: sees that they are in order, and counts them. One thread at a time. */
final class Seen {
    private final Tally tally;
    private long last;

    Seen(Tally tally) {
        this.tally = tally;
    }

    void message(Object payload, long timestamp) {
        clock(timestamp);
        if (payload == null) {
            throw new IllegalStateException("message " + timestamp + " is empty");
        }
        tally.count();
    }

    /** The clock has moved; also what a tick does. */
    void clock(long timestamp) {
        if (timestamp <= last) {
            throw new IllegalStateException("timestamp " + timestamp + " after " + last);
        }
        last = timestamp;
    }

    void delivery(Delivery<Object> delivery) {
        if (delivery instanceof Message<Object> message) {
            message(message.payload(), message.timestamp());
        } else {
            clock(delivery.timestamp());
        }
    }
}
