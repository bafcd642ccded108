package dev.fairway.dispatcher;

/** What has become of a receiver. */
public enum ReceiverState {
    /** It gets messages and ticks. */
    OPEN,

    /** Its handler, subscriber or executor has failed for good: it is open, and nothing is taken from its inbox any more. */
    STOPPED,

    /** Its last source was closed: it gets what is in its inbox, and nothing after that. */
    ENDED,

    /** It was closed. */
    CLOSED
}
