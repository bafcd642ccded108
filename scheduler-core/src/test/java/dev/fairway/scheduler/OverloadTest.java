package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskPhase;
import dev.fairway.TaskState;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code submit} does when there is no room. */
class OverloadTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private static Channel<Job, String> paused(FairScheduler<Job, String> scheduler, int capacity, Overload overload) {
        Channel<Job, String> channel =
                scheduler.openChannel("bulk", ChannelOptions.capacity(capacity).overload(overload));
        channel.pause();
        return channel;
    }

    private static void assertRefused(Reason reason, Runnable submit) {
        assertThatExceptionOfType(RejectedTaskException.class)
                .isThrownBy(submit::run)
                .withMessageContaining("'bulk'")
                .extracting(RejectedTaskException::reason)
                .isEqualTo(reason);
    }

    static List<Overload> policies() {
        return List.of(
                Overload.reject(),
                Overload.waitUpTo(Duration.ofHours(1)),
                Overload.callerRuns(),
                Overload.dropOldest());
    }

    @ParameterizedTest
    @MethodSource("policies")
    void offerAndPutNeverApplyThePolicy(Overload overload) throws Exception {
        Job first = Job.named("first");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel =
                    scheduler.openChannel("bulk", ChannelOptions.capacity(1).overload(overload));
            TaskHandle<String> handle = channel.submit(first);
            Job refused = Job.named("refused");
            assertThat(channel.offer(refused)).isFalse();
            assertThat(channel.offer(refused, Duration.ofMillis(1))).isFalse();
            Job later = Job.named("later");
            Threads.awaitBlocked(threads.start(() -> channel.put(later)));
            assertThat(handle.state()).isEqualTo(TaskState.WAITING);
            assertThat(refused.processed).hasValue(0);
            assertThat(later.processed).hasValue(0);
            gate.open();
            threads.join();
            assertThat(handle.join()).isEqualTo("first");
        }
    }

    @Test
    void dropOldestCancelsTheOldestAndTheListenerHearsOfIt() {
        List<String> cancelled = new CopyOnWriteArrayList<>();
        TaskListener<Job> listener = new TaskListener<>() {
            @Override
            public void cancelled(TaskEvent<Job> event) {
                cancelled.add(event.task().name + (event.wasStarted() ? " started" : " waiting"));
            }
        };
        Job oldest = Job.named("oldest");
        Job second = Job.named("second");
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().listener(listener).build()) {
            Channel<Job, String> channel = paused(scheduler, 2, Overload.dropOldest());
            TaskHandle<String> dropped = channel.submit(oldest);
            TaskHandle<String> kept = channel.submit(second);
            TaskHandle<String> newest = channel.submit(Job.named("newest"));
            assertThat(dropped.state()).isEqualTo(TaskState.CANCELLED);
            assertThat(cancelled).containsExactly("oldest waiting");
            assertThat(channel.size()).isEqualTo(2);
            channel.resume();
            assertThat(kept.join()).isEqualTo("second");
            assertThat(newest.join()).isEqualTo("newest");
            Threads.awaitThat(() -> channel.stats().running() == 0);
            ChannelStats stats = channel.stats();
            assertThat(stats.accepted()).isEqualTo(3);
            assertThat(stats.cancelled()).isEqualTo(1);
            assertThat(stats.rejected()).isZero();
        }
        assertThat(oldest.processed).hasValue(0);
    }

    @Test
    void dropOldestDropsWhatWasOfferedWithoutAHandleToo() {
        Job offered = Job.named("offered");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = paused(scheduler, 1, Overload.dropOldest());
            channel.offer(offered);
            List<TaskHandle<String>> handles = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                handles.add(channel.submit(Job.named("a" + i)));
            }
            channel.resume();
            assertThat(handles.get(99).join()).isEqualTo("a99");
            assertThat(handles.subList(0, 99)).allMatch(handle -> handle.state() == TaskState.CANCELLED);
        }
        assertThat(offered.processed).hasValue(0);
    }

    @Test
    void dropOldestUnderManyProducersGivesEveryTaskExactlyOneOutcome() {
        AtomicInteger completed = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        Job job = Job.named("a");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel =
                    scheduler.openChannel("bulk", ChannelOptions.capacity(2).overload(Overload.dropOldest()));
            threads.startTogether(4, p -> {
                for (int i = 0; i < 2_000; i++) {
                    channel.submit(job).completion().whenComplete((result, failure) -> {
                        (failure == null ? completed : cancelled).incrementAndGet();
                    });
                }
            });
            threads.join();
        }
        assertThat(completed.get() + cancelled.get()).isEqualTo(8_000);
        assertThat(job.committed).hasValue(completed.get());
    }

    @Test
    void waitUpToWaitsForRoom() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = paused(scheduler, 1, Overload.waitUpTo(Duration.ofHours(1)));
            channel.offer(Job.named("first"));
            AtomicReference<TaskHandle<String>> second = new AtomicReference<>();
            Threads.awaitBlocked(threads.start(() -> second.set(channel.submit(Job.named("second")))));
            channel.resume();
            threads.join();
            assertThat(second.get().join()).isEqualTo("second");
        }
    }

    @Test
    void waitUpToRefusesWhenTheTimeIsOver() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = paused(scheduler, 1, Overload.waitUpTo(Duration.ofMillis(1)));
            channel.offer(Job.named("first"));
            assertRefused(Reason.CHANNEL_FULL, () -> channel.submit(Job.named("second")));
            assertThat(channel.stats().rejected()).isEqualTo(1);
            channel.cancelAll();
        }
    }

    @Test
    void waitUpToInterruptedIsARefusalWithTheFlagKept() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = paused(scheduler, 1, Overload.waitUpTo(Duration.ofHours(1)));
            channel.offer(Job.named("first"));
            AtomicBoolean flag = new AtomicBoolean();
            Thread submitting = threads.start(() -> {
                assertRefused(Reason.INTERRUPTED, () -> channel.submit(Job.named("second")));
                flag.set(Thread.currentThread().isInterrupted());
            });
            Threads.awaitBlocked(submitting);
            submitting.interrupt();
            threads.join();
            assertThat(flag).isTrue();
            assertThat(channel.size()).isEqualTo(1);
            channel.cancelAll();
        }
    }

    @Test
    void waitUpToIsRefusedWhenTheChannelCloses() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = paused(scheduler, 1, Overload.waitUpTo(Duration.ofHours(1)));
            channel.offer(Job.named("first"));
            Threads.awaitBlocked(threads.start(
                    () -> assertRefused(Reason.CHANNEL_CLOSED, () -> channel.submit(Job.named("second")))));
            channel.close();
            threads.join();
            channel.cancelAll();
        }
    }

    @Test
    void callerRunsRunsTheTaskAtOnceInTheCallersThreadBeforeOlderOnes() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel =
                    scheduler.openChannel("bulk", ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            TaskHandle<String> older = channel.submit(Job.of(() -> ran.add("older")));
            Thread caller = Thread.currentThread();
            AtomicReference<Thread> processedBy = new AtomicReference<>();
            AtomicReference<Thread> committedBy = new AtomicReference<>();
            AtomicInteger runningMeanwhile = new AtomicInteger();
            TaskHandle<String> handle = channel.submit(Job.named("mine")
                    .processing(() -> {
                        processedBy.set(Thread.currentThread());
                        runningMeanwhile.set(channel.stats().running());
                        ran.add("mine");
                    })
                    .committing(() -> committedBy.set(Thread.currentThread())));
            assertThat(handle.state()).isEqualTo(TaskState.COMPLETED);
            assertThat(handle.join()).isEqualTo("mine");
            assertThat(processedBy).hasValue(caller);
            assertThat(committedBy).hasValue(caller);
            assertThat(runningMeanwhile).hasValue(1);
            ChannelStats stats = channel.stats();
            assertThat(List.of(stats.accepted(), stats.started(), stats.completed(), stats.rejected()))
                    .containsExactly(2L, 1L, 1L, 0L);
            assertThat(stats.running()).isZero();
            assertThat(older.state()).isEqualTo(TaskState.WAITING);
            gate.open();
            older.join();
        }
        assertThat(ran).containsExactly("mine", "older");
    }

    @Test
    void aFailureOfATaskRunByItsCallerIsTheHandlesAndNotTheCallers() throws Exception {
        IllegalStateException failure = new IllegalStateException("broken");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel =
                    scheduler.openChannel("bulk", ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            channel.offer(Job.named("older"));
            TaskHandle<String> handle = channel.submit(Job.of(() -> {
                throw failure;
            }));
            assertThatExceptionOfType(TaskFailedException.class)
                    .isThrownBy(handle::join)
                    .withCause(failure)
                    .extracting(TaskFailedException::phase)
                    .isEqualTo(TaskPhase.PROCESS);
            assertThat(channel.stats().failed()).isEqualTo(1);
            gate.open();
        }
    }

    @Test
    void callerRunsCountsForMaxParallelAndIsRefusedThere() throws Exception {
        Gate inCaller = new Gate();
        Job older = Job.named("older");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Gate first = Gates.holdingWorkerOf(scheduler);
            Gate second = new Gate();
            scheduler.submit("gate", Job.at(second));
            second.awaitArrivals(1);
            Channel<Job, String> channel = scheduler.openChannel(
                    "bulk", ChannelOptions.capacity(1).maxParallel(1).overload(Overload.callerRuns()));
            channel.offer(older);
            threads.start(() -> channel.submit(Job.at(inCaller)));
            inCaller.awaitArrivals(1);
            assertRefused(Reason.CHANNEL_FULL, () -> channel.submit(Job.named("refused")));
            first.open();
            for (int i = 0; i < 10; i++) {
                scheduler.submit("others", Job.named("other")).join();
            }
            assertThat(older.processed).as("the caller's counts").hasValue(0);
            second.open();
            inCaller.open();
            threads.join();
            Threads.awaitThat(() -> older.committed.get() == 1);
        }
    }

    @Test
    void callerRunsIsRefusedWhenPaused() {
        Job refused = Job.named("refused");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = paused(scheduler, 1, Overload.callerRuns());
            channel.offer(Job.named("older"));
            assertRefused(Reason.CHANNEL_FULL, () -> channel.submit(refused));
            channel.cancelAll();
        }
        assertThat(refused.processed).hasValue(0);
    }

    @Test
    void callerRunsIsRefusedWhenClosed() {
        Job refused = Job.named("refused");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = paused(scheduler, 1, Overload.callerRuns());
            channel.offer(Job.named("older"));
            channel.close();
            assertRefused(Reason.CHANNEL_CLOSED, () -> channel.submit(refused));
            channel.cancelAll();
        }
        assertThat(refused.processed).hasValue(0);
    }

    @Test
    void aTaskThatItsCallerRunsCanBeCancelledWithItsChannel() throws Exception {
        Gate inCaller = new Gate();
        Job mine = Job.at(inCaller);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate worker = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel =
                    scheduler.openChannel("bulk", ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            channel.offer(Job.named("older"));
            AtomicReference<TaskHandle<String>> handle = new AtomicReference<>();
            threads.start(() -> handle.set(channel.submit(mine)));
            inCaller.awaitArrivals(1);
            CancelReport report = channel.cancelAll();
            assertThat(report.dropped()).isEqualTo(1);
            assertThat(report.suppressed()).isEqualTo(1);
            inCaller.open();
            threads.join();
            assertThat(handle.get().state()).isEqualTo(TaskState.CANCELLED);
            worker.open();
        }
        assertThat(mine.committed).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void callerRunsAndWorkersTogetherNeverExceedMaxParallel(int maxParallel) {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel = scheduler.openChannel(
                    "bulk", ChannelOptions.capacity(1).maxParallel(maxParallel).overload(Overload.callerRuns()));
            threads.startTogether(4, p -> {
                for (int i = 0; i < 2_000; i++) {
                    try {
                        channel.submit(Job.of(() -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                                .committing(running::decrementAndGet));
                    } catch (RejectedTaskException e) {
                        assertThat(e.reason()).isEqualTo(Reason.CHANNEL_FULL);
                    }
                }
            });
            threads.join();
        }
        assertThat(running).hasValue(0);
        assertThat(most.get()).isBetween(1, maxParallel);
    }

    @Test
    void theDefaultIsToReject() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(1));
            channel.pause();
            channel.submit(Job.named("first"));
            assertThatThrownBy(() -> channel.submit(Job.named("second")))
                    .isInstanceOf(RejectedTaskException.class)
                    .isInstanceOf(RejectedExecutionException.class);
            channel.cancelAll();
        }
    }

    /** Cancelled tasks that still stand in the queue are neither dropped once more nor started when they come to its head. */
    @Test
    void dropOldestPassesOverCancelledTasks() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = paused(scheduler, 3, Overload.dropOldest());
            List<TaskHandle<String>> handles = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                handles.add(channel.submit(Job.named(name).processing(() -> ran.add(name))));
            }
            assertThat(handles.get(1).cancel()).isTrue();
            for (String name : List.of("d", "e")) { // d fits, e drops a
                handles.add(channel.submit(Job.named(name).processing(() -> ran.add(name))));
            }
            assertThat(handles.get(3).cancel()).isTrue();
            for (String name : List.of("f", "g", "h")) { // f fits, g drops c, h drops e
                handles.add(channel.submit(Job.named(name).processing(() -> ran.add(name))));
            }
            assertThat(channel.size()).isEqualTo(3);
            channel.resume();
            handles.get(7).join();
            Threads.awaitThat(() -> channel.stats().running() == 0);
            assertThat(channel.stats().cancelled()).isEqualTo(5);
            assertThat(channel.stats().completed()).isEqualTo(3);
        }
        assertThat(ran).containsExactly("f", "g", "h");
    }

    @Test
    void dropOldestDropsAnUrgentTaskOnlyWhenAllAreUrgent() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = paused(scheduler, 2, Overload.dropOldest());
            TaskHandle<String> last = null;
            for (String name : List.of("urgent 1", "ordinary", "urgent 2", "urgent 3")) {
                TaskOptions options = name.equals("ordinary") ? TaskOptions.defaults() : TaskOptions.urgent();
                last = channel.submit(Job.named(name).processing(() -> ran.add(name)), options);
            }
            channel.resume();
            last.join();
        }
        assertThat(ran).containsExactly("urgent 2", "urgent 3");
    }

    /** The place of the dropped one in a full scheduler goes to the new one, and to nobody else. */
    @Test
    void dropOldestInAFullSchedulerKeepsItsBound() {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).capacity(4).build()) {
            Channel<Job, String> other = scheduler.openChannel("other");
            other.pause();
            Channel<Job, String> channel = paused(scheduler, 100, Overload.dropOldest());
            for (int i = 0; i < 2; i++) {
                other.offer(Job.named("other"));
            }
            for (int i = 0; i < 50; i++) {
                channel.submit(Job.named("a"));
                assertThat(scheduler.stats().waiting()).isLessThanOrEqualTo(4);
            }
            assertThat(channel.size()).isEqualTo(2);
            assertThat(other.offer(Job.named("other"))).isFalse();
            channel.cancelAll();
            assertThat(other.offer(Job.named("other"))).isTrue();
            assertThat(other.offer(Job.named("other"))).isTrue();
            assertThat(other.offer(Job.named("other"))).isFalse();
            other.cancelAll();
        }
    }

    /** What the caller was interrupted for is not its task's business, and is not forgotten either. */
    @Test
    void aTaskRunByAnInterruptedCallerSeesNoFlagAndTheCallerKeepsIt() throws Exception {
        AtomicReference<Boolean> inTask = new AtomicReference<>();
        AtomicReference<Boolean> afterwards = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel =
                    scheduler.openChannel("bulk", ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            channel.offer(Job.named("waits"));
            threads.start(() -> {
                Thread.currentThread().interrupt();
                channel.submit(Job.of(() -> inTask.set(Thread.currentThread().isInterrupted())));
                afterwards.set(Thread.interrupted());
            });
            threads.join();
            gate.open();
        }
        assertThat(inTask).hasValue(false);
        assertThat(afterwards).hasValue(true);
    }

    /** The thread that runs its own task takes one of the channel's permits, and gives it back. */
    @Test
    void aWorkerGoesOnWhenACallerHasGivenItsPermitBack() throws Exception {
        Gate inCaller = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate worker = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel = scheduler.openChannel(
                    "bulk", ChannelOptions.capacity(1).maxParallel(1).overload(Overload.callerRuns()));
            TaskHandle<String> older = channel.submit(Job.named("older"));
            threads.start(() -> channel.submit(Job.at(inCaller)));
            inCaller.awaitArrivals(1);
            worker.open();
            Threads.awaitThat(() -> scheduler.stats().busyWorkers() == 0);
            assertThat(scheduler.stats().runnableChannels()).isZero();
            inCaller.open();
            assertThat(older.join(Threads.LIMIT)).isEqualTo("older");
            threads.join();
        }
    }
}
