package dev.fairway.dispatcher;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A forward that waits for room at one inbox, the key being its timestamp. Guarded by the lock of the inbox whose {@link MergingInbox} it
 * stands in; a forwarder has one.
 */
final class Blocked extends Heap.Node {
    private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 32 : 0;
    private static final int YIELDS = 64;

    /** Its lane there. */
    @Nullable
    Lane<Object> lane;

    @Nullable
    Thread thread;

    /** Cleared by who calls it. */
    volatile boolean waits;

    /**
     * Waits until it is called.
     *
     * @param deadline by {@link System#nanoTime()}, unless it waits for ever
     * @return whether it was called in time
     */
    boolean await(boolean forEver, long deadline) throws InterruptedException {
        for (int i = 0; i < SPINS + YIELDS && waits; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
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
        return true;
    }
}
