package dev.fairway.coordinator;

import dev.fairway.ContextPropagator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to one task. Times are {@link System#nanoTime()} readings, 0 for what has not happened.
 *
 * @param task the task, as it was handed in
 * @param affinity whom it is for
 * @param worker who runs it; null when nobody has
 * @param acceptedNanos when it was accepted, or refused
 * @param startedNanos when it was started; 0 when it was not
 * @param endedNanos when its outcome was decided; 0 when it is not
 * @param failure what ended the task, when it did not complete; null otherwise
 * @param context what the {@link ContextPropagator} captured; null when it captured nothing, and for a rejected task
 * @param <T> the task
 */
public record CoordinatorEvent<T>(
        T task,
        Affinity affinity,
        @Nullable String worker,
        long acceptedNanos,
        long startedNanos,
        long endedNanos,
        @Nullable Throwable failure,
        ContextPropagator.@Nullable Snapshot context) {
    /** {@return whether the task was started} */
    public boolean wasStarted() {
        return startedNanos != 0;
    }

    /** {@return how long the task waited, for its start or for its end without one; zero while it still waits} */
    public Duration waited() {
        long until = startedNanos == 0 ? endedNanos : startedNanos;
        return until == 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, until - acceptedNanos));
    }

    /** {@return how long the task ran, up to this event; zero when it has not} */
    public Duration ran() {
        return startedNanos == 0 || endedNanos == 0
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, endedNanos - startedNanos));
    }
}
