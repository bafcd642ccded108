package dev.fairway.coordinator;

/**
 * The running mean of one worker's task times, in nanoseconds, and how it fades: what is known of a worker that gets no tasks
 * drifts to what is known of the others, so that one bad sample is not for ever. No clock of its own.
 *
 * <p>Time, here, is the time in which workers are given tasks ({@link Fleet}): while nobody gets any, nobody has to be given another
 * chance, and what was learnt is kept. The drift goes by ratios: half of the way from 1 ms to 10 s is 100 ms, not 5 s, so that
 * one bad sample does not spoil what is known of the others either.
 */
final class Pace {
    static final long UNKNOWN = -1;

    /** After three of these, ten seconds, a twentieth of the difference is left. */
    private static final double DRIFT_NANOS = 3.3e9;

    private static final long NO_DRIFT_NANOS = 10_000_000;

    private final double alpha;
    private long nanos = UNKNOWN;
    private long since;

    Pace(double alpha) {
        this.alpha = alpha;
    }

    /** The mean as of when it was last touched. */
    long nanos() {
        return nanos;
    }

    /** What the next task is expected to take; of a worker that nothing is known of, what the others take. */
    long expected(long now, long others) {
        if (nanos == UNKNOWN) {
            return others;
        }
        long idle = now - since;
        if (others == UNKNOWN || idle < NO_DRIFT_NANOS) {
            return nanos;
        }
        double ratio = (double) nanos / Math.max(1, others);
        return Math.max(1, Math.round(others * Math.pow(ratio, Math.exp(-idle / DRIFT_NANOS))));
    }

    /** The worker gets a task: the drift so far is kept, and there is none while the task runs. */
    void begin(long now, long others) {
        if (nanos != UNKNOWN) {
            nanos = expected(now, others);
        }
        since = now;
    }

    /** A task has taken so long. */
    void sample(long taken, long now) {
        nanos = Math.max(1, nanos == UNKNOWN ? taken : Math.round(alpha * taken + (1 - alpha) * nanos));
        since = now;
    }

    /** So many tasks in a row have taken so long each. */
    void sample(long taken, int count, long now) {
        boolean moves = true;
        for (int i = 0; i < count && moves; i++) {
            long before = nanos;
            sample(taken, now);
            moves = nanos != before;
        }
    }

    /** A task without a result has taken so long: who fails fast is not fast, but who hangs is slow. */
    void sampleIfSlower(long taken, long now, long others) {
        if (taken > (nanos == UNKNOWN ? Math.max(0, others) : nanos)) {
            sample(taken, now);
        }
        since = now;
    }

    void forget() {
        nanos = UNKNOWN;
    }
}
