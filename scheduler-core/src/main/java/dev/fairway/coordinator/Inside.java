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

    /** The task of that coordinator that this thread runs; null when it runs none. */
    @SuppressWarnings("unchecked") // the tasks of a coordinator are of its types
    static <T, R extends @Nullable Object> @Nullable Task<T, R> taskOf(DefaultCoordinator<T, R> owner) {
        for (Inside inside = CURRENT.get(); inside != null; inside = inside.outer) {
            if (inside.owner == owner && inside.task != null) {
                return (Task<T, R>) inside.task;
            }
        }
        return null;
    }
}
