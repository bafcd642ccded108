package dev.fairway.dispatcher;

import dev.fairway.ContextPropagator.Snapshot;
import org.jspecify.annotations.Nullable;

/** A message whose sender had a context to carry. Where there is none, the message itself takes its place. */
record Envelope<T>(Message<T> message, Snapshot context) {
    /** What goes into an inbox. */
    static <T> Object of(Message<T> message, @Nullable Snapshot context) {
        return context == null ? message : new Envelope<>(message, context);
    }

    /** The message in what was in an inbox. */
    @SuppressWarnings("unchecked") // of() made it
    static <T> Message<T> message(Object content) {
        return content instanceof Message<?> message ? (Message<T>) message : ((Envelope<T>) content).message();
    }

    static @Nullable Snapshot context(Object content) {
        return content instanceof Envelope<?> envelope ? envelope.context() : null;
    }
}
