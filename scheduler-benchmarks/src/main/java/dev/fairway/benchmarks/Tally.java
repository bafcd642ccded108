package dev.fairway.benchmarks;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts tasks that have run: each thread in a cell of its own, so that counting costs next to nothing. */
public final class Tally {
    private static final int PADDED = 32;
    private static final int MIDDLE = 16;

    private final Queue<AtomicLongArray> cells = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<AtomicLongArray> own = ThreadLocal.withInitial(this::newCell);

    private AtomicLongArray newCell() {
        AtomicLongArray cell = new AtomicLongArray(PADDED);
        cells.add(cell);
        return cell;
    }

    /** Counts one more. */
    public void count() {
        AtomicLongArray cell = own.get();
        cell.setRelease(MIDDLE, cell.getPlain(MIDDLE) + 1);
    }

    /** {@return how many were counted} */
    public long sum() {
        long sum = 0;
        for (AtomicLongArray cell : cells) {
            sum += cell.getAcquire(MIDDLE);
        }
        return sum;
    }
}
