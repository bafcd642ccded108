package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Releases what its forwarders bring. There is no thread of its own: what may be released is released by whoever made it so, at the
 * inbox of the receiver that it is for ({@link MergingInbox}). In FRONTIER nothing is shared between receivers; in CONSECUTIVE, the
 * {@link SharedNumbers} are.
 */
final class DefaultMergingDispatcher<T> extends AbstractDispatcher<T> implements MergingDispatcher<T> {
    private final MergeOrder order;
    private final @Nullable SharedNumbers<T> numbers;

    /** Of the receivers that are there. Written under the registry's lock. */
    private final List<MergingInbox<T>> inboxes = new CopyOnWriteArrayList<>();

    /** Guarded by the registry's lock. */
    private final List<DefaultForwarder<T>> broadcasters = new ArrayList<>();

    /** In FRONTIER, how far receivers had come that have left. */
    private final AtomicLong clockOfGone;

    DefaultMergingDispatcher(DispatcherSettings settings, MergeOrder order) {
        super(settings);
        this.order = order;
        this.numbers = order == MergeOrder.CONSECUTIVE ? new SharedNumbers<>(settings.startAfter(), helpers) : null;
        this.clockOfGone = new AtomicLong(settings.startAfter());
        registerNamed();
    }

    @Override
    public MergeOrder order() {
        return order;
    }

    @Override
    long clock() {
        if (numbers != null) {
            return numbers.done();
        }
        long clock = Long.MIN_VALUE;
        for (MergingInbox<T> inbox : inboxes) {
            clock = Math.max(clock, ((FrontierInbox<T>) inbox).frontier());
        }
        return Math.max(
                clock,
                clockOfGone.get()); // last: who has gone meanwhile is in one of them, and the clock never goes back
    }

    // ---- receivers

    @Override
    DefaultReceiver<T> newReceiver(String name) {
        long start = clock();
        MergingInbox<T> inbox = numbers == null
                ? new FrontierInbox<>(name, this, start)
                : new ConsecutiveInbox<>(name, this, start, numbers);
        DefaultReceiver<T> receiver = new DefaultReceiver<>(this, inbox, start);
        inbox.owner = receiver;
        inbox.joining();
        broadcasters.forEach(broadcaster -> broadcaster.join(inbox));
        inbox.joined();
        inboxes.add(inbox);
        return receiver;
    }

    /** The inbox was closed. */
    void gone(MergingInbox<T> inbox) {
        if (inbox instanceof FrontierInbox<T> frontier) {
            clockOfGone.accumulateAndGet(frontier.frontier(), Math::max);
        }
        inboxes.remove(inbox);
    }

    @Override
    void end(DefaultReceiver<T> receiver) {
        Wakes<T> wakes = new Wakes<>();
        MergingInbox<T> inbox = inboxOf(receiver);
        inbox.lock.lock();
        inbox.endAfterRest(wakes);
        inbox.lock.unlock();
        wakes.run(helpers, null);
    }

    MergingInbox<T> inboxOf(DefaultReceiver<T> receiver) {
        return (MergingInbox<T>) receiver.inbox;
    }

    // ---- sources

    @Override
    public Forwarder<T> forwarder(String name, String receiver, String... more) {
        Set<String> names = new LinkedHashSet<>();
        names.add(requireNonNull(receiver, "receiver"));
        for (String another : requireNonNull(more, "more")) {
            if (!names.add(requireNonNull(another, "receiver"))) {
                throw new IllegalArgumentException(
                        "receiver '" + another + "' is named twice for forwarder '" + name + "'");
            }
        }
        return addSource("forwarder", name, List.copyOf(names), targets -> newForwarder("forwarder", name, targets));
    }

    @Override
    public Forwarder<T> broadcaster(String name) {
        return addSource("broadcaster", name, List.of(), none -> {
            DefaultForwarder<T> broadcaster = new DefaultForwarder<>(this, "broadcaster", name, none, numbers);
            broadcaster.open(audience().stream().map(this::inboxOf).toList(), clock());
            broadcasters.add(broadcaster);
            return broadcaster;
        });
    }

    /** Makes the source of a connection; the receivers that are not there are registered. */
    DefaultForwarder<T> feed(String name, List<String> receivers) {
        return addFeed("connection", name, receivers, targets -> {
            DefaultForwarder<T> feed = newForwarder("connection", name, targets);
            targets.forEach(target -> inboxOf(target).feed = feed);
            return feed;
        });
    }

    private DefaultForwarder<T> newForwarder(String kind, String name, List<DefaultReceiver<T>> targets) {
        DefaultForwarder<T> forwarder = new DefaultForwarder<>(this, kind, name, targets, numbers);
        forwarder.open(targets.stream().map(this::inboxOf).toList(), settings.startAfter());
        return forwarder;
    }

    @Override
    Collection<Inbox<T>> sourceClosed(AbstractSource<T> source) {
        broadcasters.remove(source);
        return List.of();
    }

    // ---- the end

    @Override
    void stopped() {
        if (numbers != null) {
            numbers.sleepers.close();
        }
    }
}
