package dev.fairway.scheduler;

import dev.fairway.ContextPropagator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to one task. Times are {@link System#nanoTime()} readings, 0 for what has not happened: readings are
 * shared between short tasks, so a time is exact to what ran between two readings.
 *
 * @param channel the channel's name
 * @param task the task, as it was handed in
 * @param acceptedNanos when it was accepted; for a refused task, when it was refused
 * @param startedNanos when it was started; 0 when it was not
 * @param endedNanos when the phase that the event tells of ended; 0 when none has
 * @param failure what ended the task, when it did not complete; null otherwise
 * @param context what the scheduler's {@link ContextPropagator} captured when the task was submitted, the same object in each of
 *     its events; null when it captured nothing, and for a refused task
 * @param <T> the task
 */
public record TaskEvent<T>(
        String channel,
        T task,
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
