package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Everything at once: tasks of every affinity that throw, take too long and call one another; cancels; workers that come, go, are
 * replaced, put aside and released. Whatever happens, every handle ends, the accounts are right, and no worker is entered by two threads.
 */
class CoordinatorChurnTest {
    private static final int SUBMITTERS = 3;
    private static final int SUBMITS = 3_000;
    private static final int STEPS = 1_500;
    private static final String[] NAMES = {"a", "b", "c", "d", "e"};

    @RegisterExtension
    final Threads threads = new Threads();

    private final Coordinator<Work, String> coordinator = Work.coordinator()
            .name("churn")
            .capacity(200)
            .failuresToQuarantine(3)
            .quarantineBackOff(Duration.ofNanos(10_000), Duration.ofMillis(2))
            .build();
    private final Map<String, AtomicReference<Thread>> inside = new HashMap<>();
    private final Queue<TaskHandle<Completed<String>>> handles = new ConcurrentLinkedQueue<>();
    private final Queue<TaskHandle<Completed<String>>> toCancel = new ConcurrentLinkedQueue<>();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final AtomicBoolean done = new AtomicBoolean();

    /** A worker's function, which notices a thread that is not the one that is inside. */
    private String process(String name, Work task) throws Exception {
        AtomicReference<Thread> owner = inside.get(name);
        Thread self = Thread.currentThread();
        if (owner.get() == self) {
            return task.run(name);
        }
        if (!owner.compareAndSet(null, self)) {
            throw new AssertionError("two threads in worker " + name);
        }
        try {
            return task.run(name);
        } finally {
            owner.set(null);
        }
    }

    private static Affinity anyAffinity() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String name = NAMES[random.nextInt(NAMES.length)];
        return switch (random.nextInt(8)) {
            case 0 -> Affinity.require(name);
            case 1 -> Affinity.requireWithin(name, Duration.ofMillis(5));
            case 2 -> Affinity.prefer(name);
            default -> Affinity.any();
        };
    }

    private Work anyWork(int depth) {
        return switch (ThreadLocalRandom.current().nextInt(12)) {
            case 0 -> Work.failing(new Exception("on purpose"));
            case 1 ->
                worker -> {
                    Thread.yield();
                    return worker;
                };
            case 2, 3 -> depth == 0 ? Work.named() : calling(depth - 1);
            default -> Work.named();
        };
    }

    /** Work that submits other work and waits for it; it fails when that fails, or must not be waited for. */
    private Work calling(int depth) {
        return worker -> {
            TaskHandle<Completed<String>> called = submit(anyWork(depth));
            return called == null ? worker : called.join().worker();
        };
    }

    /** Null when it was rejected. */
    private TaskHandle<Completed<String>> submit(Work work) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        try {
            TaskHandle<Completed<String>> handle = random.nextInt(10) == 0
                    ? coordinator.submit(work, anyAffinity(), Duration.ofNanos(1 + random.nextInt(2_000_000)))
                    : coordinator.submit(work, anyAffinity());
            accepted.increment();
            handles.add(handle);
            if (random.nextInt(8) == 0) {
                toCancel.add(handle);
            }
            return handle;
        } catch (RejectedTaskException e) {
            rejected.increment();
            Thread.yield();
            return null;
        }
    }

    private void add(String name) {
        coordinator.addWorker(name, task -> process(name, task));
    }

    private void step() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String name = NAMES[random.nextInt(NAMES.length)];
        switch (random.nextInt(8)) {
            case 0, 1 -> coordinator.removeWorker(name);
            case 2 -> List.of(NAMES).forEach(coordinator::removeWorker);
            case 3 -> steer(name, true);
            case 4 -> steer(name, false);
            default -> add(name);
        }
        assertIdentity(coordinator.stats());
    }

    private void steer(String name, boolean aside) {
        if (coordinator.workers().contains(name)) { // only this thread removes
            if (aside) {
                coordinator.quarantine(name);
            } else {
                coordinator.release(name);
            }
        }
    }

    private void cancelSome() {
        while (!done.get()) {
            TaskHandle<Completed<String>> handle = toCancel.poll();
            if (handle == null) {
                Thread.yield();
            } else if (ThreadLocalRandom.current().nextBoolean()) {
                handle.cancel(CancelOption.INTERRUPT_RUNNING);
            } else {
                handle.cancel();
            }
        }
    }

    private static void assertIdentity(CoordinatorStats stats) {
        assertThat(stats.completed()
                        + stats.failed()
                        + stats.cancelled()
                        + stats.refused()
                        + stats.waiting()
                        + stats.running())
                .as("%s", stats)
                .isEqualTo(stats.accepted());
    }

    @Test
    void everyHandleEndsAndTheAccountsAreRight() throws Exception {
        for (String name : NAMES) {
            inside.put(name, new AtomicReference<>());
            add(name);
        }
        CountDownLatch submitted = new CountDownLatch(SUBMITTERS);
        CountDownLatch steady = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        threads.startTogether(SUBMITTERS, t -> {
            for (int i = 0; i < SUBMITS; i++) {
                submit(anyWork(3));
            }
            submitted.countDown();
        });
        threads.start(this::cancelSome);
        threads.start(() -> {
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            for (String name : NAMES) {
                add(name);
            }
            steady.countDown();
        });
        threads.start(() -> {
            submitted.await();
            steady.await();
            for (TaskHandle<Completed<String>> handle = handles.poll(); handle != null; handle = handles.poll()) {
                joinWhateverBecomesOfIt(handle);
            }
            done.set(true);
            Threads.awaitThat(() -> coordinator.stats().running() == 0);
            CoordinatorStats stats = coordinator.stats();
            assertIdentity(stats);
            assertThat(stats.waiting()).isZero();
            assertThat(stats.accepted()).isEqualTo(accepted.sum());
            assertThat(stats.rejected()).isEqualTo(rejected.sum());
            assertThat(coordinator.close(Threads.LIMIT).isClean()).isTrue();
            closed.countDown();
        });
        // Nothing here touches the coordinator: a lock that is never released must fail the test, not hang it.
        if (!closed.await(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            done.set(true);
            throw new AssertionError("it hangs, or a thread failed:\n" + stacks());
        }
        threads.join();
        assertThat(Threads.named("churn")).isEmpty();
    }

    private static void joinWhateverBecomesOfIt(TaskHandle<Completed<String>> handle) throws Exception {
        try {
            handle.join(Threads.LIMIT);
        } catch (TaskFailedException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof AssertionError broken) {
                    throw broken;
                }
            }
        } catch (NoSuchWorkerException | CancellationException expected) {
            // by removal, by cancel
        } catch (TimeoutException e) {
            throw new AssertionError(handle + " does not end", e);
        }
    }

    private static String stacks() {
        StringBuilder text = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, frames) -> {
            if (thread.getName().startsWith("churn") || thread.getName().startsWith("test-")) {
                text.append(thread.getName())
                        .append(' ')
                        .append(thread.getState())
                        .append('\n');
                for (StackTraceElement frame : frames) {
                    text.append("    ").append(frame).append('\n');
                }
            }
        });
        return text.toString();
    }
}
