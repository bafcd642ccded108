package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import dev.fairway.ContextPropagator.Snapshot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A sender: a name, and the inbox it sends to. */
final class DefaultSender<T> extends AbstractSource<T> implements Sender<T> {
    private static final VarHandle SENT;

    static {
        try {
            SENT = MethodHandles.lookup().findVarHandle(DefaultSender.class, "sent", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SequencedInbox<T> inbox;

    /** Written under the inbox's lock. */
    @SuppressWarnings("unused") // by SENT
    private volatile long sent;

    DefaultSender(DefaultSequencingDispatcher<T> dispatcher, String name, DefaultReceiver<T> receiver) {
        super(dispatcher, "sender", name, List.of(receiver));
        this.inbox = (SequencedInbox<T>) receiver.inbox;
    }

    @Override
    public String receiver() {
        return inbox.receiver;
    }

    @Override
    public long send(T payload) throws InterruptedException {
        requireNonNull(payload, "payload");
        return inbox.turns.send(this, payload, context(), true, 0);
    }

    @Override
    public OptionalLong send(T payload, Duration timeout) throws InterruptedException {
        requireNonNull(payload, "payload");
        long nanos = TimeUnit.NANOSECONDS.convert(requireNonNull(timeout, "timeout"));
        return optional(inbox.turns.send(this, payload, context(), false, nanos));
    }

    @Override
    public OptionalLong trySend(T payload) {
        requireNonNull(payload, "payload");
        return optional(inbox.trySend(this, payload, context()));
    }

    static OptionalLong optional(long timestamp) {
        return timestamp == SequencedInbox.FULL ? OptionalLong.empty() : OptionalLong.of(timestamp);
    }

    private @Nullable Snapshot context() {
        return dispatcher.captureContext();
    }

    /** The inbox's lock is held. */
    void countSent() {
        SENT.setRelease(this, (long) SENT.get(this) + 1);
    }

    @Override
    void closed() {
        inbox.turns.refuse(this); // by the inbox's lock: a send that came before it is in, and later ones see the mark
    }

    @Override
    public SenderStats stats() {
        return new SenderStats(name, sent, dispatcher.clock());
    }
}
