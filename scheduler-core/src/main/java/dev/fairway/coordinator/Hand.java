package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
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
 * claims nothing more: the rest has been called in, or is about to be. Each hand is dealt once: a task that is called in and dealt
 * again is in another hand, so a claim that comes late fails. And what is written at each task is written into a young object; see
 * {@link Pile}.
 */
final class Hand<T, R extends @Nullable Object> {
    static final int SIZE = 16;

    final Worker<T, R> worker;

    /**
     * Written under the lock, also by others; the thread, which has dealt them itself, reads each once and without. Null from the first
     * unused one on, and all when the hand was emptied.
     */
    private final @Nullable Task<T, R>[] tasks;

    /** How many were dealt; 0 when the hand was emptied. Guarded by the lock. */
    int size;

    /** The next to be claimed. Owned by the thread. */
    private int position;

    /** @param most how many may be dealt */
    @SuppressWarnings({"unchecked", "rawtypes"})
    Hand(Worker<T, R> worker, int most) {
        this.worker = worker;
        tasks = new Task[most];
    }

    /** Called by the thread. */
    boolean hasNext() {
        return position < tasks.length && tasks[position] != null;
    }

    /** Claims the next task; null when there is none left, or the rest was called in. Called by the thread. */
    @Nullable
    Task<T, R> next() {
        Task<T, R> task = position < tasks.length ? tasks[position] : null;
        if (task != null && task.claim(this)) {
            position++;
            return task;
        }
        return null;
    }

    /** Called by the thread, with the lock. */
    void deal(Task<T, R> task) {
        task.worker = worker;
        task.generation = worker.generation;
        task.function = worker.function;
        tasks[size++] = task;
        task.deal(this);
    }

    /** The lock is held. */
    Task<T, R> get(int index) {
        return requireNonNull(tasks[index]);
    }

    /** Whether the thread no longer gets the task. The lock is held. */
    boolean callIn(int index) {
        return get(index).callIn(this);
    }

    /** All have been called in, or claimed. The lock is held. */
    void clear() {
        Arrays.fill(tasks, null);
        size = 0;
    }
}
