package dev.fairway.coordinator;

import dev.fairway.TaskState;

/** Counts of what became of tasks. Guarded by the coordinator's lock. */
final class Tally {
    private static final int KINDS = Task.Kind.values().length;

    private final long[] completed = new long[KINDS];
    private final long[] failed = new long[KINDS];
    private final long[] cancelled = new long[KINDS];
    long preferredHits;
    long preferredSpills;
    long required;

    /** A task that was started has ended. */
    void count(Task.Kind kind, TaskState state) {
        long[] counts = switch (state) {
            case COMPLETED -> completed;
            case FAILED -> failed;
            default -> cancelled;
        };
        counts[kind.index]++;
    }

    void add(Tally other) {
        for (int i = 0; i < KINDS; i++) {
            completed[i] += other.completed[i];
            failed[i] += other.failed[i];
            cancelled[i] += other.cancelled[i];
        }
        preferredHits += other.preferredHits;
        preferredSpills += other.preferredSpills;
        required += other.required;
    }

    long completed() {
        return sum(completed);
    }

    long failed() {
        return sum(failed);
    }

    long cancelled() {
        return sum(cancelled);
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    AffinityStats of(Task.Kind kind) {
        int i = kind.index;
        return new AffinityStats(completed[i], failed[i], cancelled[i]);
    }
}
