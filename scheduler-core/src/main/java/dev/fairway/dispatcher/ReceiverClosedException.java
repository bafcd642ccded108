package dev.fairway.dispatcher;

import java.util.Objects;

/** The receiver that is meant has left or ended, so it gets no more messages and sees no later timestamps. */
public class ReceiverClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final String receiver;

    /**
     * @param receiver the receiver's name
     * @param message names it, and says how it ended
     */
    public ReceiverClosedException(String receiver, String message) {
        super(message);
        this.receiver = Objects.requireNonNull(receiver, "receiver");
    }

    /** {@return the name of the receiver} */
    public String receiver() {
        return receiver;
    }
}
