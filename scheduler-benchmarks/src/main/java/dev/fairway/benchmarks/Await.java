package dev.fairway.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for what must happen. */
public final class Await {
    private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(2);

    /** Between two looks at the condition. */
    private static final long BETWEEN_LOOKS_NANOS = 20_000;

    private Await() {}

    public static void until(BooleanSupplier condition, Supplier<String> what) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > MOST_NANOS) {
                throw new IllegalStateException("gave up waiting: " + what.get());
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    public static void termination(ExecutorService pool) {
        until(pool::isTerminated, pool::toString);
    }

    public static void end(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts benchmarks", e);
        }
    }
}
