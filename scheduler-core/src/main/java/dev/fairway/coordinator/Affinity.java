package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import dev.fairway.internal.Names;
import java.time.Duration;

/** Which worker a task is for. */
public sealed interface Affinity {
    /** {@return the affinity of a task that any worker may run} */
    static Affinity any() {
        return Any.INSTANCE;
    }

    /**
     * {@return the affinity of a task that is best run by one worker, while fewer than the coordinator's threshold wait for it}
     *
     * @param worker the worker's name; when there is none of it, the task is for any
     */
    static Affinity prefer(String worker) {
        return new Prefer(worker);
    }

    /**
     * {@return the affinity of a task that only one worker may run} When there is none of that name, or it is removed, the
     * task's handle fails with {@link NoSuchWorkerException}.
     *
     * @param worker the worker's name
     */
    static Affinity require(String worker) {
        return new Require(worker);
    }

    /**
     * {@return as {@link #require}, for a worker that may still have to appear} The handle fails with
     * {@link NoSuchWorkerException} when there has been none of that name for so long.
     *
     * @param worker the worker's name
     * @param timeout how long to wait for a worker, each time there is none; not negative
     */
    static Affinity requireWithin(String worker, Duration timeout) {
        return new RequireWithin(worker, timeout);
    }

    /** Any worker. */
    record Any() implements Affinity {
        private static final Any INSTANCE = new Any();
    }

    /**
     * One worker if possible.
     *
     * @param worker its name
     */
    record Prefer(String worker) implements Affinity {
        /** Checks the name. */
        public Prefer {
            Names.check("worker", worker);
        }
    }

    /**
     * One worker, now.
     *
     * @param worker its name
     */
    record Require(String worker) implements Affinity {
        /** Checks the name. */
        public Require {
            Names.check("worker", worker);
        }
    }

    /**
     * One worker, now or later.
     *
     * @param worker its name
     * @param timeout how long it may be missing
     */
    record RequireWithin(String worker, Duration timeout) implements Affinity {
        /** Checks name and timeout. */
        public RequireWithin {
            Names.check("worker", worker);
            requireNonNull(timeout, "timeout");
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("timeout must not be negative, not " + timeout);
            }
        }
    }
}
