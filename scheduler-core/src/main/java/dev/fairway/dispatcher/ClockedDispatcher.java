package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import dev.fairway.ContextPropagator;
import dev.fairway.DrainReport;
import dev.fairway.Drainable;
import dev.fairway.internal.Names;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Messages in one total order. Each goes to one receiver, or to all; every other receiver learns by a {@link Tick} that the clock has
 * moved, so each knows at any time how far it has seen.
 *
 * <p>All methods are thread-safe; only closing waits.
 *
 * @param <T> the payloads
 */
public interface ClockedDispatcher<T> extends Drainable {
    /**
     * {@return the builder of a dispatcher}
     *
     * @param <T> the payloads
     */
    static <T> Builder<T> builder() {
        return new Builder<>();
    }

    /**
     * Registers a receiver, or claims one that was named to the builder. It starts at the clock's current value: its first delivery is
     * later.
     *
     * @param name its name; not blank
     * @return the receiver
     * @throws IllegalArgumentException when the name is taken
     * @throws ChannelClosedException when the dispatcher is closed, and nobody was to claim that name
     */
    Receiver<T> receiver(String name);

    /**
     * Waits until a receiver has processed everything up to a timestamp: for those who know the receiver by name only, since somebody
     * else reads it.
     *
     * @param receiver its name
     * @param timestamp the timestamp
     * @param timeout how long to wait; zero or negative: not at all
     * @return false when it has not by then
     * @throws IllegalArgumentException when there is no receiver of that name
     * @throws RuntimeException as {@link Receiver#awaitTimestamp}, when it never will
     * @throws InterruptedException when the caller is interrupted meanwhile
     */
    boolean awaitTimestamp(String receiver, long timestamp, Duration timeout) throws InterruptedException;

    /**
     * Feeds receivers of a merging dispatcher from a receiver of this one: each of them gets each message, with its timestamp, and ticks
     * and the end as promises and the end. Runs on a thread of its own and returns at once. When all targets have left, the receiver is
     * closed.
     *
     * @param receiver a receiver of this dispatcher, which is registered, or claimed when nobody reads it
     * @param lower where the targets are
     * @param targets receivers there, which are registered when they are not there, for others to claim; at least one
     * @throws IllegalArgumentException when the receiver is read by somebody, or a target is named twice or fed by another connection
     * @throws ReceiverClosedException when a target has ended
     * @throws ChannelClosedException when either dispatcher is closed
     */
    void connect(String receiver, MergingDispatcher<? super T> lower, String... targets);

    /**
     * As {@link #connect(String, MergingDispatcher, String...)}, with an executor.
     *
     * @param receiver a receiver of this dispatcher, which is registered, or claimed when nobody reads it
     * @param lower where the targets are
     * @param executor runs the connection, which waits there for the slowest target
     * @param targets receivers there, which are registered when they are not there, for others to claim; at least one
     */
    void connect(String receiver, MergingDispatcher<? super T> lower, Executor executor, String... targets);

    /** {@return what it does and has done} */
    DispatcherStats stats();

    /**
     * Accepts nothing more, fails the calls that wait for room, and closes all sources, so that each receiver ends after what was
     * accepted for it, which can still be received. Waits up to the drain timeout for handlers, subscribers and connections to get
     * there, but not for receivers that are read by hand: their reader may be the caller. Handlers and subscribers that do not get there
     * in time are stopped, and what they have not seen is logged with a count.
     *
     * <p>A second call waits for the same end. When called from inside a handler or subscriber it only starts the close and returns. When
     * the caller is interrupted it waits no longer and keeps the interrupt flag.
     */
    @Override
    void close();

    /**
     * As {@link #close()}, with a drain timeout of the caller's.
     *
     * @param drainTimeout how long to wait for handlers, subscribers and connections; zero or negative: not at all
     * @return which of them did not get to their end; empty when the close was only started
     */
    @Override
    DrainReport close(Duration drainTimeout);

    /** {@return a stage that completes when the dispatcher is closed and its handlers, subscribers and connections have ended} */
    @Override
    CompletionStage<Void> terminated();

    /**
     * The settings of a dispatcher. Every setting is optional, in any order; the last call of each wins. Not thread-safe.
     *
     * @param <T> the payloads
     */
    final class Builder<T> {
        private static final AtomicInteger UNNAMED = new AtomicInteger();

