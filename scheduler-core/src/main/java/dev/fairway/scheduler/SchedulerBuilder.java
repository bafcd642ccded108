package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.ContextPropagator;
import dev.fairway.internal.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The settings that {@link FairScheduler} and {@link FairExecutor} share. Every setting is optional, in any order; the last call
 * of each wins. Not thread-safe.
 *
 * @param <T> the tasks
 * @param <B> the builder itself
 */
public abstract sealed class SchedulerBuilder<T, B extends SchedulerBuilder<T, B>>
        permits FairScheduler.Builder, FairExecutor.Builder {
    private static final AtomicInteger UNNAMED = new AtomicInteger();

    private @Nullable String name;
    private int workers = Runtime.getRuntime().availableProcessors();
    private int capacity = Integer.MAX_VALUE;
    private ChannelOptions channelDefaults = ChannelOptions.defaults();
    private final Map<String, ChannelOptions> channelOptions = new LinkedHashMap<>();
    private long turnNanos = TimeUnit.MICROSECONDS.toNanos(20);
    private @Nullable ToLongFunction<? super T> cost;
    private Fairness fairness = Fairness.TURNS;
    private long drainNanos = TimeUnit.SECONDS.toNanos(30);
    private boolean finishWhenIdle;
    private @Nullable TaskListener<? super T> listener;
    private final List<TaskListener<? super T>> moreListeners = new ArrayList<>();
    private @Nullable ContextPropagator contextPropagator;
    private boolean virtualThreads;
    private LongSupplier ticker = System::nanoTime;

    SchedulerBuilder() {}

    @SuppressWarnings("unchecked")
    private B self() {
        return (B) this;
    }

    /**
     * {@return this builder} Sets the name used in messages, threads, logs and meters; {@code fair-1}, {@code fair-2}, … by
     * default.
     *
     * @param name not blank
     */
    public B name(String name) {
        this.name = Names.check("scheduler", name);
        return self();
    }

    /**
     * {@return this builder} Sets how many workers run at once, over all channels; the number of processors by default.
     *
     * @param workers at least 1
     */
    public B workers(int workers) {
        this.workers = ChannelOptions.atLeastOne("workers", workers);
        return self();
    }

    /**
     * {@return this builder} Bounds the tasks that wait in all channels together; unbounded by default. A channel with nothing
     * waiting always gets one task in, so a backlog cannot shut a quiet tenant out.
     *
     * @param capacity at least 1
     */
    public B capacity(int capacity) {
        this.capacity = ChannelOptions.atLeastOne("capacity", capacity);
        return self();
    }

    /**
     * {@return this builder} Sets the options of channels that are opened without any.
     *
     * @param options the defaults
     */
    public B channelDefaults(ChannelOptions options) {
        this.channelDefaults = requireNonNull(options, "options");
        return self();
    }

    /**
     * {@return this builder} Sets the options of the channel of that name, whenever it is opened without any.
     *
     * @param name the channel's name; not blank
     * @param options its settings, in place of the {@link #channelDefaults}
     */
    public B channelOptions(String name, ChannelOptions options) {
        channelOptions.put(Names.check("channel", name), requireNonNull(options, "options"));
        return self();
    }

    /**
     * {@return this builder} Sets for how much run time a turn goes on with the same channel where its tasks are short: at most
     * this, times the channel's weight. 20 µs by default: nobody can notice that, and it makes short tasks cheap. Tasks that
     * take longer than half of it get strict turns.
     *
     * @param turn zero for strict round robin; not negative
     */
    public B turn(Duration turn) {
        this.turnNanos = notNegative("turn", turn);
        return self();
    }

    /**
     * {@return this builder} Gives channels equal shares of cost instead of starts. Cannot be combined with
     * {@link Fairness#RUN_TIME}.
     *
     * @param cost asked once for each task, in the producer's thread, just before it is accepted or refused; must not be
     *     negative, and 0 counts as 1
     */
    public B cost(ToLongFunction<? super T> cost) {
        this.cost = requireNonNull(cost, "cost");
        return self();
    }

    /**
     * {@return this builder} Sets what channels get equal shares of; {@link Fairness#TURNS} by default.
     *
     * @param fairness the measure
     */
    public B fairness(Fairness fairness) {
        this.fairness = requireNonNull(fairness, "fairness");
        return self();
    }

    /**
     * {@return this builder} Sets how long {@code close()} waits for accepted tasks; 30 s by default.
     *
     * @param drainTimeout not negative; zero cancels at once
     */
    public B drainTimeout(Duration drainTimeout) {
        this.drainNanos = notNegative("drainTimeout", drainTimeout);
        return self();
    }

    /** {@return this builder} Lets the scheduler end when its last channel is closed and drained, once it has had one. */
    public B finishWhenIdle() {
        this.finishWhenIdle = true;
        return self();
    }

    /**
     * {@return this builder} Sets the listener.
     *
     * @param listener hears of each task
     */
    public B listener(TaskListener<? super T> listener) {
        this.listener = requireNonNull(listener, "listener");
        return self();
    }

    /**
     * {@return this builder} Adds a listener beside the one that {@link #listener} sets.
     *
     * @param listener hears of each task, after the others
     */
    public B addListener(TaskListener<? super T> listener) {
        this.moreListeners.add(requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * {@return this builder} Carries the submitter's context into process and commit.
     *
     * @param contextPropagator captures and restores; none by default
     */
    public B contextPropagator(ContextPropagator contextPropagator) {
        this.contextPropagator = requireNonNull(contextPropagator, "contextPropagator");
        return self();
    }

    /**
     * {@return this builder} Chooses virtual threads for the workers, on Java 21 and newer.
     *
     * @param virtualThreads false, the default, for platform threads
     */
    public B virtualThreads(boolean virtualThreads) {
        this.virtualThreads = virtualThreads;
        return self();
    }

    /** {@return this builder} As {@link #virtualThreads(boolean) virtualThreads(true)}. */
    public B virtualThreads() {
        return virtualThreads(true);
    }

    /** The clock, in nanoseconds; for tests. */
    B ticker(LongSupplier ticker) {
        this.ticker = requireNonNull(ticker, "ticker");
        return self();
    }

    final Settings<T> settings() {
        if (cost != null && fairness == Fairness.RUN_TIME) {
            throw new IllegalArgumentException("cost cannot be combined with fairness RUN_TIME");
        }
        List<TaskListener<? super T>> listeners = new ArrayList<>();
        if (listener != null) {
            listeners.add(listener);
        }
        listeners.addAll(moreListeners);
        return new Settings<>(
                name == null ? "fair-" + UNNAMED.incrementAndGet() : name,
                workers,
                capacity,
                channelDefaults,
                Map.copyOf(channelOptions),
                turnNanos,
                cost,
                fairness,
                drainNanos,
                finishWhenIdle,
                List.copyOf(listeners),
                contextPropagator,
                virtualThreads,
                ticker);
    }

    private static long notNegative(String what, Duration duration) {
        requireNonNull(duration, what);
        if (duration.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative, not " + duration);
        }
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    /** The settings of one scheduler; {@code Integer.MAX_VALUE} as capacity is none. */
    record Settings<T>(
            String name,
            int workers,
            int capacity,
            ChannelOptions channelDefaults,
            Map<String, ChannelOptions> channelOptions,
            long turnNanos,
            @Nullable ToLongFunction<? super T> cost,
            Fairness fairness,
            long drainNanos,
            boolean finishWhenIdle,
            List<TaskListener<? super T>> listeners,
            @Nullable ContextPropagator contextPropagator,
            boolean virtualThreads,
            LongSupplier ticker) {}
}
