package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.CancelOption;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Cancel against offers and commits, with eight producers: whatever the interleaving, every accepted task has exactly one
 * outcome, and the report of a cancel says exactly which.
 */
class CancelCommitRaceTest {
    private static final int PRODUCERS = 8;

    @RegisterExtension
    final Threads threads = new Threads();

    /**
     * All is accepted before the cancel, and workers process and commit while it comes. So what is accepted before P is known
     * exactly. A commit that is called after the cancel has returned must be one that had begun: its worker was held up on the
     * last step, and the report knows of it.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void noCommitBeginsAfterCancelAllReturnedAndTheAccountIsExact(int workers) {
        int perProducer = 6;
        int accepted = PRODUCERS * perProducer;
        try (FairScheduler<Traced, Integer> scheduler = Traced.scheduler(workers)) {
            for (int iteration = 0; iteration < 400; iteration++) {
                Channel<Traced, Integer> channel = scheduler.openChannel("a" + iteration);
                AtomicBoolean returned = new AtomicBoolean();
                Queue<Traced> tasks = new ConcurrentLinkedQueue<>();
                channel.pause();
                threads.startTogether(PRODUCERS, p -> {
                    for (int i = 0; i < perProducer; i++) {
                        Traced task = new Traced(returned);
                        tasks.add(task);
                        assertThat(channel.offer(task)).isTrue();
                    }
                });
                threads.join();
                channel.resume();
                spin(iteration * 7 % 200);
                CancelReport report = channel.cancelAll();
                returned.set(true);

                channel.close();
                channel.terminated().toCompletableFuture().join();
                int committed = count(tasks, task -> task.commitEnded);
                int neverRan = count(tasks, task -> task.runs.get() == 0);
                assertThat(report.dropped()).as("dropped").isEqualTo(neverRan);
                assertThat(report.dropped() + report.suppressed() + committed)
                        .as("dropped + suppressed + (committing and decided before)")
                        .isEqualTo(accepted);
                assertThat(report.committing())
                        .as("committing")
                        .isBetween(
                                count(tasks, task -> task.commitCalledLate),
                                Math.min(workers, committed)); // also one whose code has just returned
                assertThat(tasks).allMatch(task -> task.runs.get() <= 1);
                assertBalance(channel.stats(), accepted, report.dropped(), report.suppressed());
            }
        }
    }

    /**
     * Commits wait until the cancel has returned: then nothing is decided before P, and {@code committing} is exactly the
     * commits that had begun when the call returned, since none begins between P and its return.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void commitsThatHaveBegunAreCountedExactly(int workers) {
        int accepted = 20;
        try (FairScheduler<Traced, Integer> scheduler = Traced.scheduler(workers)) {
            for (int iteration = 0; iteration < 500; iteration++) {
                Channel<Traced, Integer> channel = scheduler.openChannel("a" + iteration);
                CountDownLatch mayEnd = new CountDownLatch(1);
                List<Traced> tasks = new ArrayList<>();
                for (int i = 0; i < accepted; i++) {
                    Traced task = new Traced(new AtomicBoolean()).endingCommitAt(mayEnd);
                    tasks.add(task);
                    channel.offer(task);
                }
                spin(iteration * 13 % 300);
                CancelReport report = channel.cancelAll();
                int committing = report.committing();
                mayEnd.countDown();
                channel.close();
                channel.terminated().toCompletableFuture().join();

                assertThat(committing).as("committing").isEqualTo(count(tasks, task -> task.commitEnded));
                assertThat(report.dropped()).as("dropped").isEqualTo(count(tasks, task -> task.runs.get() == 0));
                assertThat(report.dropped() + report.suppressed() + committing).isEqualTo(accepted);
            }
        }
    }

    /**
     * Offers race with the cancel too. There is one point P for offers and for commits: in the order of one producer, what was
     * accepted before P may have ended in any way, but in the order of acceptance the dropped come after the started, and
     * after the last cancelled one all complete.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void offersAndCommitsAreCancelledAtOnePoint(int workers) {
        int perProducer = 60;
        try (FairScheduler<Traced, Integer> scheduler = Traced.scheduler(workers)) {
            for (int iteration = 0; iteration < 150; iteration++) {
                Channel<Traced, Integer> channel =
                        scheduler.openChannel("a" + iteration, ChannelOptions.capacity(PRODUCERS * perProducer));
                List<List<Traced>> tasks = new ArrayList<>();
                List<List<TaskHandle<Integer>>> handles = new ArrayList<>();
                for (int p = 0; p < PRODUCERS; p++) {
                    tasks.add(new ArrayList<>());
                    handles.add(new ArrayList<>());
                }
                CountDownLatch someAccepted = new CountDownLatch(PRODUCERS);
                int cancelAfter = 1 + iteration % 20;
                threads.startTogether(PRODUCERS, p -> {
                    for (int i = 0; i < perProducer; i++) {
                        Traced task = new Traced(new AtomicBoolean());
                        tasks.get(p).add(task);
                        handles.get(p).add(channel.submit(task));
                        if (i == cancelAfter) {
                            someAccepted.countDown();
                        }
                    }
                });
                CancelReport[] report = new CancelReport[1];
                threads.start(() -> {
                    someAccepted.await();
                    report[0] = channel.cancelAll();
                });
                threads.join();
                channel.close();
                channel.terminated().toCompletableFuture().join();

                int dropped = 0;
                int suppressed = 0;
                for (int p = 0; p < PRODUCERS; p++) {
                    StringBuilder outcomes = new StringBuilder();
                    for (int i = 0; i < perProducer; i++) {
                        char outcome =
                                tasks.get(p).get(i).outcome(handles.get(p).get(i));
                        outcomes.append(outcome);
                        dropped += outcome == 'd' ? 1 : 0;
                        suppressed += outcome == 's' ? 1 : 0;
                    }
                    assertThat(outcomes.toString()).matches("[cs]*d*c*");
                }
                assertThat(report[0].dropped()).as("dropped").isEqualTo(dropped);
                assertThat(report[0].suppressed()).as("suppressed").isEqualTo(suppressed);
                assertBalance(channel.stats(), PRODUCERS * perProducer, dropped, suppressed);
            }
        }
    }

    /** Several cancels, and cancels of single tasks among them: no task is in two reports, none is in none. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void noTaskIsInTwoReports(int workers) {
        int perProducer = 40;
        try (FairScheduler<Traced, Integer> scheduler = Traced.scheduler(workers)) {
            for (int iteration = 0; iteration < 150; iteration++) {
                Channel<Traced, Integer> channel = scheduler.openChannel("a" + iteration);
                Queue<Traced> tasks = new ConcurrentLinkedQueue<>();
                Queue<TaskHandle<Integer>> handles = new ConcurrentLinkedQueue<>();
                AtomicInteger dropped = new AtomicInteger();
                AtomicInteger suppressed = new AtomicInteger();
                AtomicInteger byHandle = new AtomicInteger();
                AtomicBoolean done = new AtomicBoolean();
                CountDownLatch producing = new CountDownLatch(PRODUCERS);
                threads.startTogether(PRODUCERS, p -> {
                    for (int i = 0; i < perProducer; i++) {
                        Traced task = new Traced(new AtomicBoolean());
                        tasks.add(task);
                        TaskHandle<Integer> handle = channel.submit(task);
                        handles.add(handle);
                        if (i % 3 == p % 3) {
                            byHandle.addAndGet(handle.cancel() ? 1 : 0);
                        }
                    }
                    producing.countDown();
                });
                for (int canceller = 0; canceller < 2; canceller++) {
                    CancelOption[] options =
                            canceller == 0 ? new CancelOption[0] : new CancelOption[] {CancelOption.INTERRUPT_RUNNING};
                    threads.start(() -> {
                        do {
                            CancelReport report = channel.cancelAll(options);
                            dropped.addAndGet(report.dropped());
                            suppressed.addAndGet(report.suppressed());
                        } while (!done.get());
                    });
                }
                threads.start(() -> {
                    producing.await();
                    done.set(true);
                });
                threads.join();
                channel.close();
                channel.terminated().toCompletableFuture().join();

                int cancelled = 0;
                for (TaskHandle<Integer> handle : handles) {
                    cancelled += handle.state() == TaskState.CANCELLED ? 1 : 0;
                }
                assertThat(dropped.get() + suppressed.get() + byHandle.get())
                        .as("reports and handles together")
                        .isEqualTo(cancelled);
                assertThat(count(tasks, task -> task.commitEnded) + cancelled)
                        .as("committed or cancelled")
                        .isEqualTo(PRODUCERS * perProducer);
                ChannelStats stats = channel.stats();
                assertThat(stats.cancelled() + stats.suppressed()).isEqualTo(cancelled);
                assertThat(stats.completed()).isEqualTo(count(tasks, task -> task.commitEnded));
            }
        }
    }

    /** The decision for one task: the handle's cancel is true, or its commit runs, and never both or neither. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eitherTheCancelOrTheCommitWins(boolean interrupting) {
        CancelOption[] options =
                interrupting ? new CancelOption[] {CancelOption.INTERRUPT_RUNNING} : new CancelOption[0];
        try (FairScheduler<Traced, Integer> scheduler = Traced.scheduler(2)) {
            List<Traced> tasks = new ArrayList<>();
            List<Boolean> cancelled = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                Traced task = new Traced(new AtomicBoolean());
                TaskHandle<Integer> handle = scheduler.submit("a", task);
                spin(i % 100);
                tasks.add(task);
                cancelled.add(handle.cancel(options));
            }
            scheduler.findChannel("a").orElseThrow().close();
            Threads.awaitThat(() -> scheduler.channels().isEmpty());
            for (int i = 0; i < tasks.size(); i++) {
                assertThat(tasks.get(i).commitEnded).as("task %s", i).isNotEqualTo(cancelled.get(i));
            }
        }
    }

    /** Two threads cancel the same task: true only for the call that decided. */
    @RepeatedTest(3)
    void onlyOneOfSeveralCancelsOfATaskIsTrue() {
        try (FairScheduler<Traced, Integer> scheduler = Traced.scheduler(1)) {
            List<TaskHandle<Integer>> handles = new ArrayList<>();
            List<Traced> tasks = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                tasks.add(new Traced(new AtomicBoolean()));
                handles.add(scheduler.submit("a", tasks.get(i)));
            }
            AtomicInteger won = new AtomicInteger();
            threads.startTogether(3, t -> handles.forEach(handle -> won.addAndGet(handle.cancel() ? 1 : 0)));
            threads.join();
            scheduler.findChannel("a").orElseThrow().close();
            Threads.awaitThat(() -> scheduler.channels().isEmpty());
            assertThat(won.get() + count(tasks, task -> task.commitEnded)).isEqualTo(1_000);
        }
    }

    private static void assertBalance(ChannelStats stats, int accepted, int dropped, int suppressed) {
        assertThat(stats.accepted()).as("accepted").isEqualTo(accepted);
        assertThat(stats.cancelled()).as("cancelled").isEqualTo(dropped);
        assertThat(stats.suppressed()).as("suppressed").isEqualTo(suppressed);
        assertThat(stats.completed()).as("completed").isEqualTo(accepted - dropped - suppressed);
        assertThat(stats.started()).as("started").isEqualTo(accepted - dropped);
        assertThat(stats.waiting()).as("waiting").isZero();
        assertThat(stats.running()).as("running").isZero();
    }

    private static void spin(int times) {
        for (int i = 0; i < times * 10; i++) {
            Thread.onSpinWait();
        }
    }

    private static int count(Iterable<Traced> tasks, Predicate<Traced> what) {
        int count = 0;
        for (Traced task : tasks) {
            count += what.test(task) ? 1 : 0;
        }
        return count;
    }

    /** A task that writes down what happens to it. */
    private static final class Traced {
        final AtomicBoolean cancelReturned;
        final AtomicInteger runs = new AtomicInteger();
        private CountDownLatch mayEnd = new CountDownLatch(0);
        volatile boolean commitCalledLate;
        volatile boolean commitEnded;

        Traced(AtomicBoolean cancelReturned) {
            this.cancelReturned = cancelReturned;
        }

        static FairScheduler<Traced, Integer> scheduler(int workers) {
            return FairScheduler.<Traced, Integer>processing(task -> task.runs.incrementAndGet())
                    .committing((task, runs) -> task.commit())
                    .workers(workers)
                    .build();
        }

        Traced endingCommitAt(CountDownLatch latch) {
            mayEnd = latch;
            return this;
        }

        private void commit() throws InterruptedException {
            commitCalledLate = cancelReturned.get();
            mayEnd.await();
            commitEnded = true;
        }

        /** c: completed, s: suppressed, d: dropped. */
        char outcome(TaskHandle<Integer> handle) {
            boolean cancelled = handle.state() == TaskState.CANCELLED;
            assertThat(commitEnded).as("committed").isEqualTo(!cancelled);
            return !cancelled ? 'c' : runs.get() == 0 ? 'd' : 's';
        }
    }
}
