package dev.fairway.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * Tiny tasks that a thread runs one after another, behind the one that it has started, without the lock in between. They still wait:
 * whoever holds the lock and looks at what waits or runs calls all hands in first ({@link Hands}).
 *
 * <pre>
 * WAITING ──> dealt ──> PROCESSING    claimed by the thread whose hand it is
 *    ^          │
 *    └──────────┘                     called in by whoever holds the lock
 * </pre>
 *
 * Both ways out of being dealt are one compare-and-set of the task's state, which is the hand itself meanwhile. A thread that loses one
 * claims nothing more: the rest has been called in, or is about to be.
 */
final class Hand<T, R extends @Nullable Object> {
    static final int SIZE = 16;

    /** Written under the lock; the thread, which has dealt them itself, reads them without. Null from the first unused one on. */
    private final @Nullable Task<T, R>[] tasks;

    /** How many were dealt. Guarded by the lock. */
    int size;

    /** The worker that they were dealt to. Guarded by the lock. */
    @Nullable
    Worker<T, R> worker;

    /** The next to be claimed. Owned by the thread. */
    private int position;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Hand() {
        tasks = new Task[SIZE];
    }

    /** Called by the thread. */
    boolean hasNext() {
        return position < SIZE && tasks[position] != null;
    }

    /** Claims the next task; null when there is none left, or the rest was called in. Called by the thread. */
    @Nullable
    Task<T, R> next() {
        Task<T, R> task = position < SIZE ? tasks[position] : null;
        if (task != null && task.claim(this)) {
            position++;
            return task;
        }
        position = SIZE;
        return null;
    }

    /** Called by the thread, with the lock. */
    void deal(Task<T, R> task) {
        position = 0;
        tasks[size++] = task;
        task.deal(this);
    }

    /** The lock is held. */
    @Nullable
    Task<T, R> remove(int index) {
        Task<T, R> task = tasks[index];
        tasks[index] = null;
        return task;
    }

    /** Whether the thread no longer gets the task. The lock is held. */
    boolean callIn(int index) {
        Task<T, R> task = tasks[index];
        return task != null && task.callIn(this);
    }
}
