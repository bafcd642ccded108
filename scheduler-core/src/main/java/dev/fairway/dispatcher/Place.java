package dev.fairway.dispatcher;

import dev.fairway.dispatcher.Turnstile.Withdrawal;
import org.jspecify.annotations.Nullable;

/** A forwarder's place at one of its receivers. Guarded by the inbox's lock. */
final class Place<T> {
    final MergingInbox<T> inbox;
    final Lane<Object> lane = new Lane<>();

    /** What is at or below does not go there, because the receiver came later. */
    final long after;

    /** A number that may come again; made when first needed. */
    private @Nullable Withdrawal withdrawal;

    Place(MergingInbox<T> inbox, long after) {
        this.inbox = inbox;
        this.after = after;
    }

    Withdrawal withdrawal() {
        if (withdrawal == null) {
            withdrawal = new Withdrawal();
        }
        return withdrawal;
    }

    /** Whether the message with that timestamp is for this receiver, and it is still there. */
    boolean takes(long timestamp) {
        return timestamp > after && !inbox.isClosed();
    }
}
