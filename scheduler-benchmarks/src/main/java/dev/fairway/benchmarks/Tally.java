package dev.fairway.benchmarks;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts tasks that have run: each thread in a cell of its own, so that counting costs next to nothing. Virtual threads, of which there may
 * be one for each task, share one counter.
 */
public final class Tally {
    private static final int PADDED = 32;
    private static final int MIDDLE = 16;

    private final LongAdder ofVirtualThreads = new LongAdder();
    private final Queue<AtomicLongArray> cells = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<AtomicLongArray> own = ThreadLocal.withInitial(this::newCell);

    private AtomicLongArray newCell() {
        AtomicLongArray cell = new AtomicLongArray(PADDED);
        cells.add(cell);
        return cell;
    }

    /** Counts one more. */
    public void count() {
        if (VirtualThreads.isCurrent()) {
            ofVirtualThreads.increment();
            return;
        }
        AtomicLongArray cell = own.get();
        cell.setRelease(MIDDLE, cell.getPlain(MIDDLE) + 1);
    }

    /** {@return how many were counted} */
    public long sum() {
        long sum = ofVirtualThreads.sum();
        for (AtomicLongArray cell : cells) {
            sum += cell.getAcquire(MIDDLE);
        }
        return sum;
    }

    /** {@return how many threads have a cell} */
    int cells() {
        return cells.size();
    }
}
