package dev.fairway.dispatcher;

/** When a merging dispatcher releases a message. */
public enum MergeOrder {
    /**
     * When every open source of its receiver has promised its timestamp: forwarded at it or beyond, or advanced to it. Timestamps
     * need not be dense.
     */
    FRONTIER,

    /**
     * When each lower number has been forwarded by anybody to anybody, or every open source has promised it. A number is used once in
     * the whole dispatcher.
     */
    CONSECUTIVE
}
