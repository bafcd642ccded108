package dev.fairway.scheduler;

import dev.fairway.internal.StackRoom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says of the current thread which schedulers' tasks, dependents or listeners it is in. Needed to tell a close or a wait from
 * inside from one from outside.
 *
 * @param owner the scheduler
 * @param run the task's run, null in a dependent or listener on a foreign thread
 * @param outer what the thread was in before
 * @param depth how many there are, this one included
 */
record Inside(
        Object owner, @Nullable Run<?, ?> run, @Nullable Inside outer, int depth) {
    private static final ThreadLocal<@Nullable Inside> CURRENT = new ThreadLocal<>();

    /** Enters; {@link #leave} must follow on the same thread. */
    static Inside enter(Object owner, @Nullable Run<?, ?> run) {
        Inside outer = CURRENT.get();
        Inside inside = new Inside(owner, run, outer, outer == null ? 1 : outer.depth + 1);
        CURRENT.set(inside);
        return inside;
    }

    void leave() {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }

    /** To be called before another is entered. Throws a {@link StackOverflowError} when there may be too little stack for it. */
    static void requireStack() {
        Inside inside = CURRENT.get();
        if (inside != null && inside.depth >= StackRoom.DEEP) {
            StackRoom.require(StackRoom.OF_A_TASK);
        }
    }

    static boolean isInside(Object owner) {
        for (Inside inside = CURRENT.get(); inside != null; inside = inside.outer) {
            if (inside.owner == owner) {
                return true;
            }
        }
        return false;
    }

    /** The runs of that scheduler that this thread is in, innermost first: more than one when a task runs another itself. */
    static List<Run<?, ?>> runs(Object owner) {
        Inside inside = CURRENT.get();
        if (inside == null) {
            return List.of();
        }
        List<Run<?, ?>> runs = new ArrayList<>(1);
        for (; inside != null; inside = inside.outer) {
            if (inside.owner == owner && inside.run != null) {
                runs.add(inside.run);
            }
        }
        return runs;
    }
}
