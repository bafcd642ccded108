package dev.fairway.dispatcher;

import java.util.concurrent.TimeUnit;

/**
 * How long a reader looks again before it goes to sleep. To be woken costs the sender more than a hundred messages do; so a sleep that was
 * short was a mistake, and makes the reader more patient. Owned by who reads.
 */
final class Patience {
    private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 64 : 0;
    private static final int MOST_YIELDS = 64;
    private static final long SHORT_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** For all yields together: on a busy machine one may take milliseconds, and who sleeps is then back sooner. */
    private static final long LONGEST_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private int yields = MOST_YIELDS / 4;
    private long asleepSince;

    /** Looks for a message for a while; true when there is one. */
    boolean awaitMessage(Reading<?> reading) {
        for (int i = 0; i < SPINS; i++) {
            if (reading.hasMessage()) {
                return true;
            }
            Thread.onSpinWait();
        }
        long start = System.nanoTime();
        for (int i = 0; i < yields && System.nanoTime() - start < LONGEST_NANOS; i++) {
            if (reading.hasMessage()) {
                return true;
            }
            Thread.yield();
        }
        return reading.hasMessage();
    }

    void fallsAsleep() {
        asleepSince = System.nanoTime();
    }

    void awoke() {
        boolean wasShort = System.nanoTime() - asleepSince < SHORT_NANOS;
        yields = wasShort ? Math.min(MOST_YIELDS, yields * 2) : Math.max(1, yields / 2);
    }
}
