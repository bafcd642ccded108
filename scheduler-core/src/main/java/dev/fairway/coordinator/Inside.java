package dev.fairway.coordinator;

import dev.fairway.internal.StackRoom;
import org.jspecify.annotations.Nullable;

/**
 * Says of the current thread which coordinators' tasks, dependents or listeners it is in: to tell a close, a wait or a submit from
 * inside from one from outside. Owned by its thread.
 */
final class Inside {
    private static final ThreadLocal<@Nullable Inside> CURRENT = new ThreadLocal<>();

    /**
     * More than for a wait: where a task can be submitted there can be waited for it. Else an endless recursion would leave behind a
     * task at its end, which would be the next one's beginning.
     */
    private static final int ROOM_TO_SUBMIT = StackRoom.OF_A_TASK * 5 / 4;

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

    /**
     * The task of that coordinator that this thread runs, and that is about to submit another; null when it runs none. Throws a
     * {@link StackOverflowError} when there may be too little stack for that.
     */
    static <T, R extends @Nullable Object> @Nullable Task<T, R> submitting(DefaultCoordinator<T, R> owner) {
        return taskOf(owner, ROOM_TO_SUBMIT);
    }

    /** As {@link #submitting}, for one that is about to wait. */
    static <T, R extends @Nullable Object> @Nullable Task<T, R> waiting(DefaultCoordinator<T, R> owner) {
        return taskOf(owner, StackRoom.OF_A_TASK);
    }

    @SuppressWarnings("unchecked") // the tasks of a coordinator are of its types
    private static <T, R extends @Nullable Object> @Nullable Task<T, R> taskOf(
            DefaultCoordinator<T, R> owner, int frames) {
        for (Inside inside = CURRENT.get(); inside != null; inside = inside.outer) {
            if (inside.owner == owner && inside.task != null) {
                if (inside.depth >= StackRoom.DEEP) {
                    StackRoom.require(frames);
                }
                return (Task<T, R>) inside.task;
            }
        }
        return null;
    }
}
