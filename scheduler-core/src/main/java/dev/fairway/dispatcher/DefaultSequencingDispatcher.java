package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The dispatcher that gives timestamps. There is no thread between a sender and its receiver, and nothing that two receivers share but the
 * clock, a counter.
 *
 * <p><b>A send</b> touches its receiver's {@link SequencedInbox} and the clock, and looks at one flag of the {@link Sleepers}, which is set
 * when somebody sleeps and waits for the clock. <b>A broadcast</b> looks at each inbox for room, touches the clock, and appends to the
 * {@link BroadcastLog} from which all read. <b>A receiver</b> learns from the clock how far the others are, when it looks.
 *
 * <p><b>Lock order:</b> the registry's; an inbox's; the log's or the sleepers'. Those of helpers and awaiters are taken with none of these
 * held.
 */
final class DefaultSequencingDispatcher<T> extends AbstractDispatcher<T> implements SequencingDispatcher<T> {
    final AtomicLong clock;
    final BroadcastLog<T> log;
    final Sleepers sleepers;

    DefaultSequencingDispatcher(DispatcherSettings settings) {
        super(settings);
        this.clock = new AtomicLong(settings.startAfter());
        this.log = new BroadcastLog<>(clock);
        this.sleepers = new Sleepers(clock::get, helpers);
        registerNamed();
    }

    @Override
    public Sender<T> sender(String name, String receiver) {
        return addSource(
                "sender",
                name,
                List.of(requireNonNull(receiver, "receiver")),
                targets -> new DefaultSender<>(this, name, targets.get(0)));
    }

    @Override
    public Broadcaster<T> broadcaster(String name) {
        return addSource("broadcaster", name, List.of(), targets -> new DefaultBroadcaster<>(this, name));
    }

    @Override
    long clock() {
        return clock.get();
    }

    @Override
    DefaultReceiver<T> newReceiver(String name) {
        log.lock.lock();
        try {
            return new DefaultReceiver<>(this, new SequencedInbox<>(name, this), clock.get());
        } finally {
            log.lock.unlock();
        }
    }

    @Override
    Collection<Inbox<T>> sourceClosed(AbstractSource<T> source) {
        return List.of();
    }

    @Override
    void end(DefaultReceiver<T> receiver) {
        ((SequencedInbox<T>) receiver.inbox).endNow(!isClosed());
    }

    @Override
    void stopped() {
        sleepers.close();
    }
}
