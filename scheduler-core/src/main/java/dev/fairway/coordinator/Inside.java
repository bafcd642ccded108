package dev.fairway.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * Says of the current thread which coordinators' tasks, dependents or listeners it is in: to tell a close, a wait or a submit from
 * inside from one from outside. Owned by its thread.
 */
final class Inside {
    private static final ThreadLocal<@Nullable Inside> CURRENT = new ThreadLocal<>();

    private final DefaultCoordinator<?, ?> owner;
    private final @Nullable Inside outer;

    /** What this thread runs now; null between tasks, and in a dependent or listener on a foreign thread. */
    @Nullable
    Task<?, ?> task;

    /** How many tasks this thread runs, one on top of the other. */
    int depth;

    /** From so many tasks on top of one another on, the stack is probed before more is done on it. */
    private static final int DEEP = 8;

    /** Enough for all that a coordinator does between two probes; a frame of the probe is a hundred bytes or more. */
    private static final int PROBED_TO_WAIT = 640;

    /**
     * More than for a wait: where a task can be submitted there can be waited for it. Else an endless recursion would leave behind a
     * task at its end, which would be the next one's beginning.
     */
    private static final int PROBED_TO_SUBMIT = 800;

    private Inside(DefaultCoordinator<?, ?> owner, @Nullable Inside outer) {
        this.owner = owner;
        this.outer = outer;
    }

    /** Enters; {@link #leave} must follow on the same thread. */
    static Inside enter(DefaultCoordinator<?, ?> owner) {
        Inside inside = new Inside(owner, CURRENT.get());
        CURRENT.set(inside);
        return inside;
    }

    /** Leaves, and enters anew. To be called for the innermost, between two tasks of its thread. */
    Inside renew() {
        Inside renewed = new Inside(owner, outer);
        CURRENT.set(renewed);
        return renewed;
    }

    /**
     * Throws a {@link StackOverflowError} here, where nothing has begun, when what is left of the stack may not be enough for what the
     * coordinator has to do before it asks again. Not before many tasks are on top of one another: others need not pay for it.
     */
    private void requireStack(int frames) {
        if (depth >= DEEP) {
            long unused = probe(frames, depth, 2, 3, 4, 5, 6);
        }
    }

    /** What is used after the call has to be kept on the stack, however this is compiled. */
    private static long probe(int frames, long a, long b, long c, long d, long e, long f) {
        long below = frames == 0 ? 0 : probe(frames - 1, b + frames, c ^ a, d + b, e ^ c, f + d, a ^ e);
        return below + a * 31 + b * 17 + c * 13 + d * 11 + e * 7 + f;
    }

    void leave() {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }

    /** The innermost of that coordinator; null when the thread is not inside. */
    static @Nullable Inside of(DefaultCoordinator<?, ?> owner) {
        for (Inside inside = CURRENT.get(); inside != null; inside = inside.outer) {
            if (inside.owner == owner) {
                return inside;
            }
        }
        return null;
    }

    /**
     * The task of that coordinator that this thread runs, and that is about to submit another; null when it runs none. Throws a
     * {@link StackOverflowError} when there may be too little stack for that.
     */
    static <T, R extends @Nullable Object> @Nullable Task<T, R> submitting(DefaultCoordinator<T, R> owner) {
        return taskOf(owner, PROBED_TO_SUBMIT);
    }

    /** As {@link #submitting}, for one that is about to wait. */
    static <T, R extends @Nullable Object> @Nullable Task<T, R> waiting(DefaultCoordinator<T, R> owner) {
        return taskOf(owner, PROBED_TO_WAIT);
    }

    @SuppressWarnings("unchecked") // the tasks of a coordinator are of its types
    private static <T, R extends @Nullable Object> @Nullable Task<T, R> taskOf(
            DefaultCoordinator<T, R> owner, int frames) {
        for (Inside inside = CURRENT.get(); inside != null; inside = inside.outer) {
            if (inside.owner == owner && inside.task != null) {
                inside.requireStack(frames);
                return (Task<T, R>) inside.task;
            }
        }
        return null;
    }
}
