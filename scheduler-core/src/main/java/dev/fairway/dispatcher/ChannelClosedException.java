package dev.fairway.dispatcher;

/**
 * Nothing more comes, or nothing more is taken: a receiver has ended or was closed while it was read, a source or its dispatcher
 * was closed while it was used. The message says which.
 */
public class ChannelClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message names what has ended
     */
    public ChannelClosedException(String message) {
        super(message);
    }
}
