package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import dev.fairway.ContextPropagator;
import dev.fairway.ContextPropagator.Snapshot;
import dev.fairway.DrainReport;
import dev.fairway.DrainReport.Unfinished;
import dev.fairway.internal.Failures;
import dev.fairway.internal.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What both kinds of dispatcher have in common: who is registered, under which name, and how that ends.
 *
 * <p><b>The registry</b> has a lock of its own, which is taken when receivers and sources come and go, and never by a message. It comes
 * before all other locks. Nobody waits while holding it, and no code of others is called: whoever must be woken is woken after it.
 *
 * <p><b>Ends.</b> A receiver knows how many open sources it has, and whether it ever had one. When the last is closed, its inbox ends
 * ({@link #end}), for good. One that is <em>lasting</em> ends with the dispatcher only.
 */
abstract class AbstractDispatcher<T> implements ClockedDispatcher<T> {
    /** How long a close waits for threads that call what does not return, before it names them in the log and leaves them alone. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    final DispatcherSettings settings;
    final Failures failures = new Failures("dev.fairway.dispatcher");
    final Helpers helpers;

    final ReentrantLock registry = new ReentrantLock();
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();

    // Guarded by the registry's lock.

    private final Map<String, Registration<T>> receivers = new LinkedHashMap<>();
    private final Set<Registration<T>> leaving = new LinkedHashSet<>();
    private final Map<String, AbstractSource<T>> sources = new LinkedHashMap<>();
    private int sourcesForAll;

    /** What those have done that are gone. */
    private final Totals gone = new Totals();

    private volatile boolean closed;

    /** The receivers that are registered and have not ended; null when it must be made anew. Written under the registry's lock. */
    private volatile @Nullable List<DefaultReceiver<T>> audience;

    /** A receiver, and what the registry knows of it. */
    private static final class Registration<T> {
        final DefaultReceiver<T> receiver;
        final boolean lasting;
        boolean claimed;
        boolean hadSource;
        boolean ended;
        int sources;

        /** The connection that feeds it, or did. */
        @Nullable
        AbstractSource<T> feed;

        Registration(DefaultReceiver<T> receiver, boolean lasting, boolean claimed, boolean hadSource) {
            this.receiver = receiver;
            this.lasting = lasting;
            this.claimed = claimed;
            this.hadSource = hadSource;
        }
    }

    AbstractDispatcher(DispatcherSettings settings) {
        this.settings = settings;
        this.helpers = new Helpers(settings.name(), failures);
    }

    // ---- what differs

    /** How far the dispatcher is. */
    abstract long clock();

    /** Makes the inbox of a new receiver, which is reached by no message before this returns. The registry's lock is held. */
    abstract DefaultReceiver<T> newReceiver(String name);

    /**
     * A source has been closed; those receivers that end by that have not ended yet. The registry's lock is held.
     *
     * @return whom to {@linkplain Inbox#wakeFromElsewhere wake} after it
     */
    abstract Collection<Inbox<T>> sourceClosed(AbstractSource<T> source);

    /** Nothing more will come for this receiver: its {@link Inbox#end()} is to say how far it will get. The registry's lock is held. */
    abstract void end(DefaultReceiver<T> receiver);

    /** Nobody sleeps for the clock any more. */
    void stopped() {}

    /** What a message's sender wants to be carried; null when nobody carries, or there is nothing. */
    final @Nullable Snapshot captureContext() {
        ContextPropagator propagator = settings.contextPropagator();
        return propagator == null ? null : propagator.capture();
    }

    // ---- the registry

    /** Registers the receivers that were named to the builder; to be called at the end of the constructor. */
    final void registerNamed() {
        registry.lock();
        try {
            for (String name : settings.receivers()) {
                register(name, true, false);
            }
        } finally {
            registry.unlock();
        }
    }

    @Override
    public final Receiver<T> receiver(String name) {
        return claim(name);
    }

    final DefaultReceiver<T> claim(String name) {
        Names.check("receiver", name);
        registry.lock();
        try {
            Registration<T> registration = receivers.get(name);
            if (registration == null) {
                checkOpen();
                registration = register(name, false, true);
            } else if (registration.claimed) {
                throw new IllegalArgumentException(
                        "receiver '" + name + "' of dispatcher '" + name() + "' exists already " + receiverNames());
            }
            registration.claimed = true;
            return registration.receiver;
        } finally {
            registry.unlock();
        }
    }

    @Override
    public final boolean awaitTimestamp(String receiver, long timestamp, Duration timeout) throws InterruptedException {
        requireNonNull(timeout, "timeout");
        return find(receiver).awaitTimestamp(timestamp, timeout);
    }

    private DefaultReceiver<T> find(String name) {
        Names.check("receiver", name);
        registry.lock();
        try {
            Registration<T> registration = receivers.get(name);
            if (registration == null) {
                throw new IllegalArgumentException(
                        "no receiver '" + name + "' of dispatcher '" + name() + "' " + receiverNames());
            }
            return registration.receiver;
        } finally {
            registry.unlock();
        }
    }

    /** Claims a receiver for something that may fail: then the claim, and the registration if it is new, are undone. */
    final void claimFor(String name, Consumer<DefaultReceiver<T>> user) {
        DefaultReceiver<T> receiver;
        boolean isNew;
        registry.lock();
        try {
            checkOpen();
            isNew = !receivers.containsKey(name);
            receiver = claim(name);
        } finally {
            registry.unlock();
        }
        try {
            user.accept(receiver);
        } catch (Throwable failure) {
            giveBack(receiver, isNew);
            throw failure;
        }
    }

    private void giveBack(DefaultReceiver<T> receiver, boolean isNew) {
        if (isNew) {
            receiver.close();
            return;
        }
        registry.lock();
        try {
            Registration<T> registration = receivers.get(receiver.name());
            if (registration != null && registration.receiver == receiver) {
                registration.claimed = false;
            }
        } finally {
            registry.unlock();
        }
    }

    private Registration<T> register(String name, boolean lasting, boolean claimed) {
        Registration<T> registration = new Registration<>(newReceiver(name), lasting, claimed, sourcesForAll > 0);
        receivers.put(name, registration);
        audience = null;
        return registration;
    }

    /** Those that are registered and have not ended. */
    final List<DefaultReceiver<T>> audience() {
        List<DefaultReceiver<T>> known = audience;
        if (known == null) {
            registry.lock();
            try {
                known = receivers.values().stream()
                        .filter(registration -> !registration.ended)
                        .map(registration -> registration.receiver)
                        .toList();
                audience = known;
            } finally {
                registry.unlock();
            }
        }
        return known;
    }

    /**
     * Adds a source.
     *
     * @param receiverNames whom it is for; empty: all
     */
    final <S extends AbstractSource<T>> S addSource(
            String kind, String name, List<String> receiverNames, SourceFactory<T, S> factory) {
        Names.check(kind, name);
        registry.lock();
        try {
            checkOpen();
            checkFree(kind, name);
            List<Registration<T>> targets = new ArrayList<>();
            for (String receiver : receiverNames) {
                targets.add(open(kind, name, receiver));
            }
            S source =
                    factory.make(targets.stream().map(target -> target.receiver).toList());
            sources.put(name, source);
            for (Registration<T> target : source.isForAll ? receivers.values() : targets) {
                target.hadSource = true;
                target.sources += source.isForAll ? 0 : 1;
            }
            sourcesForAll += source.isForAll ? 1 : 0;
            return source;
        } finally {
            registry.unlock();
        }
    }

    /** Adds a source that feeds receivers as the only connection; registers, for somebody to claim, those that are not there. */
    final <S extends AbstractSource<T>> S addFeed(
            String kind, String name, List<String> receiverNames, SourceFactory<T, S> factory) {
        registry.lock();
        try {
            checkOpen();
            checkFree(kind, name);
            for (String receiver : receiverNames) {
                Names.check("receiver", receiver);
                if (receivers.containsKey(receiver)) {
                    checkNotFed(open(kind, name, receiver));
                }
            }
            for (String receiver : receiverNames) {
                if (!receivers.containsKey(receiver)) {
                    register(receiver, false, false);
                }
            }
            S source = addSource(kind, name, receiverNames, factory);
            receiverNames.forEach(receiver -> requireNonNull(receivers.get(receiver)).feed = source);
            return source;
        } finally {
            registry.unlock();
        }
    }

    private void checkNotFed(Registration<T> registration) {
        AbstractSource<T> feed = registration.feed;
        if (feed != null && feed.isOpen()) {
            throw new IllegalArgumentException("receiver '" + registration.receiver.name() + "' of dispatcher '"
                    + name() + "' is fed by " + feed.kind + " '" + feed.name + "' already");
        }
    }

    private void checkFree(String kind, String name) {
        AbstractSource<T> existing = sources.get(name);
        if (existing != null) {
            throw new IllegalArgumentException("the name of " + kind + " '" + name + "' is taken, by a " + existing.kind
                    + " of dispatcher '" + name() + "' " + receiverNames());
        }
    }

    /** Makes a source, under the registry's lock. */
    @FunctionalInterface
    interface SourceFactory<T, S extends AbstractSource<T>> {
        S make(List<DefaultReceiver<T>> targets);
    }

    private Registration<T> open(String kind, String source, String receiver) {
        requireNonNull(receiver, "receiver");
        Registration<T> registration = receivers.get(receiver);
        if (registration == null) {
            throw new IllegalArgumentException("no receiver '" + receiver + "' for " + kind + " '" + source
                    + "' of dispatcher '" + name() + "' " + receiverNames());
        }
        if (registration.ended) {
            throw new ReceiverClosedException(
                    receiver,
                    "receiver '" + receiver + "' of dispatcher '" + name() + "' has ended: " + kind + " '" + source
                            + "' comes too late");
        }
        return registration;
    }

    private String receiverNames() {
        return "(receivers: " + Names.list(receivers.keySet()) + ")";
    }

    private void checkOpen() {
        if (closed) {
            throw closedRefusal();
        }
    }

    final ChannelClosedException closedRefusal() {
        return new ChannelClosedException("dispatcher '" + name() + "' is closed");
    }

    // ---- ends

    /** Closes a source. */
    final void close(AbstractSource<T> source) {
        List<Inbox<T>> toWake = new ArrayList<>();
        registry.lock();
        try {
            if (source.isOpen()) {
                close(source, toWake);
            }
        } finally {
            registry.unlock();
        }
        toWake.forEach(inbox -> inbox.wakeFromElsewhere(helpers));
    }

    private void close(AbstractSource<T> source, List<Inbox<T>> toWake) {
        source.shut();
        source.closed();
        sources.remove(source.name);
        gone.add(source.stats());
        toWake.addAll(sourceClosed(source));
        sourcesForAll -= source.isForAll ? 1 : 0;
        if (source.isForAll) {
            receivers.values().forEach(registration -> endIfLast(registration, toWake));
            return;
        }
        for (DefaultReceiver<T> target : source.targets) {
            Registration<T> registration = receivers.get(target.name());
            if (registration != null && registration.receiver == target) { // else it has left
                registration.sources--;
                endIfLast(registration, toWake);
            }
        }
    }

    private void endIfLast(Registration<T> registration, List<Inbox<T>> toWake) {
        if (!registration.lasting && registration.hadSource && registration.sources + sourcesForAll == 0) {
            end(registration, toWake);
        }
    }

    private void end(Registration<T> registration, List<Inbox<T>> toWake) {
        if (!registration.ended) {
            registration.ended = true;
            audience = null;
            end(registration.receiver);
            registration.receiver.ended();
            toWake.add(registration.receiver.inbox);
        }
    }

    /** A receiver is being closed: its name is free. */
    final void leave(DefaultReceiver<T> receiver) {
        registry.lock();
        try {
            Registration<T> registration = requireNonNull(receivers.remove(receiver.name()));
            leaving.add(registration);
            audience = null;
        } finally {
            registry.unlock();
        }
    }

    /** A receiver has left, and nobody reads it any more. */
    final void left(DefaultReceiver<T> receiver, long dropped) {
        ReceiverStats stats = receiver.stats();
        registry.lock();
        try {
            leaving.removeIf(registration -> registration.receiver == receiver);
            gone.add(stats);
            gone.dropped += dropped;
        } finally {
            registry.unlock();
        }
        if (dropped > 0) {
            failures.warn("receiver '" + receiver.name() + "' of dispatcher '" + name() + "' was closed with " + dropped
                    + (dropped == 1 ? " message" : " messages") + " unread");
        }
    }

    @Override
    public final boolean isClosed() {
        return closed;
    }

    @Override
    public final void close() {
        close(settings.drainNanos(), true);
    }

    @Override
    public final DrainReport close(Duration drainTimeout) {
        return close(TimeUnit.NANOSECONDS.convert(requireNonNull(drainTimeout, "drainTimeout")), false);
    }

    private DrainReport close(long nanos, boolean log) {
        beginClose();
        List<DefaultReceiver<T>> pushed = pushed();
        CompletableFuture<Void> drained = allDone(pushed);
        if (pushed.stream().anyMatch(receiver -> requireNonNull(receiver.push()).isInside())) {
            CompletableFuture.delayedExecutor(Math.max(0, nanos), TimeUnit.NANOSECONDS, helpers)
                    .execute(() -> stopRest(pushed, true));
            return new DrainReport(name(), Map.of());
        }
        DrainReport report = awaitDrained(drained, nanos) ? new DrainReport(name(), Map.of()) : stopRest(pushed, log);
        drained.join(); // at once: all are done or stopped
        finishClose();
        helpers.awaitEnd(GRACE_NANOS);
        return report;
    }

    /** Closes the doors; the first call does it. */
    private void beginClose() {
        List<Inbox<T>> toWake = new ArrayList<>();
        registry.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            for (AbstractSource<T> source : List.copyOf(sources.values())) {
                close(source, toWake);
            }
            receivers.values().forEach(registration -> end(registration, toWake));
        } finally {
            registry.unlock();
        }
        toWake.forEach(inbox -> inbox.wakeFromElsewhere(helpers));
        var unused = allDone(pushed()).thenRun(this::finishClose);
    }

    /** Those whose handlers and subscribers the close waits for. */
    private List<DefaultReceiver<T>> pushed() {
        registry.lock();
        try {
            return Stream.concat(receivers.values().stream(), leaving.stream())
                    .map(registration -> registration.receiver)
                    .filter(DefaultReceiver::isPushed)
                    .toList();
        } finally {
            registry.unlock();
        }
    }

    private CompletableFuture<Void> allDone(List<DefaultReceiver<T>> pushed) {
        return CompletableFuture.allOf(pushed.stream()
                .map(receiver -> requireNonNull(receiver.push()).done)
                .toArray(CompletableFuture<?>[]::new));
    }

    /** False when the time is over, or the caller was interrupted. */
    private static boolean awaitDrained(CompletableFuture<Void> drained, long nanos) {
        try {
            drained.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Stops those that have not come to their end. */
    private DrainReport stopRest(List<DefaultReceiver<T>> pushed, boolean log) {
        Map<String, Unfinished> unfinished = new LinkedHashMap<>();
        for (DefaultReceiver<T> receiver : pushed) {
            PushReader<T> push = requireNonNull(receiver.push());
            if (!push.done.isDone()) {
                ReceiverStats stats = receiver.stats();
                unfinished.put(receiver.name(), new Unfinished(stats.inboxSize(), push.isRunning() ? 1 : 0));
                receiver.stop("its dispatcher was closed, and it did not come to its end in time", null);
                if (log) {
                    failures.warn(receiver + " did not come to its end in time: " + stats.inboxSize()
                            + (stats.inboxSize() == 1 ? " message" : " messages") + " not delivered"
                            + (push.isRunning() ? ", and one still being handled" : ""));
                }
                push.dispatcherClosed();
            }
        }
        return new DrainReport(name(), unfinished);
    }

    private void finishClose() {
        pushed().forEach(receiver -> requireNonNull(receiver.push()).dispatcherClosed());
        stopped();
        helpers.close();
        terminated.complete(null);
    }

    @Override
    public final CompletionStage<Void> terminated() {
        return terminated.minimalCompletionStage();
    }

    // ---- hierarchy

    @Override
    public final void connect(String receiver, MergingDispatcher<? super T> lower, String... targets) {
        connect(receiver, lower, helpers, targets);
    }

    @Override
    public final void connect(
            String receiver, MergingDispatcher<? super T> lower, Executor executor, String... targets) {
        requireNonNull(receiver, "receiver");
        requireNonNull(lower, "lower");
        requireNonNull(executor, "executor");
        ConnectionReader.connect(this, receiver, lower, executor, requireNonNull(targets, "targets"));
    }

    // ---- seen from outside

    @Override
    public final String name() {
        return settings.name();
    }

    @Override
    public final Duration drainTimeout() {
        return Duration.ofNanos(settings.drainNanos());
    }

    @Override
    public final DispatcherStats stats() {
        registry.lock();
        try {
            Totals all = new Totals(gone);
            Map<String, SenderStats> senders = new LinkedHashMap<>();
            for (AbstractSource<T> source : sources.values()) {
                SenderStats stats = source.stats();
                all.add(stats);
                senders.put(source.name, stats);
            }
            Map<String, ReceiverStats> present = new LinkedHashMap<>();
            List<String> unclaimed = new ArrayList<>();
            for (Registration<T> registration : receivers.values()) {
                ReceiverStats stats = registration.receiver.stats();
                all.add(stats);
                present.put(stats.receiver(), stats);
                if (!registration.claimed) {
                    unclaimed.add(stats.receiver());
                }
            }
            for (Registration<T> registration : leaving) {
                all.add(registration.receiver.stats());
            }
            return new DispatcherStats(
                    name(),
                    clock(),
                    all.sent,
                    all.accepted,
                    all.dropped,
                    all.ticks,
                    all.failures,
                    present,
                    senders,
                    unclaimed);
        } finally {
            registry.unlock();
        }
    }

    @Override
    public String toString() {
        return "dispatcher '" + name() + "'";
    }
}
