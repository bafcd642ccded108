package dev.fairway.scheduler;

import org.jctools.queues.atomic.MpmcAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Rings that no channel uses now. A channel holds a ring only while something waits in it, so that an idle channel costs little
 * whatever it has held, and still nothing is allocated in steady state. Thread-safe, never waits; bounded by how many channels
 * are likely to be busy at once. Rings of the smallest size stay with their channels, rings over the largest are left to the
 * garbage collector.
 */
final class RingPool {
    private static final int SMALLEST_SHIFT = Integer.numberOfTrailingZeros(TaskRing.SMALLEST);
    private static final int LARGEST_SHIFT = 14;

    private final MpmcAtomicArrayQueue<TaskRing>[] spares;

    @SuppressWarnings({"unchecked", "rawtypes"})
    RingPool(int perSize) {
        spares = new MpmcAtomicArrayQueue[LARGEST_SHIFT - SMALLEST_SHIFT];
        for (int i = 0; i < spares.length; i++) {
            spares[i] = new MpmcAtomicArrayQueue<>(Math.max(2, perSize));
        }
    }

    /** An empty ring of that length, a power of two. */
    TaskRing take(int length) {
        int index = index(length);
        TaskRing spare = index >= 0 && index < spares.length ? spares[index].poll() : null;
        return spare == null ? new TaskRing(length) : spare;
    }

    /** Takes back an empty ring. */
    void giveBack(TaskRing ring) {
        int index = index(ring.length());
        if (index >= 0 && index < spares.length) {
            spares[index].offer(ring);
        }
    }

    /** What a channel should keep of a ring that has become empty: small ones. */
    @Nullable
    TaskRing keepOrGiveBack(TaskRing ring) {
        if (ring.length() == TaskRing.SMALLEST) {
            return ring;
        }
        giveBack(ring);
        return null;
    }

    private static int index(int length) {
        return Integer.numberOfTrailingZeros(length) - SMALLEST_SHIFT - 1;
    }
}
