package dev.fairway.scheduler;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Options of one task. Immutable. */
public final class TaskOptions {
    private static final TaskOptions DEFAULT = new TaskOptions(false, null);

    private final boolean urgent;
    private final @Nullable Duration expiry;

    private TaskOptions(boolean urgent, @Nullable Duration expiry) {
        this.urgent = urgent;
        this.expiry = expiry;
    }

    /** {@return no options} */
    public static TaskOptions defaults() {
        return DEFAULT;
    }

    /**
     * {@return options of a task that is not started once it has waited longer} Its handle then fails with
     * {@link dev.fairway.TaskExpiredException}, when its turn comes; a cancel that meets it first drops it.
     *
     * @param wait the longest useful wait; positive
     */
    public static TaskOptions expiresAfter(Duration wait) {
        return DEFAULT.withExpiry(wait);
    }

    /**
     * {@return options of a task that goes before the others of its own channel} In order among the urgent, and never before
     * other channels.
     */
    public static TaskOptions urgent() {
        return new TaskOptions(true, null);
    }

    /**
     * {@return these options with an expiry} See {@link #expiresAfter(Duration)}.
     *
     * @param wait the longest useful wait; positive
     */
    public TaskOptions withExpiry(Duration wait) {
        Objects.requireNonNull(wait, "wait");
        if (wait.isNegative() || wait.isZero()) {
            throw new IllegalArgumentException("expiry must be positive, not " + wait);
        }
        return new TaskOptions(urgent, wait);
    }

    /** {@return whether the task goes before the others of its channel} */
    public boolean isUrgent() {
        return urgent;
    }

    /** {@return the longest useful wait, when there is one} */
    public Optional<Duration> expiry() {
        return Optional.ofNullable(expiry);
    }

    /** The longest useful wait, or 0 for none. */
    long expiryNanos() {
        return expiry == null ? 0 : TimeUnit.NANOSECONDS.convert(expiry);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskOptions that && urgent == that.urgent && Objects.equals(expiry, that.expiry);
    }

    @Override
    public int hashCode() {
        return Objects.hash(urgent, expiry);
    }

    @Override
    public String toString() {
        return "TaskOptions[urgent=" + urgent + ", expiry=" + (expiry == null ? "none" : expiry) + "]";
    }
}
