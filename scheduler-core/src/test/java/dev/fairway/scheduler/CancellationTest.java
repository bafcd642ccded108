package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.CancelOption;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cancelling a channel and cancelling one task. */
class CancellationTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    private static void awaitSettled(CancelReport report) throws Exception {
        report.settled().toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static boolean isSettled(CancelReport report) {
        return report.settled().toCompletableFuture().isDone();
    }

    private static void assertReport(CancelReport report, int dropped, int suppressed, int committing) {
        assertThat(List.of(report.dropped(), report.suppressed(), report.committing()))
                .as("dropped, suppressed, committing")
                .containsExactly(dropped, suppressed, committing);
    }

    private static void assertCancelled(TaskHandle<?> handle) {
        assertThat(handle.state()).isEqualTo(TaskState.CANCELLED);
        assertThatThrownBy(handle::join).isInstanceOf(CancellationException.class);
    }

    /** As with the channel's: a later cancel that interrupts reaches what an earlier plain one suppressed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLaterInterruptByTheHandleReachesWhatAnEarlierPlainCancelSuppressed(boolean cancelledWithChannel)
            throws Exception {
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(Job.of(() -> {
                gate.passUninterruptibly();
                try {
                    mayEnd.await();
                    interrupted.set(false);
                } catch (InterruptedException e) {
                    interrupted.set(true);
                }
            }));
            gate.awaitArrivals(1);
            gate.open();
            if (cancelledWithChannel) {
                channel.cancelAll();
            } else {
                assertThat(handle.cancel()).isTrue();
            }
            assertThat(handle.cancel(CancelOption.INTERRUPT_RUNNING)).isFalse();
            mayEnd.countDown();
            Threads.awaitThat(() -> channel.stats().running() == 0);
        }
        assertThat(interrupted).hasValue(true);
    }

    @Test
    void aWaitingTaskIsDroppedAndNeverStarts() throws Exception {
        Job waiting = Job.named("waiting");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate worker = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.offer(waiting);
            TaskHandle<String> handle = channel.submit(waiting);

            CancelReport report = channel.cancelAll();

            assertThat(report.channel()).isEqualTo("a");
            assertReport(report, 2, 0, 0);
            assertThat(isSettled(report)).isTrue();
            assertCancelled(handle);
            assertThat(channel.size()).isZero();
            worker.open();
        }
        assertThat(waiting.processed).hasValue(0);
    }

    @Test
    void aStartedTaskRunsToItsEndUninterruptedAndDoesNotCommit() throws Exception {
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Job running = Job.of(() -> {
            gate.passUninterruptibly();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(running);
            gate.awaitArrivals(1);

            CancelReport report = channel.cancelAll();

            assertReport(report, 0, 1, 0);
            assertCancelled(handle);
            assertThat(interrupted).hasValue(null);
            assertThat(isSettled(report)).isFalse();
            gate.open();
            awaitSettled(report);
        }
        assertThat(interrupted).hasValue(false);
        assertThat(running.committed).hasValue(0);
    }

    @Test
    void withInterruptRunningTheProcessIsInterrupted() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            Job job = Job.of(() -> {
                try {
                    gate.pass();
                } catch (InterruptedException e) {
                    thrown.complete(e);
                    throw e;
                }
            });
            TaskHandle<String> handle = channel.submit(job);
            gate.awaitArrivals(1);
            CancelReport report = channel.cancelAll(CancelOption.INTERRUPT_RUNNING);
            assertReport(report, 0, 1, 0);
            awaitSettled(report);
            assertCancelled(handle);
            assertThat(job.committed).hasValue(0);
        }
        assertThat(thrown).isCompletedWithValueMatching(InterruptedException.class::isInstance);
    }

    @Test
    void aCommitThatHasBegunCompletesAndIsNeverInterrupted() throws Exception {
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Job job = Job.named("job").committing(() -> {
            gate.passUninterruptibly();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(job);
            gate.awaitArrivals(1);
            assertThat(handle.state()).isEqualTo(TaskState.COMMITTING);

            CancelReport report = channel.cancelAll(CancelOption.INTERRUPT_RUNNING);

            assertReport(report, 0, 0, 1);
            assertThat(isSettled(report))
                    .as("settled does not wait for commits")
                    .isTrue();
            assertThat(handle.cancel(CancelOption.INTERRUPT_RUNNING)).isFalse();
            gate.open();
            assertThat(handle.join()).isEqualTo("job");
            assertThat(channel.stats().suppressed()).isZero();
        }
        assertThat(interrupted).hasValue(false);
    }

    @Test
    void everyTaskAcceptedBeforeIsInTheReportOrWasDecidedBefore() throws Exception {
        Gate commits = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(5).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.submit(Job.named("finished")).join();
            TaskHandle<String> suppressedBefore = channel.submit(Job.at(gate));
            gate.awaitArrivals(1);
            assertThat(suppressedBefore.cancel()).isTrue();
            channel.submit(Job.at(gate));
            channel.submit(Job.at(gate));
            channel.submit(Job.committingAt(commits));
            channel.submit(Job.committingAt(commits));
            gate.awaitArrivals(2);
            commits.awaitArrivals(2);
            channel.submit(Job.named("dropped"));
            channel.submit(Job.named("cancelled")).cancel();
            channel.submit(Job.named("dropped"));
            channel.submit(Job.named("dropped"));

            CancelReport report = channel.cancelAll();

            assertReport(report, 3, 2, 2);
            int decidedBefore = 3;
            assertThat(report.dropped() + report.suppressed() + report.committing() + decidedBefore)
                    .isEqualTo((int) channel.stats().accepted());
            CancelReport second = channel.cancelAll();
            assertThat(second.dropped()).isZero();
            assertThat(second.suppressed()).isZero();
            gate.open();
            commits.open();
        }
    }

    @Test
    void aTaskOfferedAfterCancelAllReturnedRunsAsUsual() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(1));
            for (int i = 0; i < 1_000; i++) {
                channel.offer(Job.named("dropped or not"));
                channel.cancelAll();
                Job job = Job.named("after");
                assertThat(channel.submit(job).join()).isEqualTo("after");
                assertThat(job.committed).hasValue(1);
            }
        }
    }

    @Test
    void settledWaitsForWhatAnEarlierCancelSuppressed() throws Exception {
        Gate second = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(3).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.offer(Job.at(gate));
            gate.awaitArrivals(1);
            CancelReport first = channel.cancelAll();
            TaskHandle<String> handle = channel.submit(Job.at(second));
            second.awaitArrivals(1);
            handle.cancel();
            CancelReport later = channel.cancelAll();
            assertReport(later, 0, 0, 0);

            second.open();
            Threads.awaitThat(() -> channel.stats().running() == 1);
            assertThat(isSettled(first)).isFalse();
            assertThat(isSettled(later)).isFalse();
            gate.open();
            awaitSettled(first);
            awaitSettled(later);
        }
    }

    @Test
    void settledDoesNotWaitForTasksAcceptedLater() throws Exception {
        Gate later = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.offer(Job.at(gate));
            gate.awaitArrivals(1);
            CancelReport report = channel.cancelAll();
            channel.offer(Job.at(later));
            later.awaitArrivals(1);
            gate.open();
            awaitSettled(report);
            later.open();
        }
    }

    @Test
    void aLaterInterruptReachesWhatAnEarlierPlainCancelSuppressed() throws Exception {
        CompletableFuture<String> interrupted = new CompletableFuture<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.offer(Job.of(() -> {
                try {
                    gate.pass();
                } catch (InterruptedException e) {
                    interrupted.complete("yes");
                }
            }));
            gate.awaitArrivals(1);
            CancelReport plain = channel.cancelAll();
            assertReport(plain, 0, 1, 0);
            CancelReport interrupting = channel.cancelAll(CancelOption.INTERRUPT_RUNNING);
            assertReport(interrupting, 0, 0, 0);
            assertThat(interrupted.get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("yes");
            awaitSettled(plain);
            awaitSettled(interrupting);
        }
    }

    @Test
    void aSuppressedTaskCountsAsRunningUntilItsCodeReturns() throws Exception {
        Job next = Job.named("next");
        Job sentinel = Job.named("sentinel");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel =
                    scheduler.openChannel("a", ChannelOptions.defaults().maxParallel(1));
            channel.offer(Job.at(gate));
            gate.awaitArrivals(1);
            CancelReport report = channel.cancelAll();
            TaskHandle<String> handle = channel.submit(next);
            for (int i = 0; i < 20; i++) {
                scheduler.submit("b", sentinel).join();
            }
            assertThat(channel.stats().running()).isEqualTo(1);
            assertThat(channel.stats().suppressed()).isEqualTo(1);
            assertThat(next.processed).hasValue(0);
            gate.open();
            awaitSettled(report);
            assertThat(handle.join()).isEqualTo("next");
        }
    }

    @Test
    void aSuppressedTaskThatThrowsHasNoSecondOutcome() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        TaskListener<Job> listener = new TaskListener<>() {
            @Override
            public void failed(TaskEvent<Job> event) {
                heard.add("failed");
            }

            @Override
            public void cancelled(TaskEvent<Job> event) {
                heard.add("cancelled");
            }

            @Override
            public void processed(TaskEvent<Job> event) {
                heard.add("processed");
            }
        };
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).listener(listener).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(Job.of(() -> {
                gate.pass();
                throw new IllegalStateException("too late");
            }));
            gate.awaitArrivals(1);
            CancelReport report = channel.cancelAll();
            gate.open();
            awaitSettled(report);
            assertCancelled(handle);
            Threads.awaitThat(() -> channel.stats().running() == 0);
            assertThat(channel.stats().failed()).isZero();
            assertThat(channel.stats().suppressed()).isEqualTo(1);
        }
        assertThat(heard).containsExactly("cancelled");
    }

    @Test
    void aChannelCancelledByNameIsTheSame() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate worker = Gates.holdingWorkerOf(scheduler);
            TaskHandle<String> ofA = scheduler.submit("a", Job.named("a"));
            TaskHandle<String> ofB = scheduler.submit("b", Job.named("b"));
            assertReport(scheduler.cancel("a"), 1, 0, 0);
            assertCancelled(ofA);
            worker.open();
            assertThat(ofB.join()).isEqualTo("b");
        }
    }

    @Test
    void cancellingAnUnknownChannelNamesTheOpenOnes() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().name("desk").build()) {
            scheduler.openChannel("maple");
            scheduler.openChannel("birch");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scheduler.cancel("mable"))
                    .withMessageContaining("'mable'")
                    .withMessageContaining("[birch, maple]");
            assertThatThrownBy(() -> scheduler.cancel(null)).isInstanceOf(NullPointerException.class);
        }
    }

    @Test
    void aTaskMayCancelItsOwnChannel() throws Exception {
        Job own = Job.named("own");
        CompletableFuture<CancelReport> report = new CompletableFuture<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            TaskHandle<String> handle = channel.submit(own.processing(() -> report.complete(channel.cancelAll())));
            TaskHandle<String> waiting = channel.submit(Job.named("waiting"));
            channel.resume();
            assertReport(report.get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS), 1, 1, 0);
            assertCancelled(handle);
            assertCancelled(waiting);
        }
        assertThat(own.committed).hasValue(0);
    }

    @Test
    void aWaitingTaskCancelledByItsHandleGivesItsRoomBackAtOnce() throws Exception {
        Job cancelled = Job.named("cancelled");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate worker = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(1));
            for (int i = 0; i < 100; i++) {
                TaskHandle<String> handle = channel.submit(cancelled);
                assertThat(channel.offer(cancelled)).isFalse();
                assertThat(handle.cancel()).isTrue();
                assertThat(channel.size()).isZero();
                assertThat(handle.cancel()).isFalse();
                assertCancelled(handle);
            }
            TaskHandle<String> last = channel.submit(Job.named("last"));
            worker.open();
            assertThat(last.join()).isEqualTo("last");
            assertThat(channel.stats().cancelled()).isEqualTo(100);
        }
        assertThat(cancelled.processed).hasValue(0);
    }

    @Test
    void whatIsLeftBetweenCancelledTasksRunsInOrder() throws Exception {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate worker = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(10));
            List<TaskHandle<String>> handles = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                handles.add(channel.submit(Job.of(() -> ran.add(number))));
            }
            for (int i : new int[] {0, 9, 4, 5, 2}) {
                assertThat(handles.get(i).cancel()).isTrue();
            }
            for (int i = 10; i < 15; i++) {
                int number = i;
                assertThat(channel.offer(Job.of(() -> ran.add(number)))).isTrue();
            }
            assertThat(channel.offer(Job.named("one too many"))).isFalse();
            worker.open();
        }
        assertThat(ran).containsExactly(1, 3, 6, 7, 8, 10, 11, 12, 13, 14);
    }

    @Test
    void aRunningTaskCancelledByItsHandleDoesNotCommitAndItsHandleEndsAtOnce() throws Exception {
        Job job = Job.at(gate);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(job);
            gate.awaitArrivals(1);
            assertThat(handle.state()).isEqualTo(TaskState.PROCESSING);
            assertThat(handle.cancel()).isTrue();
            assertCancelled(handle);
            assertThat(channel.stats().running()).as("its code still runs").isEqualTo(1);
            assertReport(channel.cancelAll(), 0, 0, 0);
            gate.open();
        }
        assertThat(job.committed).hasValue(0);
    }

    @Test
    void aTaskCancelledByItsHandleIsInterruptedOnlyWhenAskedFor() throws Exception {
        AtomicInteger interrupts = new AtomicInteger();
        Threads.Code code = () -> {
            try {
                gate.pass();
            } catch (InterruptedException e) {
                interrupts.incrementAndGet();
            }
        };
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            TaskHandle<String> plain = scheduler.submit("a", Job.of(code));
            TaskHandle<String> interrupted = scheduler.submit("a", Job.of(code));
            gate.awaitArrivals(2);
            assertThat(plain.cancel()).isTrue();
            assertThat(interrupted.cancel(CancelOption.INTERRUPT_RUNNING)).isTrue();
            Threads.awaitThat(() -> scheduler.stats().running() == 1);
            assertThat(interrupts).hasValue(1);
            gate.open();
        }
        assertThat(interrupts).hasValue(1);
    }

    @Test
    void aTaskThatHasEndedIsNotCancelled() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> completed = scheduler.submit("a", Job.named("a"));
            completed.join();
            assertThat(completed.cancel()).isFalse();
            assertThat(completed.state()).isEqualTo(TaskState.COMPLETED);
            TaskHandle<String> failed = scheduler.submit("a", Job.of(() -> {
                throw new IllegalStateException("no");
            }));
            assertThatThrownBy(failed::join).hasRootCauseMessage("no");
            assertThat(failed.cancel(CancelOption.INTERRUPT_RUNNING)).isFalse();
            assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        }
    }

    @Test
    void theInterruptFlagIsClearWhenTheNextTaskStarts() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            List<TaskHandle<String>> handles = new ArrayList<>();
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            AtomicInteger flagged = new AtomicInteger();
            for (int i = 0; i < 100; i++) {
                handles.add(channel.submit(Job.of(() -> {
                            flagged.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                            Thread.currentThread().interrupt();
                        })
                        .committing(() -> Thread.currentThread().interrupt())));
            }
            channel.resume();
            handles.forEach(TaskHandle::join);
            assertThat(flagged).hasValue(0);
        }
    }

    /** The canceller may find the task just finished and its thread in the next one already. */
    @Test
    void anInterruptNeverReachesTheTaskThatTheSameThreadRunsNext() {
        AtomicInteger flagged = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            for (int i = 0; i < 3_000; i++) {
                TaskHandle<String> victim = scheduler.submit("a", Job.named("victim"));
                TaskHandle<String> bystander = scheduler.submit("b", Job.of(() -> {
                    for (int spin = 0; spin < 20; spin++) {
                        Thread.onSpinWait();
                    }
                    flagged.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                }));
                victim.cancel(CancelOption.INTERRUPT_RUNNING);
                bystander.join();
            }
        }
        assertThat(flagged).hasValue(0);
    }

    /** The end of process, where the commit begins, is where an interrupt that comes late could slip in. */
    @Test
    void anInterruptNeverReachesACommit() {
        AtomicInteger flagged = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            for (int i = 0; i < 5_000; i++) {
                TaskHandle<String> handle = channel.submit(Job.named("a")
                        .committing(
                                () -> flagged.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0)));
                if (i % 2 == 0) {
                    handle.cancel(CancelOption.INTERRUPT_RUNNING);
                } else {
                    channel.cancelAll(CancelOption.INTERRUPT_RUNNING);
                }
            }
        }
        assertThat(flagged).hasValue(0);
    }

    /** What is swept is told one after the other; who hears of the first and cancels the second is too late for a second outcome. */
    @Test
    void aTaskThatASweepHasTakenIsDecidedBeforeItsHandleHears() throws Exception {
        AtomicReference<Boolean> cancelledAgain = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(2));
            channel.pause();
            TaskHandle<String> first = channel.submit(Job.named("first"));
            TaskHandle<String> second = channel.submit(Job.named("second"));
            first.completion().whenComplete((value, failure) -> cancelledAgain.set(second.cancel()));
            assertReport(channel.cancelAll(), 2, 0, 0);
            assertThat(cancelledAgain).hasValue(false);
            assertCancelled(first);
            assertCancelled(second);
            assertThat(channel.stats().cancelled()).isEqualTo(2);
            assertThat(channel.size()).isZero();
            assertThat(channel.offer(Job.named("a"))).isTrue();
            assertThat(channel.offer(Job.named("b"))).isTrue();
            assertThat(channel.offer(Job.named("c"))).isFalse();
            channel.cancelAll();
        }
    }

    /** The dependent runs in the worker's thread, which has started the next task of the turn already. */
    @Test
    void theInterruptFlagThatADependentOfSettledLeavesDoesNotReachTheNextTask() throws Exception {
        assertFlagDoesNotLeak((channel, first) -> channel.cancelAll().settled().thenRun(selfInterrupt()));
    }

    @Test
    void theInterruptFlagThatADependentOfAnExpiredTaskLeavesDoesNotReachTheNextTask() throws Exception {
        assertFlagDoesNotLeak((channel, first) -> channel.submit(
                        Job.named("expires"), TaskOptions.expiresAfter(Duration.ofSeconds(1)))
                .completion()
                .whenComplete((value, failure) -> selfInterrupt().run()));
    }

    @Test
    void theInterruptFlagThatADependentOfTheTaskLeavesDoesNotReachTheNextTask() throws Exception {
        assertFlagDoesNotLeak((channel, first) -> first.completion()
                .whenComplete((value, failure) -> selfInterrupt().run()));
    }

    private static Runnable selfInterrupt() {
        return () -> Thread.currentThread().interrupt();
    }

    private void assertFlagDoesNotLeak(
            BiFunction<Channel<Job, String>, TaskHandle<String>, CompletionStage<?>> interrupting) throws Exception {
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        FakeClock clock = new FakeClock();
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .turn(Duration.ofSeconds(5))
                .ticker(clock)
                .build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> first = channel.submit(Job.at(gate));
            gate.awaitArrivals(1);
            CompletionStage<?> interrupted = interrupting.apply(channel, first);
            for (int i = 0; i < 3; i++) {
                channel.offer(Job.of(() -> flags.add(Thread.currentThread().isInterrupted())));
            }
            clock.advance(Duration.ofSeconds(2));
            Gates.openAndDrain(gate, scheduler);
            assertThat(interrupted.toCompletableFuture()).isDone();
        }
        assertThat(flags).containsExactly(false, false, false);
    }

    /** A dependent that runs before the next task's code, which has started, cancels that task: the interrupt must not be lost. */
    @Test
    void anInterruptThatMeetsATaskWhileADependentStillRunsInItsThreadReachesIt() throws Exception {
        AtomicReference<TaskHandle<String>> next = new AtomicReference<>();
        AtomicReference<Boolean> cancelled = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        AtomicReference<Boolean> flagOfTheOneAfter = new AtomicReference<>();
        FakeClock clock = new FakeClock();
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .turn(Duration.ofSeconds(5))
                .ticker(clock)
                .build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.offer(Job.at(gate));
            gate.awaitArrivals(1);
            channel.submit(Job.named("expires"), TaskOptions.expiresAfter(Duration.ofSeconds(1)))
                    .completion()
                    .whenComplete((value, failure) -> cancelled.set(next.get().state() == TaskState.PROCESSING
                            && next.get().cancel(CancelOption.INTERRUPT_RUNNING)));
            next.set(channel.submit(Job.of(() -> flag.set(Thread.currentThread().isInterrupted()))));
            TaskHandle<String> oneAfter = channel.submit(
                    Job.of(() -> flagOfTheOneAfter.set(Thread.currentThread().isInterrupted())));
            clock.advance(Duration.ofSeconds(2));
            gate.open();
            oneAfter.join();
        }
        assertThat(cancelled).hasValue(true);
        assertThat(flag).hasValue(true);
        assertThat(flagOfTheOneAfter).hasValue(false);
    }

    /** {@code Thread.interrupt} closes the channel of java.nio in which the thread is, and so calls code of others. */
    @Test
    void anInterruptThatThrowsHarmsNeitherTheCancellerNorTheWorker() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        class Broken extends AbstractInterruptibleChannel {
            @Override
            protected void implCloseChannel() {
                closed.countDown();
                throw new IllegalStateException("cannot close");
            }

            void read() throws Exception {
                begin();
                try {
                    gate.pass();
                } finally {
                    Threads.await(closed);
                    end(true);
                }
            }
        }
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> reads = channel.submit(Job.of(() -> new Broken().read()));
            gate.awaitArrivals(1);
            CancelReport report = channel.cancelAll(CancelOption.INTERRUPT_RUNNING);
            assertReport(report, 0, 1, 0);
            assertCancelled(reads);
            assertThat(channel.submit(Job.named("next")).join(Threads.LIMIT)).isEqualTo("next");
            awaitSettled(report);
        }
    }

    /**
     * A thread of the application runs its own task; its {@code interrupt} is slow, and uses the executor meanwhile. The end of the
     * process is where the thread meets it, or the end of the task when there is nothing to commit.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSlowInterruptOfACallersThreadHoldsNobodyUp(boolean commits) throws Exception {
        CountDownLatch mayReturn = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicReference<TaskHandle<Integer>> handle = new AtomicReference<>();
        AtomicReference<Boolean> flagAfterwards = new AtomicReference<>();
        try (FairExecutor executor = FairExecutor.builder().workers(1).build()) {
            Gate worker = new Gate();
            executor.channel("gate").submit(() -> {
                worker.pass();
                return null;
            });
            worker.awaitArrivals(1);
            executor.openChannel("full", ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            executor.submit("full", () -> 1);
            Callable<Integer> process = () -> {
                gate.passUninterruptibly();
                mayReturn.await();
                returned.countDown();
                return 1;
            };
            Thread caller =
                    new Thread(() -> {
                        handle.set(
                                commits
                                        ? executor.submit("full", process, result -> {})
                                        : executor.submit("full", process));
                        while (interrupted.getCount() > 0) {
                            Thread.onSpinWait();
                        }
                        flagAfterwards.set(Thread.currentThread().isInterrupted());
                    }) {
                        @Override
                        public void interrupt() {
                            mayReturn.countDown();
                            try {
                                Threads.await(returned);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            for (int i = 0; i < 3_000; i++) {
                                executor.stats();
                                executor.channel("other" + i % 10).execute(() -> {});
                                Thread.yield();
                            }
                            super.interrupt();
                            interrupted.countDown();
                        }
                    };
            caller.setDaemon(true);
            caller.start();
            gate.awaitArrivals(1);
            gate.open();
            Thread canceller =
                    threads.start(() -> assertReport(executor.cancel("full", CancelOption.INTERRUPT_RUNNING), 1, 1, 0));
            threads.join();
            caller.join(Threads.LIMIT.toMillis());
            assertThat(List.of(caller, canceller)).noneMatch(Thread::isAlive);
            assertCancelled(handle.get());
            assertThat(flagAfterwards).as("the interrupt was for the task").hasValue(false);
            worker.open();
        }
    }

    @Test
    void theInterruptFlagThatAProcessLeavesDoesNotReachItsCommit() {
        AtomicReference<Boolean> flag = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            scheduler
                    .submit(
                            "a",
                            Job.named("a")
                                    .processing(() -> Thread.currentThread().interrupt())
                                    .committing(() ->
                                            flag.set(Thread.currentThread().isInterrupted())))
                    .join();
        }
        assertThat(flag).hasValue(false);
    }

    /** The code of a suppressed task has returned, and its thread is at another task: the old handle has no power over that. */
    @Test
    void theHandleOfASuppressedTaskHasNoPowerOverTheNextInItsThread() throws Exception {
        Gate nextOne = new Gate();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> suppressed = channel.submit(Job.at(gate));
            gate.awaitArrivals(1);
            TaskHandle<String> next = channel.submit(Job.of(() -> {
                nextOne.pass();
                flag.set(Thread.currentThread().isInterrupted());
            }));
            assertThat(suppressed.cancel()).isTrue();
            gate.open();
            nextOne.awaitArrivals(1);
            assertThat(suppressed.cancel(CancelOption.INTERRUPT_RUNNING)).isFalse();
            assertThat(next.state()).isEqualTo(TaskState.PROCESSING);
            nextOne.open();
            assertThat(next.join()).isEqualTo("job");
        }
        assertThat(flag).hasValue(false);
    }
}
