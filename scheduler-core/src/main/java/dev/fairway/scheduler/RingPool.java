package dev.fairway.scheduler;

import org.jctools.queues.atomic.MpmcAtomicArrayQueue;

/**
 * Rings that no channel uses now. A channel holds a ring only while something waits in it, so that an idle channel costs little
 * whatever it has held, and still nothing is allocated in steady state. Thread-safe, never waits; bounded by how many channels
 * are likely to be busy at once. Rings over the largest size are left to the garbage collector.
 */
final class RingPool {
    static final int SMALLEST = 8;
    private static final int SMALLEST_SHIFT = Integer.numberOfTrailingZeros(SMALLEST);
    private static final int SIZES = 14;
    private static final int FEWEST_PER_SIZE = 16;

    private final MpmcAtomicArrayQueue<TaskRing>[] spares;

    /** @param perSize how many rings of each size to keep */
    @SuppressWarnings({"unchecked", "rawtypes"})
    RingPool(int perSize) {
        spares = new MpmcAtomicArrayQueue[SIZES];
        for (int i = 0; i < SIZES; i++) {
            spares[i] = new MpmcAtomicArrayQueue<>(Math.max(FEWEST_PER_SIZE, perSize));
        }
    }

    /** An empty ring of that length, a power of two. */
    TaskRing take(int length) {
        int size = size(length);
        TaskRing spare = size < SIZES ? spares[size].poll() : null;
        return spare == null ? new TaskRing(length) : spare;
    }

    /** Takes back an empty ring. */
    void giveBack(TaskRing ring) {
        int size = size(ring.length());
        if (size < SIZES) {
            spares[size].offer(ring);
        }
    }

    private static int size(int length) {
        return Integer.numberOfTrailingZeros(length) - SMALLEST_SHIFT;
    }
}
