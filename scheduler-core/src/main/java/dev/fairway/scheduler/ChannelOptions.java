package dev.fairway.scheduler;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a channel. Immutable; each method returns changed options, and the last call of each wins.
 *
 * <pre>{@code
 * ChannelOptions.capacity(10_000).maxParallel(2).weight(3)
 * }</pre>
 */
public final class ChannelOptions {
    /** How many tasks may wait in a channel that says nothing else. */
    public static final int DEFAULT_CAPACITY = 1_024;

    /** The {@link #maxParallel()} of a channel that is limited by nothing but the workers. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    private static final ChannelOptions DEFAULTS =
            new ChannelOptions(DEFAULT_CAPACITY, 1, UNLIMITED, null, Overload.reject());

    private final int capacity;
    private final int weight;
    private final int maxParallel;
    private final @Nullable Duration idleTimeout;
    private final Overload overload;

    private ChannelOptions(
            int capacity, int weight, int maxParallel, @Nullable Duration idleTimeout, Overload overload) {
        this.capacity = capacity;
        this.weight = weight;
        this.maxParallel = maxParallel;
        this.idleTimeout = idleTimeout;
        this.overload = overload;
    }

    /** {@return the default options} Capacity 1 024, weight 1, no limit but the workers, no idle timeout, reject. */
    public static ChannelOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return default options with a capacity}
     *
     * @param capacity how many tasks may wait, exactly; at least 1
     */
    public static ChannelOptions capacity(int capacity) {
        return DEFAULTS.withCapacity(capacity);
    }

    /**
     * {@return these options with another capacity}
     *
     * @param capacity how many tasks may wait, exactly; at least 1
     */
    public ChannelOptions withCapacity(int capacity) {
        return new ChannelOptions(atLeastOne("capacity", capacity), weight, maxParallel, idleTimeout, overload);
    }

    /**
     * {@return these options with another weight}
     *
     * @param weight how many tasks a turn starts; at least 1
     */
    public ChannelOptions weight(int weight) {
        return new ChannelOptions(capacity, atLeastOne("weight", weight), maxParallel, idleTimeout, overload);
    }

    /**
     * {@return these options with another limit}
     *
     * @param maxParallel how many tasks of the channel may run at once, commits included; at least 1
     */
    public ChannelOptions maxParallel(int maxParallel) {
        return new ChannelOptions(capacity, weight, atLeastOne("maxParallel", maxParallel), idleTimeout, overload);
    }

    /**
     * {@return these options with an idle timeout}
     *
     * @param idleTimeout how long nothing may wait, run or be put in before the channel closes itself; positive
     */
    public ChannelOptions idleTimeout(Duration idleTimeout) {
        Objects.requireNonNull(idleTimeout, "idleTimeout");
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            throw new IllegalArgumentException("idleTimeout must be positive, not " + idleTimeout);
        }
        return new ChannelOptions(capacity, weight, maxParallel, idleTimeout, overload);
    }

    /**
     * {@return these options with another overload policy}
     *
     * @param overload what {@code submit} does when there is no room
     */
    public ChannelOptions overload(Overload overload) {
        return new ChannelOptions(
                capacity, weight, maxParallel, idleTimeout, Objects.requireNonNull(overload, "overload"));
    }

    /** {@return how many tasks may wait} */
    public int capacity() {
        return capacity;
    }

    /** {@return how many tasks a turn starts} */
    public int weight() {
        return weight;
    }

    /** {@return how many tasks may run at once; {@link #UNLIMITED} when there is no limit but the workers} */
    public int maxParallel() {
        return maxParallel;
    }

    /** {@return after what time an idle channel closes itself, when it does} */
    public Optional<Duration> idleTimeout() {
        return Optional.ofNullable(idleTimeout);
    }

    /** {@return what {@code submit} does when there is no room} */
    public Overload overload() {
        return overload;
    }

    static int atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, not " + value);
        }
        return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChannelOptions that
                && capacity == that.capacity
                && weight == that.weight
                && maxParallel == that.maxParallel
                && Objects.equals(idleTimeout, that.idleTimeout)
                && overload.equals(that.overload);
    }

    @Override
    public int hashCode() {
        return Objects.hash(capacity, weight, maxParallel, idleTimeout, overload);
    }

    @Override
    public String toString() {
        return "ChannelOptions[capacity=" + capacity + ", weight=" + weight + ", maxParallel="
                + (maxParallel == UNLIMITED ? "unlimited" : maxParallel) + ", idleTimeout="
                + (idleTimeout == null ? "none" : idleTimeout) + ", overload=" + overload + "]";
    }
}
