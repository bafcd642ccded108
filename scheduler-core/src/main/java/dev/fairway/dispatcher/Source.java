package dev.fairway.dispatcher;

/** An entrance of a dispatcher, under a name of its own: a {@link Sender}, a {@link Broadcaster} or a {@link Forwarder}. */
public interface Source extends AutoCloseable {
    /** {@return its name, which no other open source of the dispatcher has} */
    String name();

    /** {@return what it has done} */
    SenderStats stats();

    /**
     * Closes it; its name is free again. What it has sent is still received, what is waiting in one of its calls fails with
     * {@link ChannelClosedException}. A receiver whose last source this was ends after its last message. Closing twice does nothing.
     */
    @Override
    void close();
}