        private @Nullable String name;
        private int inboxCapacity = 1_024;
        private int reorderCapacity = 1_024;
        private long startAfter;
        private List<String> receivers = List.of();
        private long drainNanos = TimeUnit.SECONDS.toNanos(30);
        private @Nullable ContextPropagator contextPropagator;

        private Builder() {}

        /**
         * {@return this builder} Sets the name used in messages, threads, logs and meters; {@code dispatcher-1},
         * {@code dispatcher-2}, … by default.
         *
         * @param name not blank
         */
        public Builder<T> name(String name) {
            this.name = Names.check("dispatcher", name);
            return this;
        }

        /**
         * {@return this builder} Bounds the messages that wait for one receiver; 1 024 by default.
         *
         * @param inboxCapacity exactly how many, and one more for each open broadcaster if need be; at least 1
         */
        public Builder<T> inboxCapacity(int inboxCapacity) {
            this.inboxCapacity = atLeastOne("inboxCapacity", inboxCapacity);
            return this;
        }

        /**
         * {@return this builder} Bounds the messages for one receiver of a merging dispatcher that cannot be released yet; 1 024 by
         * default. A sequencing dispatcher has none.
         *
         * @param reorderCapacity exactly how many; at least 1
         */
        public Builder<T> reorderCapacity(int reorderCapacity) {
            this.reorderCapacity = atLeastOne("reorderCapacity", reorderCapacity);
            return this;
        }

        /**
         * {@return this builder} Sets where the clock starts; 0 by default.
         *
         * @param startAfter the timestamp before the first; not negative
         */
        public Builder<T> startAfter(long startAfter) {
            if (startAfter < 0) {
                throw new IllegalArgumentException("startAfter must not be negative, not " + startAfter);
            }
            this.startAfter = startAfter;
            return this;
        }

        /**
         * {@return this builder} Names receivers that are registered at once, so that nothing sent to them before they are claimed is
         * missed; each is claimed by one {@link ClockedDispatcher#receiver}. They stay open until they or the dispatcher are closed,
         * whatever sources come and go.
         *
         * @param names not blank, no two the same
         */
        public Builder<T> receivers(String... names) {
            Set<String> distinct = new LinkedHashSet<>();
            for (String receiver : requireNonNull(names, "names")) {
                if (!distinct.add(Names.check("receiver", receiver))) {
                    throw new IllegalArgumentException("receiver '" + receiver + "' is named twice");
                }
            }
            this.receivers = List.copyOf(distinct);
            return this;
        }

        /**
         * {@return this builder} Sets how long {@code close()} waits for handlers, subscribers and connections; 30 s by default.
         *
         * @param drainTimeout not negative
         */
        public Builder<T> drainTimeout(Duration drainTimeout) {
            requireNonNull(drainTimeout, "drainTimeout");
            if (drainTimeout.isNegative()) {
                throw new IllegalArgumentException("drainTimeout must not be negative, not " + drainTimeout);
            }
            this.drainNanos = TimeUnit.NANOSECONDS.convert(drainTimeout);
            return this;
        }

        /**
         * {@return this builder} Carries the sender's context to the handler, the subscriber, or the code in {@code forEach}.
         *
         * @param contextPropagator captures and restores; none by default
         */
        public Builder<T> contextPropagator(ContextPropagator contextPropagator) {
            this.contextPropagator = requireNonNull(contextPropagator, "contextPropagator");
            return this;
        }

        /** {@return a dispatcher that gives each message its timestamp} */
        public SequencingDispatcher<T> sequencing() {
            return new DefaultSequencingDispatcher<>(settings());
        }

        /** {@return a dispatcher that releases messages with timestamps in their order, by {@link MergeOrder#FRONTIER}} */
        public MergingDispatcher<T> merging() {
            return merging(MergeOrder.FRONTIER);
        }

        /**
         * {@return a dispatcher that releases messages with timestamps in their order}
         *
         * @param order when a message is released
         */
        public MergingDispatcher<T> merging(MergeOrder order) {
            requireNonNull(order, "order");
            return new DefaultMergingDispatcher<>(settings(), order);
        }

        DispatcherSettings settings() {
            return new DispatcherSettings(
                    name == null ? "dispatcher-" + UNNAMED.incrementAndGet() : name,
                    inboxCapacity,
                    reorderCapacity,
                    startAfter,
                    receivers,
                    drainNanos,
                    contextPropagator);
        }

        private static int atLeastOne(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " must be at least 1, not " + value);
            }
            return value;
        }
    }
}
