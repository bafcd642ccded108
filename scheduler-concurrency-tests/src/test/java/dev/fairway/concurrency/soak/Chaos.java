package dev.fairway.concurrency.soak;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One primitive, and threads that do to it whatever its users may do, in any order. What they do is drawn from the seed, each thread
 * from numbers of its own; how they meet is up to the machine. When the time is over they stop, the primitive is closed, and the
 * books are compared: what the threads have put in and seen come out with what the primitive says of itself.
 */
abstract class Chaos {
    /** How long something may take that must happen. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    final String name;
    final Random random;
    private final long seed;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch failed = new CountDownLatch(1);
    private volatile boolean stopped;

    Chaos(String name, long seed) {
        this.name = name;
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** What a thread does again and again. An interrupt ends the step, not the thread. */
    @FunctionalInterface
    interface Step {
        void take(Random random) throws Exception;
    }

    /** Starts what the threads use, and the threads. */
    abstract void start() throws Exception;

    /** Ends it, with no thread of {@link #hammer} running any more, and compares the books. */
    abstract void end() throws Exception;

    /** Runs it for a while; throws when anything was not as it must be. */
    final void run(Duration time) throws InterruptedException {
        try {
            start();
            failed.await(time.toNanos(), TimeUnit.NANOSECONDS);
            stop();
            if (failures.isEmpty()) {
                end();
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable failure) {
            fail(failure);
        } finally {
            stopped = true;
        }
        Throwable failure = failures.poll();
        if (failure != null) {
            throw new AssertionError(name + ", seed " + seed + ": " + failure, failure);
        }
    }

    /** Something is not as it must be. */
    final void fail(Throwable failure) {
        failures.add(failure);
        failed.countDown();
    }

    final void hammer(String what, Step step) {
        Random own = new Random(random.nextLong());
        Thread thread = new Thread(
                () -> {
                    while (!stopped) {
                        try {
                            step.take(own);
                        } catch (InterruptedException e) {
                            Thread.onSpinWait(); // by who interrupts; the step has told what it left
                        } catch (Throwable failure) {
                            fail(failure);
                            return;
                        }
                        Thread.interrupted();
                    }
                },
                name + "-" + what + "-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Interrupts one of the threads that were started before, now and then. */
    final void interruptNowAndThen() {
        List<Thread> victims = List.copyOf(threads);
        hammer("interrupter", own -> {
            pause(own, 2_000);
            victims.get(own.nextInt(victims.size())).interrupt();
        });
    }

    final boolean isStopped() {
        return stopped;
    }

    /** Threads that wait for what no longer comes are interrupted until they notice. */
    private void stop() throws InterruptedException {
        stopped = true;
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                thread.interrupt();
                thread.join(10);
                if (System.nanoTime() - deadline > 0) {
                    AssertionError stuck = new AssertionError(thread.getName() + " does not come back");
                    stuck.setStackTrace(thread.getStackTrace());
                    fail(stuck);
                    return;
                }
            }
        }
    }

    /** Up to so many microseconds, to let others get ahead; nothing depends on it. */
    static void pause(Random random, int mostMicros) {
        LockSupport.parkNanos(1_000L * random.nextInt(mostMicros));
    }

    final void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(what + ": not within " + LIMIT);
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** No thread whose name has a text is left. */
    final void noThreadIsLeft(String text) throws InterruptedException {
        await(
                "no thread '" + text + "' is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().contains(text)));
    }
}
