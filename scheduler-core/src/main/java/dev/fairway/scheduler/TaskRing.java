package dev.fairway.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A circular array of waiting tasks, with the time at which each was accepted. Who puts in and who takes out agree by the slots
 * alone, as in FastForward (Giacomoni, Moseley and Vachharajani, 2008): an empty slot is free, a filled one is there to be taken.
 * So neither has to read the other's index, and their cache lines stay apart. One thread at a time puts in, one takes out.
 */
final class TaskRing {
    private static final VarHandle ITEM = MethodHandles.arrayElementVarHandle(Object[].class);

    private final @Nullable Object[] items;
    private final long[] stamps;

    /** @param length a power of two */
    TaskRing(int length) {
        items = new @Nullable Object[length];
        stamps = new long[length];
    }

    int length() {
        return items.length;
    }

    /** For who puts in: whether the slot is free. */
    boolean isFree(int index) {
        return ITEM.getAcquire(items, index & (items.length - 1)) == null;
    }

    /** Fills a free slot. */
    void put(int index, Object item, long stamp) {
        int slot = index & (items.length - 1);
        stamps[slot] = stamp;
        ITEM.setRelease(items, slot, item);
    }

    /** For who takes out: what is in the slot, or null. */
    @Nullable
    Object get(int index) {
        return ITEM.getAcquire(items, index & (items.length - 1));
    }

    /** When the task in a filled slot was accepted. */
    long stamp(int index) {
        return stamps[index & (items.length - 1)];
    }

    /** Frees a filled slot. */
    void free(int index) {
        ITEM.setRelease(items, index & (items.length - 1), null);
    }
}
