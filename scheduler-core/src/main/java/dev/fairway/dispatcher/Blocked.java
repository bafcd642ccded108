package dev.fairway.dispatcher;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A forward that waits for room at one {@link MergingInbox}, the key being its timestamp; each forwarder has one. Guarded by that inbox's
 * lock.
 *
 * <p>To be woken costs as much as some hundred messages, so it looks a few times again before it sleeps, and more often the next time
 * when the sleep was short.
 */
final class Blocked extends Heap.Node {
    private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 32 : 0;
    private static final int MOST_YIELDS = 64;
    private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** Its lane there. */
    @Nullable
    Lane<Object> lane;

    @Nullable
    Thread thread;

    /** Cleared by who calls it. */
    volatile boolean waits;

    /** Owned by the thread that forwards. */
    private int yields = MOST_YIELDS / 4;

    /**
     * Waits until it is called.
     *
     * @param deadline by {@link System#nanoTime()}, unless it waits for ever
     * @return whether it was called in time
     */
    boolean await(boolean forEver, long deadline) throws InterruptedException {
        for (int i = 0; i < SPINS + yields && waits; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        return !waits || sleep(forEver, deadline);
    }

    private boolean sleep(boolean forEver, long deadline) throws InterruptedException {
        long start = System.nanoTime();
        while (waits) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long left = forEver ? Long.MAX_VALUE : deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        boolean wasShort = System.nanoTime() - start < SHORT_NANOS;
        yields = wasShort ? Math.min(MOST_YIELDS, yields * 2) : Math.max(1, yields / 2);
        return true;
    }
}
