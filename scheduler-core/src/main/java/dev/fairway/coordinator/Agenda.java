package dev.fairway.coordinator;

import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Tasks for which something becomes due, in that order; a task is in one agenda at the most. Guarded by the coordinator's lock. */
final class Agenda<T, R extends @Nullable Object> {
    private final NavigableSet<Task<T, R>> tasks = new TreeSet<>(Agenda::compare);

    private static int compare(Task<?, ?> one, Task<?, ?> other) {
        int byDueTime = Long.compare(one.dueAt, other.dueAt);
        return byDueTime != 0 ? byDueTime : Long.compare(one.number, other.number);
    }

    /** Puts in a task for which something is due after so many nanoseconds. */
    void add(Task<T, R> task, long now, long nanos) {
        task.dueAt = now + Math.min(nanos, Long.MAX_VALUE / 4); // what never comes stays in range
        tasks.add(task);
    }

    void remove(Task<T, R> task) {
        tasks.remove(task);
    }

    boolean isEmpty() {
        return tasks.isEmpty();
    }

    @Nullable
    Task<T, R> first() {
        return tasks.isEmpty() ? null : tasks.first();
    }

    /** The first one, when it is due. */
    @Nullable
    Task<T, R> firstDue(long now) {
        Task<T, R> first = first();
        return first != null && now - first.dueAt >= 0 ? first : null;
    }

    /** How long until the first is due; {@link Long#MAX_VALUE} when there is none. */
    long untilDue(long now) {
        Task<T, R> first = first();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.dueAt - now);
    }
}
