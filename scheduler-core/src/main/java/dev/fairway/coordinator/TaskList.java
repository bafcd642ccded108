package dev.fairway.coordinator;

import org.jspecify.annotations.Nullable;

/** Tasks that wait, in order; any of them can be taken out at no cost. Guarded by the coordinator's lock. */
final class TaskList<T, R extends @Nullable Object> {
    /** Whose queue it is; null when nobody's in particular. */
    final @Nullable Worker<T, R> owner;

    private @Nullable Task<T, R> first;
    private @Nullable Task<T, R> last;
    private int size;

    TaskList(@Nullable Worker<T, R> owner) {
        this.owner = owner;
    }

    @Nullable
    Task<T, R> first() {
        return first;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** The task so many places behind the first, or the last. */
    @Nullable
    Task<T, R> get(int index) {
        Task<T, R> task = first;
        for (int i = 0; i < index && task != null && task.next != null; i++) {
            task = task.next;
        }
        return task;
    }

    void add(Task<T, R> task) {
        insertAfter(last, task);
    }

    /** Puts the task behind those that were submitted before it. */
    void addByAge(Task<T, R> task) {
        Task<T, R> before = last;
        while (before != null && before.number > task.number) {
            before = before.previous;
        }
        insertAfter(before, task);
    }

    /** As {@link #addByAge}, for a task that is one of the oldest. */
    void addToOldest(Task<T, R> task) {
        Task<T, R> after = first;
        Task<T, R> before = null;
        while (after != null && after.number < task.number) {
            before = after;
            after = after.next;
        }
        insertAfter(before, task);
    }

    /**
     * Puts tasks behind all others, and numbers them from the one after {@code number} on.
     *
     * @param oldest linked to the others by {@link Task#next}
     * @return how many
     */
    int addAndNumber(Task<T, R> oldest, long number) {
        Task<T, R> before = last;
        if (before == null) {
            first = oldest;
        } else {
            before.next = oldest;
        }
        int count = 0;
        for (Task<T, R> task = oldest; task != null; task = task.next) {
            task.number = number + ++count;
            task.list = this;
            task.previous = before;
            before = task;
        }
        last = before;
        size += count;
        return count;
    }

    /** Takes out so many, or all. */
    void removeOldest(int count) {
        Task<T, R> after = first;
        for (int i = 0; i < count && after != null; i++) {
            Task<T, R> task = after;
            after = task.next;
            task.list = null;
            task.previous = null;
            task.next = null;
            size--;
        }
        first = after;
        if (after == null) {
            last = null;
        } else {
            after.previous = null;
        }
    }

    private void insertAfter(@Nullable Task<T, R> before, Task<T, R> task) {
        Task<T, R> after = before == null ? first : before.next;
        task.list = this;
        task.previous = before;
        task.next = after;
        if (before == null) {
            first = task;
        } else {
            before.next = task;
        }
        if (after == null) {
            last = task;
        } else {
            after.previous = task;
        }
        size++;
    }

    void remove(Task<T, R> task) {
        Task<T, R> before = task.previous;
        Task<T, R> after = task.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        task.list = null;
        task.previous = null;
        task.next = null;
        size--;
    }
}
