package dev.fairway.dispatcher;

/** Sums over receivers and sources. Not thread-safe. */
final class Totals {
    long sent;
    long accepted;
    long dropped;
    long ticks;
    long failures;

    Totals() {}

    /** Begins with what the other has. */
    Totals(Totals other) {
        this.sent = other.sent;
        this.accepted = other.accepted;
        this.dropped = other.dropped;
        this.ticks = other.ticks;
        this.failures = other.failures;
    }

    void add(SenderStats source) {
        sent += source.sent();
    }

    void add(ReceiverStats receiver) {
        accepted += receiver.accepted();
        ticks += receiver.ticksDelivered();
        failures += receiver.failures();
    }
}
