package dev.fairway.coordinator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a worker does and has done, as one consistent snapshot.
 *
 * @param worker its name
 * @param state what it does now
 * @param reason why it is quarantined; null when it is not
 * @param busy whether a task of its is running, or about to
 * @param waiting tasks that wait for it: those that require or prefer it
 * @param ewma the running mean of its task times, as it is expected now; zero when nothing is known
 * @param completed tasks that it ended with a result
 * @param failed tasks of its that threw or took too long
 * @param cancelled tasks that were cancelled while it ran them
 * @param preferredHits tasks that preferred it, and were started by it
 * @param preferredSpills tasks that preferred it, and were started by another
 * @param required tasks that required it, and were started
 * @param any outcomes of the tasks that were for any worker
 * @param prefer outcomes of the tasks that preferred some worker, this or another
 * @param require outcomes of the tasks that required it
 */
public record WorkerStats(
        String worker,
        WorkerState state,
        @Nullable String reason,
        boolean busy,
        int waiting,
        Duration ewma,
        long completed,
        long failed,
        long cancelled,
        long preferredHits,
        long preferredSpills,
        long required,
        AffinityStats any,
        AffinityStats prefer,
        AffinityStats require) {}
