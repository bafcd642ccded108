package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.DrainReport;
import dev.fairway.DrainReport.Unfinished;
import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing a scheduler. */
class CloseTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    private final Gate gate = new Gate();

    private static void awaitEnd(FairScheduler<?, ?> scheduler) throws Exception {
        scheduler.terminated().toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** One thread joins the task, and must not take its dependents over: nobody would wait for them. */
    @Test
    void closeReturnsAfterTheDependentsOfATaskThatOthersJoin() throws Exception {
        Gate process = new Gate();
        Gate dependent = new Gate();
        CountDownLatch taken = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        FairScheduler<Job, String> scheduler =
                Job.scheduler().name("desk").workers(1).build();
        TaskHandle<String> handle = scheduler.submit("a", Job.at(process));
        AtomicReference<Thread> joins = new AtomicReference<>();
        for (int i = 0; i < 2; i++) {
            CompletionStage<Void> unused = handle.completion().thenRun(() -> {
                if (Thread.currentThread() == joins.get()) {
                    taken.countDown();
                    dependent.passUninterruptibly();
                } else {
                    Threads.awaitThat(
                            () -> taken.getCount() == 0 || !joins.get().isAlive());
                }
                ended.incrementAndGet();
            });
        }
        joins.set(threads.start(handle::join));
        Threads.awaitBlocked(joins.get());
        process.open();
        Threads.awaitThat(() -> taken.getCount() == 0 || !joins.get().isAlive());
        scheduler.close();
        int endedBefore = ended.get();
        dependent.open();
        threads.join();
        assertThat(endedBefore).isEqualTo(2);
    }

    @Test
    void closeFinishesWhatWasAccepted() {
        Job job = Job.named("a");
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build();
        for (int i = 0; i < 1_000; i++) {
            scheduler.channel("c" + i % 3).offer(job);
        }
        DrainReport report = scheduler.close(Duration.ofSeconds(20));
        assertThat(job.committed).hasValue(1_000);
        assertThat(report.isClean()).isTrue();
        assertThat(report.owner()).isEqualTo(scheduler.name());
        assertThat(report.neverRan()).isZero();
        assertThat(scheduler.terminated().toCompletableFuture()).isDone();
    }

    @Test
    void aClosedSchedulerRefusesInEveryWayAndSaysSo() {
        FairScheduler<Job, String> scheduler = Job.scheduler().name("desk").build();
        Channel<Job, String> channel = scheduler.openChannel("bulk");
        scheduler.close();
        assertThat(scheduler.isClosed()).isTrue();
        assertThat(channel.isClosed()).isTrue();
        Job job = Job.named("refused");
        for (Threads.Code attempt : new Threads.Code[] {
            () -> channel.offer(job),
            () -> channel.offer(job, Duration.ofHours(1)),
            () -> channel.put(job),
            () -> channel.submit(job),
            () -> scheduler.submit("bulk", job),
            () -> scheduler.submit("new", job),
            () -> scheduler.channel("bulk"),
            () -> scheduler.openChannel("new"),
            () -> scheduler.openChannel("new", ChannelOptions.defaults())
        }) {
            assertThatExceptionOfType(RejectedTaskException.class)
                    .isThrownBy(attempt::run)
                    .withMessageContaining("'desk'")
                    .extracting(RejectedTaskException::reason)
                    .isEqualTo(Reason.SCHEDULER_CLOSED);
        }
    }

    @Test
    void nothingIsAcceptedWhileItDrains() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        Channel<Job, String> channel = scheduler.openChannel("a");
        TaskHandle<String> running = channel.submit(Job.at(gate));
        gate.awaitArrivals(1);
        TaskHandle<String> waiting = channel.submit(Job.named("waiting"));
        Threads.awaitBlocked(threads.start(scheduler::close));
        assertThat(scheduler.isClosed()).isTrue();
        assertThat(scheduler.terminated().toCompletableFuture()).isNotDone();
        assertThatExceptionOfType(RejectedTaskException.class).isThrownBy(() -> channel.offer(Job.named("late")));
        gate.open();
        threads.join();
        assertThat(running.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(waiting.state()).isEqualTo(TaskState.COMPLETED);
        awaitEnd(scheduler);
    }

    @Test
    void afterTheDrainTimeoutTheRestIsCancelledAndInterruptedAndReported() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        Job running = Job.of(() -> {
            try {
                gate.pass();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        });
        Job waiting = Job.named("waiting");
        FairScheduler<Job, String> scheduler =
                Job.scheduler().name("desk").workers(1).build();
        TaskHandle<String> runningHandle = scheduler.submit("a", running);
        gate.awaitArrivals(1);
        List<TaskHandle<String>> handles = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            handles.add(scheduler.submit("a", waiting));
            handles.add(scheduler.submit("b", waiting));
        }
        DrainReport report = scheduler.close(Duration.ofMillis(1));

        assertThat(report.owner()).isEqualTo("desk");
        assertThat(report.isClean()).isFalse();
        assertThat(report.neverRan()).isEqualTo(6);
        assertThat(report.running()).isEqualTo(1);
        assertThat(report.unfinished())
                .containsOnlyKeys("a", "b")
                .containsEntry("a", new Unfinished(3, 1))
                .containsEntry("b", new Unfinished(3, 0));
        assertThat(handles).allMatch(handle -> handle.state() == TaskState.CANCELLED);
        assertThat(runningHandle.state()).isEqualTo(TaskState.CANCELLED);
        awaitEnd(scheduler);
        assertThat(interrupted).isTrue();
        assertThat(waiting.processed).hasValue(0);
        assertThat(running.committed).hasValue(0);
    }

    /** The interrupted task's worker is free at once, while other channels still have to be cancelled. */
    @Test
    void afterTheDrainTimeoutNothingStartsAnyMoreInAnyChannel() throws Exception {
        for (int iteration = 0; iteration < 50; iteration++) {
            Gate running = new Gate();
            Job waiting = Job.named("waiting");
            FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build();
            scheduler.submit("busy", Job.at(running));
            scheduler.submit("busy", Job.at(running));
            running.awaitArrivals(2);
            for (int i = 0; i < 50; i++) {
                scheduler.submit("c" + i, waiting);
            }
            DrainReport report = scheduler.close(Duration.ZERO);
            awaitEnd(scheduler);
            assertThat(waiting.processed).hasValue(0);
            assertThat(report.neverRan()).isEqualTo(50);
        }
    }

    @Test
    void aChannelThatIsPausedWhileTheSchedulerDrainsIsNotWaitedFor() throws Exception {
        FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).drainTimeout(Duration.ofHours(1)).build();
        Gate worker = Gates.holdingWorkerOf(scheduler);
        Job waiting = Job.named("waiting");
        Channel<Job, String> channel = scheduler.openChannel("a");
        TaskHandle<String> handle = channel.submit(waiting);
        AtomicReference<DrainReport> report = new AtomicReference<>();
        Threads.awaitBlocked(threads.start(() -> report.set(scheduler.close(Duration.ofHours(1)))));
        channel.pause();
        worker.open();
        threads.join();
        assertThat(report.get().unfinished()).containsOnlyKeys("a").containsEntry("a", new Unfinished(1, 0));
        assertThat(handle.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(waiting.processed).hasValue(0);
    }

    @Test
    void closeReturnsAfterTheDependentsOfCancelledTasksToo() throws Exception {
        for (int i = 0; i < 100; i++) {
            Gate running = new Gate();
            AtomicInteger dependents = new AtomicInteger();
            FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
            List<TaskHandle<String>> handles = new ArrayList<>();
            handles.add(scheduler.submit("a", Job.at(running)));
            running.awaitArrivals(1);
            handles.add(scheduler.submit("a", Job.named("waiting")));
            handles.add(scheduler.submit("b", Job.named("waiting")));
            handles.forEach(handle -> handle.completion().whenComplete((result, failure) -> {
                Thread.yield();
                dependents.incrementAndGet();
            }));
            scheduler.close(Duration.ZERO);
            assertThat(dependents).hasValue(3);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1_000_000})
    void aDrainTimeoutOfZeroOrLessCancelsAtOnce(long nanos) throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        TaskHandle<String> running = scheduler.submit("a", Job.at(gate));
        gate.awaitArrivals(1);
        TaskHandle<String> waiting = scheduler.submit("a", Job.named("waiting"));
        DrainReport report = scheduler.close(Duration.ofNanos(nanos));
        assertThat(report.unfinished()).containsEntry("a", new Unfinished(1, 1));
        assertThatThrownBy(running::join).isInstanceOf(CancellationException.class);
        assertThatThrownBy(waiting::join).isInstanceOf(CancellationException.class);
        awaitEnd(scheduler);
    }

    @Test
    void whatNeverRanIsLoggedWithACount() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler()
                .name("desk")
                .workers(1)
                .drainTimeout(Duration.ZERO)
                .build();
        scheduler.submit("busy", Job.at(gate));
        gate.awaitArrivals(1);
        Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(2_000));
        for (int i = 0; i < 1_234; i++) {
            channel.offer(Job.named("never"));
        }
        scheduler.close();
        assertThat(logs.warnings())
                .anySatisfy(message -> assertThat(message).contains("desk").contains("1234"));
        awaitEnd(scheduler);
    }

    @Test
    void closeDoesNotWaitForPausedChannelsAndReportsWhatWaitsInThem() {
        FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).drainTimeout(Duration.ofHours(1)).build();
        Channel<Job, String> paused = scheduler.openChannel("paused");
        paused.pause();
        Job job = Job.named("a");
        TaskHandle<String> handle = paused.submit(job);
        paused.offer(job);
        Job other = Job.named("other");
        scheduler.channel("other").offer(other);
        DrainReport report = scheduler.close(Duration.ofHours(1));
        assertThat(report.unfinished()).containsOnlyKeys("paused").containsEntry("paused", new Unfinished(2, 0));
        assertThat(handle.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(job.processed).hasValue(0);
        assertThat(other.committed).hasValue(1);
        assertThat(scheduler.terminated().toCompletableFuture()).isDone();
    }

    @Test
    void closingTwiceIsHarmlessAndTheSecondWaitsForTheSameEnd() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        TaskHandle<String> handle = scheduler.submit("a", Job.at(gate));
        gate.awaitArrivals(1);
        Threads.awaitBlocked(threads.start(scheduler::close));
        Threads.awaitBlocked(threads.start(() -> {
            scheduler.close();
            assertThat(handle.state()).isEqualTo(TaskState.COMPLETED);
        }));
        gate.open();
        threads.join();
        scheduler.close();
        assertThat(scheduler.close(Duration.ZERO).isClean()).isTrue();
        assertThat(scheduler.shutdownNow()).isEmpty();
    }

    @Test
    void aCloserThatIsInterruptedCancelsTheRestAndKeepsItsFlag() throws Exception {
        FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).drainTimeout(Duration.ofHours(1)).build();
        TaskHandle<String> running = scheduler.submit("a", Job.at(gate));
        gate.awaitArrivals(1);
        TaskHandle<String> waiting = scheduler.submit("a", Job.named("waiting"));
        AtomicBoolean flag = new AtomicBoolean();
        Thread closer = threads.start(() -> {
            scheduler.close();
            flag.set(Thread.currentThread().isInterrupted());
        });
        Threads.awaitBlocked(closer);
        closer.interrupt();
        threads.join();
        assertThat(flag).isTrue();
        assertThat(running.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(waiting.state()).isEqualTo(TaskState.CANCELLED);
        awaitEnd(scheduler);
    }

    @Test
    void calledInsideATaskItOnlyStartsTheClose() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        AtomicReference<DrainReport> report = new AtomicReference<>();
        Channel<Job, String> channel = scheduler.openChannel("a");
        channel.pause();
        TaskHandle<String> closing = channel.submit(Job.of(() -> {
            scheduler.close();
            report.set(scheduler.close(Duration.ofHours(1)));
            assertThat(scheduler.isClosed()).isTrue();
        }));
        TaskHandle<String> waiting = channel.submit(Job.named("waiting"));
        channel.resume();
        closing.join();
        assertThat(report.get().isClean()).isTrue();
        assertThat(waiting.join()).isEqualTo("waiting");
        awaitEnd(scheduler);
    }

    @Test
    void calledInsideADependentItOnlyStartsTheClose() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        TaskHandle<String> handle = scheduler.submit("a", Job.at(gate));
        gate.awaitArrivals(1);
        TaskHandle<String> waiting = scheduler.submit("a", Job.named("waiting"));
        CompletableFuture<Thread> closedBy = handle.completion()
                .thenApply(result -> {
                    scheduler.close();
                    return Thread.currentThread();
                })
                .toCompletableFuture();
        gate.open();
        assertThat(closedBy.get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
        assertThat(waiting.join()).isEqualTo("waiting");
        awaitEnd(scheduler);
    }

    @Test
    void calledInsideAListenerItOnlyStartsTheClose() throws Exception {
        AtomicReference<FairScheduler<Job, String>> closing = new AtomicReference<>();
        FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .listener(new TaskListener<Job>() {
                    @Override
                    public void started(TaskEvent<Job> event) {
                        closing.get().close();
                    }
                })
                .build();
        closing.set(scheduler);
        Channel<Job, String> channel = scheduler.openChannel("a");
        channel.pause();
        TaskHandle<String> first = channel.submit(Job.named("first"));
        TaskHandle<String> second = channel.submit(Job.named("second"));
        channel.resume();
        assertThat(first.join()).isEqualTo("first");
        assertThat(second.join()).isEqualTo("second");
        awaitEnd(scheduler);
    }

    @Test
    void closeReturnsAfterTheDependentsOfAllAcceptedTasks() {
        for (int i = 0; i < 300; i++) {
            AtomicInteger dependents = new AtomicInteger();
            FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build();
            for (int task = 0; task < 4; task++) {
                scheduler.submit("a", Job.named("a")).completion().thenRun(() -> {
                    Thread.yield();
                    dependents.incrementAndGet();
                });
            }
            scheduler.close();
            assertThat(dependents).hasValue(4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noThreadIsLeftAfterTheClose(boolean now) throws Exception {
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        FairScheduler<Job, String> scheduler =
                Job.scheduler().name("leaves-nothing-" + now).workers(4).build();
        for (int i = 0; i < 4; i++) {
            scheduler.submit("c" + i, Job.of(() -> {
                workers.add(Thread.currentThread());
                gate.pass();
            }));
        }
        gate.awaitArrivals(4);
        assertThat(workers).hasSize(4).allMatch(thread -> thread.getName().contains(scheduler.name()));
        if (now) {
            scheduler.shutdownNow();
        }
        gate.open();
        scheduler.close();
        for (Thread worker : workers) {
            worker.join(Threads.LIMIT.toMillis());
            assertThat(worker.isAlive()).isFalse();
        }
        Threads.awaitThat(() -> Threads.named(scheduler.name()).isEmpty());
    }

    @Test
    void aThreadWhoseTaskIgnoresInterruptionIsNamedInTheLogAndCloseReturns() throws Exception {
        AtomicReference<Thread> worker = new AtomicReference<>();
        FairScheduler<Job, String> scheduler =
                Job.scheduler().name("desk").workers(1).build();
        TaskHandle<String> handle = scheduler.submit("deaf", Job.of(() -> {
            worker.set(Thread.currentThread());
            gate.passUninterruptibly();
        }));
        gate.awaitArrivals(1);
        DrainReport report = scheduler.close(Duration.ZERO);
        assertThat(report.unfinished()).containsEntry("deaf", new Unfinished(0, 1));
        assertThat(handle.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(logs.warnings())
                .anySatisfy(message -> assertThat(message).contains(worker.get().getName()));
        assertThat(scheduler.terminated().toCompletableFuture()).isNotDone();
        gate.open();
        awaitEnd(scheduler);
        worker.get().join(Threads.LIMIT.toMillis());
        assertThat(worker.get().isAlive()).isFalse();
    }

    @Test
    void aCommitIsNeverInterruptedByAClose() throws Exception {
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        TaskHandle<String> handle = scheduler.submit("a", Job.named("a").committing(() -> {
            gate.passUninterruptibly();
            interrupted.set(Thread.currentThread().isInterrupted());
        }));
        gate.awaitArrivals(1);
        scheduler.close(Duration.ZERO);
        gate.open();
        assertThat(handle.join()).isEqualTo("a");
        assertThat(interrupted).hasValue(false);
        awaitEnd(scheduler);
    }

    @Test
    void finishWhenIdleEndsTheSchedulerWithItsLastChannel() throws Exception {
        FairScheduler<Job, String> scheduler =
                Job.scheduler().name("finishing").workers(2).finishWhenIdle().build();
        assertThat(scheduler.isClosed()).as("before it ever had a channel").isFalse();
        Channel<Job, String> first = scheduler.openChannel("first");
        Channel<Job, String> second = scheduler.openChannel("second");
        first.submit(Job.named("a")).join();
        first.close();
        first.terminated().toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(scheduler.isClosed()).as("while it has another channel").isFalse();
        TaskHandle<String> last = second.submit(Job.at(gate));
        gate.awaitArrivals(1);
        second.close();
        assertThat(scheduler.terminated().toCompletableFuture()).isNotDone();
        gate.open();
        awaitEnd(scheduler);
        assertThat(last.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(scheduler.isClosed()).isTrue();
        assertThatExceptionOfType(RejectedTaskException.class).isThrownBy(() -> scheduler.openChannel("third"));
        Threads.awaitThat(() -> Threads.named("finishing").isEmpty());
    }

    @Test
    void withoutFinishWhenIdleASchedulerGoesOnWithoutChannels() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.close();
            channel.terminated().toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(scheduler.isClosed()).isFalse();
            assertThat(scheduler.submit("a", Job.named("b")).join()).isEqualTo("b");
        }
    }

    @Test
    void aSchedulerThatNeverHadWorkClosesAtOnce() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().name("unused").build();
        scheduler.close();
        awaitEnd(scheduler);
        assertThat(Threads.named("unused")).isEmpty();
    }

    @Test
    void closingAChannelThatDrainsAndThenTheSchedulerFinishesBoth() throws Exception {
        Job job = Job.named("a");
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        Gate worker = Gates.holdingWorkerOf(scheduler);
        Channel<Job, String> channel = scheduler.openChannel("a");
        channel.offer(job);
        channel.close();
        Threads.awaitBlocked(threads.start(scheduler::close));
        worker.open();
        threads.join();
        assertThat(job.committed).hasValue(1);
        assertThat(channel.terminated().toCompletableFuture()).isDone();
    }

    /** What waits in a paused channel is given up; what runs there goes on, and commits. */
    @Test
    void whatRunsInAPausedChannelEndsAsUsualWhenTheSchedulerCloses() throws Exception {
        Gate running = new Gate();
        Job waiting = Job.named("waiting");
        Job job = Job.at(running);
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        Channel<Job, String> channel = scheduler.openChannel("paused");
        TaskHandle<String> handle = channel.submit(job);
        running.awaitArrivals(1);
        channel.pause();
        channel.offer(waiting);
        Thread closes = threads.start(scheduler::close);
        Threads.awaitThat(() -> channel.size() == 0);
        assertThat(handle.state()).isEqualTo(TaskState.PROCESSING);
        running.open();
        assertThat(handle.join()).isEqualTo("gated");
        threads.join();
        assertThat(closes.isAlive()).isFalse();
        assertThat(job.committed).hasValue(1);
        assertThat(waiting.processed).hasValue(0);
    }
}
