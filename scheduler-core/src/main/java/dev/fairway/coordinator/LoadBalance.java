package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who of the idle workers gets a task that any may run. Immutable.
 *
 * <p>Only {@link #EXPECTED_DELAY} lets a task wait for a busy worker while another is idle; with the others it goes to an idle
 * worker at once.
 */
public final class LoadBalance {
    /** The worker that will most likely be done first, by the running means of their task times; the default. */
    public static final LoadBalance EXPECTED_DELAY = new LoadBalance(Kind.EXPECTED_DELAY, null);

    /** The worker that has been idle longest. */
    public static final LoadBalance LEAST_LOADED = new LoadBalance(Kind.LEAST_LOADED, null);

    /** The next idle worker, in the order in which they were added. */
    public static final LoadBalance ROUND_ROBIN = new LoadBalance(Kind.ROUND_ROBIN, null);

    enum Kind {
        EXPECTED_DELAY,
        LEAST_LOADED,
        ROUND_ROBIN,
        LOWEST
    }

    private final Kind kind;
    private final @Nullable ToDoubleFunction<WorkerStats> measure;

    private LoadBalance(Kind kind, @Nullable ToDoubleFunction<WorkerStats> measure) {
        this.kind = kind;
        this.measure = measure;
    }

    /**
     * {@return a strategy that picks the idle worker of the lowest value}
     *
     * @param measure asked when a worker is added and each time it has run a task, under no lock; workers for which it throws or
     *     returns NaN come last
     */
    public static LoadBalance lowest(ToDoubleFunction<WorkerStats> measure) {
        return new LoadBalance(Kind.LOWEST, requireNonNull(measure, "measure"));
    }

    Kind kind() {
        return kind;
    }

    @Nullable
    ToDoubleFunction<WorkerStats> measure() {
        return measure;
    }

    @Override
    public String toString() {
        return kind.toString();
    }
}
