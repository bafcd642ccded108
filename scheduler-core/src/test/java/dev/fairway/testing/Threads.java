package dev.fairway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.internal.BriefLock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The threads of one test: all are joined when it ends, and what one of them throws fails it. */
public final class Threads implements AfterEachCallback {
    /** How long a test waits for something that must happen; it never has to wait for this to pass. */
    public static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<Thread> started = new CopyOnWriteArrayList<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    /** Starts a thread. */
    public Thread start(Code code) {
        Thread thread = new Thread(
                () -> {
                    try {
                        code.run();
                    } catch (Throwable t) {
                        failures.add(t);
                    }
                },
                "test-" + started.size());
        thread.setDaemon(true);
        started.add(thread);
        thread.start();
        return thread;
    }

    /** Starts threads that begin together. */
    public void startTogether(int count, IndexedCode code) {
        CountDownLatch ready = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            int index = i;
            start(() -> {
                ready.countDown();
                ready.await();
                code.run(index);
            });
        }
    }

    /** Waits for the end of all threads started so far, and fails when one of them has failed. */
    public void join() {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (Thread thread : started) {
            try {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while threads still ran", e);
            }
            if (thread.isAlive()) {
                AssertionError stuck = new AssertionError(thread.getName() + " still runs: " + thread.getState());
                stuck.setStackTrace(thread.getStackTrace());
                throw stuck;
            }
        }
        started.clear();
        Throwable failure = failures.poll();
        if (failure != null) {
            throw new AssertionError("a thread of the test failed: " + failure, failure);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        join();
    }

    /** Returns once the thread is parked or blocked. */
    public static void awaitBlocked(Thread thread) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(1)).until(() -> switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            case TERMINATED -> throw new AssertionError(thread.getName() + " did not wait");
            default -> false;
        });
    }

    /** Returns once the thread waits for the lock, has ended, or something has come true that must not before. */
    public static void awaitAt(BriefLock lock, Thread thread, BooleanSupplier tooEarly) {
        awaitThat(() -> LockSupport.getBlocker(thread) == lock || !thread.isAlive() || tooEarly.getAsBoolean());
    }

    /** Whether the thread waits for the lock, which the test holds, with nothing done that must not be before. */
    public static boolean isHeldUp(BriefLock lock, Thread thread, BooleanSupplier tooEarly) {
        awaitAt(lock, thread, tooEarly);
        return thread.isAlive() && !tooEarly.getAsBoolean();
    }

    /** As {@link #isHeldUp(BriefLock, Thread, BooleanSupplier)}, for a thread that waits for a monitor. */
    public static boolean isHeldUpAtMonitor(Thread thread, BooleanSupplier tooEarly) {
        awaitThat(() -> thread.getState() == Thread.State.BLOCKED || !thread.isAlive() || tooEarly.getAsBoolean());
        return thread.isAlive() && !tooEarly.getAsBoolean();
    }

    /** Waits for a latch; fails when it does not open. */
    public static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("it happened in time")
                .isTrue();
    }

    /** Returns once something has come true that no latch tells of. */
    public static void awaitThat(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(condition);
    }

    /** The live threads whose names contain a text. */
    public static List<Thread> named(String text) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains(text))
                .toList();
    }

    /** Code of a test. */
    @FunctionalInterface
    public interface Code {
        void run() throws Exception;
    }

    /** Code of one of several threads. */
    @FunctionalInterface
    public interface IndexedCode {
        void run(int index) throws Exception;
    }
}
