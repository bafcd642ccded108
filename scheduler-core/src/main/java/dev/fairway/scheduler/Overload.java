package dev.fairway.scheduler;

import java.time.Duration;
import java.util.Objects;

/** What {@code submit} does when there is no room. {@code offer} and {@code put} never apply it. */
public sealed interface Overload {
    /** {@return the policy that throws {@link dev.fairway.RejectedTaskException}; the default} */
    static Overload reject() {
        return Reject.INSTANCE;
    }

    /**
     * {@return the policy that waits for room, and then rejects} An interrupt while it waits is a refusal with
     * {@code Reason.INTERRUPTED}, and the flag is kept.
     *
     * @param timeout the longest wait; positive
     */
    static Overload waitUpTo(Duration timeout) {
        return new WaitUpTo(timeout);
    }

    /**
     * {@return the policy that runs the task at once in the caller's thread} The task runs before older ones and beside the
     * workers. It counts for {@code maxParallel} and in the statistics, not for {@code workers}; it is rejected at
     * {@code maxParallel}, when the channel is paused, and when it is closed. A task that submits to its own channel may so run others
     * on top of itself; where that has no end, the submit throws a {@link StackOverflowError}, and nothing else is harmed.
     */
    static Overload callerRuns() {
        return CallerRuns.INSTANCE;
    }

    /** {@return the policy that cancels the channel's oldest waiting task to make room} */
    static Overload dropOldest() {
        return DropOldest.INSTANCE;
    }

    /** See {@link Overload#reject()}. */
    enum Reject implements Overload {
        /** The only value. */
        INSTANCE
    }

    /**
     * See {@link Overload#waitUpTo(Duration)}.
     *
     * @param timeout the longest wait
     */
    record WaitUpTo(Duration timeout) implements Overload {
        /** Checks the timeout. */
        public WaitUpTo {
            Objects.requireNonNull(timeout, "timeout");
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("timeout must be positive, not " + timeout);
            }
        }
    }

    /** See {@link Overload#callerRuns()}. */
    enum CallerRuns implements Overload {
        /** The only value. */
        INSTANCE
    }

    /** See {@link Overload#dropOldest()}. */
    enum DropOldest implements Overload {
        /** The only value. */
        INSTANCE
    }
}
