package dev.fairway.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * A queue of waiting tasks in a circular array that grows and is compacted; beside each task stands when it was accepted. No
 * threads; guarded by its channel. Items are tasks as they were handed in, or {@link TaskNode}s; nodes that no longer wait stay
 * in the array until they come to the head or room is needed.
 */
final class TaskRing {
    static final int SMALLEST = 8;

    final @Nullable Object[] items;
    final long[] stamps;
    private int head;
    private int used;

    TaskRing(int length) {
        items = new @Nullable Object[length];
        stamps = new long[length];
    }

    int length() {
        return stamps.length;
    }

    boolean isFull() {
        return used == stamps.length;
    }

    boolean isEmpty() {
        return used == 0;
    }

    void add(Object item, long stamp) {
        int index = (head + used++) & (stamps.length - 1);
        items[index] = item;
        stamps[index] = stamp;
    }

    /** The item at the head, which stays there; null when there is none. Skips nodes that no longer wait. */
    @Nullable
    Object peek() {
        while (used > 0) {
            Object item = items[head];
            if (!isGone(item)) {
                return item;
            }
            drop();
        }
        return null;
    }

    /** When the item that {@link #peek} just returned was accepted. */
    long peekStamp() {
        return stamps[head];
    }

    /** Removes what {@link #peek} just returned. */
    void drop() {
        items[head] = null;
        head = (head + 1) & (stamps.length - 1);
        used--;
    }

    /** Closes the gaps that cancelled tasks have left. */
    void compact() {
        int mask = stamps.length - 1;
        int kept = 0;
        for (int i = 0; i < used; i++) {
            int from = (head + i) & mask;
            Object item = items[from];
            if (!isGone(item)) {
                int to = (head + kept++) & mask;
                items[to] = item;
                stamps[to] = stamps[from];
            }
        }
        for (int i = kept; i < used; i++) {
            items[(head + i) & mask] = null;
        }
        used = kept;
    }

    /** Moves all that still waits into an empty ring that is no smaller. */
    void moveTo(TaskRing larger) {
        for (Object item = peek(); item != null; item = peek()) {
            larger.add(item, peekStamp());
            drop();
        }
        head = 0;
    }

    private static boolean isGone(@Nullable Object item) {
        return item instanceof TaskNode<?, ?> node && node.isGone();
    }
}
