package dev.fairway.benchmarks.coordinator;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Workers whose tasks take different times, which they spend asleep: there are fewer processors than workers. A sleep takes some 60
 * microseconds longer than it should; so tasks take milliseconds, and what they really took is what the ideal is computed from.
 */
final class Speeds {
    private static final int PADDING = 16;

    private final long[] nanos;

    /** For each worker the number of its tasks and how long they took, in cache lines of its own. */
    private final AtomicLongArray counts;

    private final AtomicLongArray times;

    Speeds(long... micros) {
        nanos = Arrays.stream(micros).map(TimeUnit.MICROSECONDS::toNanos).toArray();
        counts = new AtomicLongArray(micros.length * PADDING);
        times = new AtomicLongArray(micros.length * PADDING);
    }

    int workers() {
        return nanos.length;
    }

    /** A task of that worker. */
    void work(int worker) {
        long start = System.nanoTime();
        long now = start;
        for (; now - start < nanos[worker]; now = System.nanoTime()) {
            LockSupport.parkNanos(nanos[worker] - (now - start));
        }
        counts.incrementAndGet(worker * PADDING);
        times.addAndGet(worker * PADDING, now - start);
    }

    /** Forgets what was counted before. */
    void reset() {
        for (int i = 0; i < workers() * PADDING; i++) {
            counts.set(i, 0);
            times.set(i, 0);
        }
    }

    long tasks() {
        long sum = 0;
        for (int worker = 0; worker < workers(); worker++) {
            sum += counts.get(worker * PADDING);
        }
        return sum;
    }

    /** How long all tasks take when no worker ever waits for one and none has one left when the others are done, in nanoseconds. */
    double ideal() {
        double perNano = 0;
        for (int worker = 0; worker < workers(); worker++) {
            long count = counts.get(worker * PADDING);
            perNano += count == 0 ? 1.0 / nanos[worker] : (double) count / times.get(worker * PADDING);
        }
        return tasks() / perNano;
    }
}
