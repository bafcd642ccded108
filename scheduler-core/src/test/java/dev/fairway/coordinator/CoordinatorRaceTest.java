package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What must hold whatever the threads do. */
class CoordinatorRaceTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    /** A function that notices a second thread, and keeps plain state. */
    private static final class Detector implements WorkerFunction<Work, String> {
        private final String name;
        private final AtomicBoolean inside = new AtomicBoolean();
        private final AtomicLong entered = new AtomicLong();
        private long plain;

        Detector(String name) {
            this.name = name;
        }

        @Override
        public String process(Work task) throws Exception {
            assertThat(inside.compareAndSet(false, true)).as("alone in " + name).isTrue();
            try {
                plain++;
                assertThat(plain).isEqualTo(entered.incrementAndGet());
                return task.run(name);
            } finally {
                inside.set(false);
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

    /**
     * A million joins that begin before, while and after their tasks end; in the original, a signal that came first was missed. Each
     * task is joined at once, after a moment that grows from nothing to longer than it takes, and once more when all have ended.
     */
    @Test
    void ofAMillionJoinsNoneIsLost() {
        int submitters = 4;
        int each = 125_000;
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().capacity(1_000_000).build()) {
            Work.addWorkers(coordinator, "a", "b", "c");
            LongAdder joins = new LongAdder();
            Work work = Work.named();
            threads.startTogether(submitters, t -> {
                List<TaskHandle<Completed<String>>> window = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    window.add(coordinator.submit(work));
                    if (window.size() <= i % 64) {
                        continue; // of each window, the last are joined before they have started
                    }
                    for (int spin = i % 256; spin > 0; spin--) {
                        Thread.onSpinWait();
                    }
                    joinTwice(window, joins);
                }
                joinTwice(window, joins);
            });
            threads.join();
            assertThat(joins.sum()).isEqualTo(2L * submitters * each);
            assertThat(coordinator.stats().completed()).isEqualTo((long) submitters * each);
            assertIdentity(coordinator.stats());
        }
    }

    private static void joinTwice(List<TaskHandle<Completed<String>>> handles, LongAdder joins) {
        for (int i = handles.size() - 1; i >= 0; i--) {
            Completed<String> completed = handles.get(i).join();
            assertThat(handles.get(i).join()).isSameAs(completed);
            joins.add(2);
        }
        handles.clear();
    }

    @Test
    void severalThreadsMayJoinTheSameHandles() {
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().capacity(1_000_000).build()) {
            Work.addWorkers(coordinator, "a", "b");
            List<TaskHandle<Completed<String>>> handles = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                handles.add(coordinator.submit(Work.named()));
            }
            threads.startTogether(4, t -> handles.forEach(TaskHandle::join));
            threads.join();
        }
    }

    /** Workers come, go and are replaced while tasks of every affinity are submitted, joined and cancelled. */
    @Test
    void underRemovalAndReplacementEveryHandleEndsAndNoWorkerIsEnteredTwice() {
        String[] names = {"a", "b", "c", "d"};
        ConcurrentLinkedQueue<TaskHandle<Completed<String>>> handles = new ConcurrentLinkedQueue<>();
        try (Coordinator<Work, String> coordinator = Work.coordinator()
                .capacity(1_000_000)
                .failuresToQuarantine(3)
                .quarantineBackOff(Duration.ofNanos(1_000), Duration.ofMillis(1))
                .build()) {
            List<Detector> detectors = new ArrayList<>();
            for (String name : names) {
                Detector detector = new Detector(name);
                detectors.add(detector);
                coordinator.addWorker(name, detector);
            }
            AtomicBoolean stop = new AtomicBoolean();
            Thread churn = threads.start(() -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                while (!stop.get()) {
                    int i = random.nextInt(names.length);
                    switch (random.nextInt(5)) {
                        case 0 -> coordinator.removeWorker(names[i]);
                        case 1 -> {
                            if (coordinator.workers().contains(names[i])) {
                                try {
                                    coordinator.quarantine(names[i]);
                                    coordinator.release(names[i]);
                                } catch (NoSuchWorkerException e) {
                                    throw new AssertionError("nobody else removes workers", e);
                                }
                            }
                        }
                        default -> coordinator.addWorker(names[i], detectors.get(i));
                    }
                    assertIdentity(coordinator.stats());
                }
                for (int i = 0; i < names.length; i++) {
                    coordinator.addWorker(names[i], detectors.get(i));
                }
            });
            Thread[] submitters = new Thread[3];
            for (int s = 0; s < submitters.length; s++) {
                submitters[s] = threads.start(() -> {
                    ThreadLocalRandom random = ThreadLocalRandom.current();
                    for (int i = 0; i < 8_000; i++) {
                        String name = names[random.nextInt(names.length)];
                        Affinity affinity = switch (random.nextInt(4)) {
                            case 0 -> Affinity.require(name);
                            case 1 -> Affinity.requireWithin(name, Duration.ofSeconds(30));
                            case 2 -> Affinity.prefer(name);
                            default -> Affinity.any();
                        };
                        Work work = random.nextInt(4) == 0 ? Work.failing(new Exception("on purpose")) : Work.named();
                        TaskHandle<Completed<String>> handle = coordinator.submit(work, affinity);
                        handles.add(handle);
                        if (random.nextInt(8) == 0) {
                            handle.cancel(CancelOption.INTERRUPT_RUNNING);
                        }
                    }
                });
            }
            for (Thread submitter : submitters) {
                join(submitter);
            }
            stop.set(true);
            join(churn);
            for (TaskHandle<Completed<String>> handle : handles) {
                try {
                    handle.join(Threads.LIMIT);
                } catch (TaskFailedException e) {
                    assertThat(e.getCause()).hasMessage("on purpose");
                } catch (NoSuchWorkerException | CancellationException expected) {
                    // by removal, by cancel
                } catch (Exception e) {
                    throw new AssertionError(handle + " in " + coordinator.stats(), e);
                }
            }
            Threads.awaitThat(() -> coordinator.stats().running() == 0);
            CoordinatorStats stats = coordinator.stats();
            assertIdentity(stats);
            assertThat(stats.waiting()).isZero();
            assertThat(stats.accepted()).isEqualTo(24_000);
        }
        threads.join();
    }

    private static void join(Thread thread) {
        try {
            thread.join(Threads.LIMIT.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).isFalse();
    }

    /** A cancel hits a task before, at or after its start and its end: one of them decides, and both sides agree. */
    @Test
    void eitherACancelOrTheTaskDecidesTheOutcome() {
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().capacity(1_000_000).build()) {
            Work.addWorkers(coordinator, "a", "b");
            long[] cancels = new long[2];
            threads.startTogether(2, t -> {
                for (int i = 0; i < 20_000; i++) {
                    TaskHandle<Completed<String>> handle = coordinator.submit(Work.named());
                    for (int spin = i % 200; spin > 0; spin--) {
                        Thread.onSpinWait();
                    }
                    boolean cancelled = i % 2 == 0 ? handle.cancel() : handle.cancel(CancelOption.INTERRUPT_RUNNING);
                    if (cancelled) {
                        cancels[t]++;
                    }
                    boolean failed = false;
                    try {
                        handle.join();
                    } catch (CancellationException e) {
                        failed = true;
                    }
                    assertThat(failed).isEqualTo(cancelled);
                }
            });
            threads.join();
            Threads.awaitThat(() -> coordinator.stats().running() == 0);
            assertThat(coordinator.stats().cancelled()).isEqualTo(cancels[0] + cancels[1]);
            assertIdentity(coordinator.stats());
        }
    }

    /** An interrupt that is meant for one task must not reach the next that the same thread runs. */
    @Test
    void anInterruptNeverReachesAnotherTask() {
        ConcurrentLinkedQueue<String> interrupted = new ConcurrentLinkedQueue<>();
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().capacity(1_000_000).build()) {
            Work.addWorkers(coordinator, "a");
            for (int i = 0; i < 20_000; i++) {
                TaskHandle<Completed<String>> victim = coordinator.submit(Work.named());
                TaskHandle<Completed<String>> bystander = coordinator.submit(worker -> {
                    if (Thread.currentThread().isInterrupted()) {
                        interrupted.add(worker);
                    }
                    return worker;
                });
                for (int spin = i % 300; spin > 0; spin--) {
                    Thread.onSpinWait();
                }
                victim.cancel(CancelOption.INTERRUPT_RUNNING);
                bystander.join();
            }
        }
        assertThat(interrupted).isEmpty();
    }

    /**
     * A submit has made a watch and is about to start it when a shutdown finds it and wakes it, so that it may go. Only one of
     * them starts it.
     */
    @Test
    void aWatchThatIsJustBeingStartedIsNotStartedTwice() {
        for (int i = 0; i < 3_000; i++) {
            Coordinator<Work, String> coordinator = Work.coordinator().build();
            threads.startTogether(2, t -> {
                if (t == 0) {
                    coordinator.submit(Work.named(), Affinity.requireWithin("a", Duration.ofDays(1)));
                } else {
                    while (coordinator.stats().waiting() == 0) {
                        Thread.onSpinWait();
                    }
                    coordinator.shutdownNow();
                }
            });
            threads.join();
        }
        assertThat(logs.warnings()).isEmpty();
    }
}
