package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskPhase;
import dev.fairway.TaskState;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where tasks go, and how they end; with a clock that stands still unless a test moves it. */
class CoordinatorTasksTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final FakeClock clock = new FakeClock();
    private final Gate gate = new Gate();
    private Coordinator<Work, String> coordinator =
            Work.coordinator().ticker(clock).startCost(0).build();

    @AfterEach
    void close() {
        gate.open();
        coordinator.close();
    }

    private void use(Coordinator.Builder<Work, String> builder) {
        coordinator = builder.ticker(clock).startCost(0).build();
    }

    private void add(String... names) {
        Work.addWorkers(coordinator, names);
    }

    private void review() {
        ((DefaultCoordinator<Work, String>) coordinator).review();
    }

    private TaskHandle<Completed<String>> submit(Affinity affinity) {
        return coordinator.submit(Work.named(), affinity);
    }

    private TaskHandle<Completed<String>> hold(String worker) throws InterruptedException {
        TaskHandle<Completed<String>> handle = coordinator.submit(Work.at(gate), Affinity.require(worker));
        gate.awaitArrivals(1);
        return handle;
    }

    /** Lets the worker have taken so long. */
    private void pace(String worker, Duration time) {
        coordinator.submit(Work.taking(time, clock), Affinity.require(worker)).join();
        Threads.awaitThat(() -> !stats(worker).busy());
    }

    private WorkerStats stats(String worker) {
        return coordinator.stats(worker).orElseThrow();
    }

    private static String workerOf(TaskHandle<Completed<String>> handle) throws Exception {
        return handle.join(Threads.LIMIT).worker();
    }

    // ---- any

    @Test
    void tasksForAnyWaitUntilThereIsAWorker() throws Exception {
        TaskHandle<Completed<String>> any = submit(Affinity.any());
        TaskHandle<Completed<String>> preferring = submit(Affinity.prefer("nobody"));
        assertThat(coordinator.stats().unassigned()).isEqualTo(2);
        assertThat(any.state()).isEqualTo(TaskState.WAITING);
        add("a");
        assertThat(workerOf(any)).isEqualTo("a");
        assertThat(workerOf(preferring)).isEqualTo("a");
    }

    @Test
    void anyTaskGoesToTheQuickestIdleWorker() throws Exception {
        add("slow", "quick");
        pace("slow", Duration.ofMillis(10));
        pace("quick", Duration.ofMillis(2));
        assertThat(workerOf(submit(Affinity.any()))).isEqualTo("quick");
    }

    @Test
    void aTaskWaitsForAQuickWorkerAndAnIdleOneTakesItWhenItHasWaitedForThatOnesMean() throws Exception {
        add("slow", "quick");
        pace("slow", Duration.ofMillis(100));
        pace("quick", Duration.ofMillis(1));
        hold("quick");
        TaskHandle<Completed<String>> any = submit(Affinity.any());
        clock.advance(Duration.ofMillis(40));
        assertThat(any.state()).isEqualTo(TaskState.WAITING);
        clock.advance(Duration.ofMillis(61));
        review();
        assertThat(workerOf(any)).isEqualTo("slow");
    }

    /** A worker that hangs holds up its own task, and nothing that could go elsewhere. */
    @Test
    void nothingButRequiredTasksWaitsForAWorkerThatHangs() throws Exception {
        add("hangs", "works");
        pace("hangs", Duration.ofMillis(1));
        pace("works", Duration.ofMillis(10));
        hold("hangs");
        List<TaskHandle<Completed<String>>> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(submit(Affinity.any()));
            others.add(submit(Affinity.prefer("hangs")));
        }
        TaskHandle<Completed<String>> required = submit(Affinity.require("hangs"));
        clock.advance(Duration.ofMillis(1_001));
        review();
        for (TaskHandle<Completed<String>> other : others) {
            assertThat(workerOf(other)).isEqualTo("works");
        }
        assertThat(workerOf(submit(Affinity.prefer("hangs")))).isEqualTo("works");
        assertThat(required.state()).isEqualTo(TaskState.WAITING);
        gate.open();
        assertThat(workerOf(required)).isEqualTo("hangs");
    }

    @Test
    void aWorkerThatBecomesIdleTakesTheOldestOfItsOwnAndTheCommonTasks() throws Exception {
        add("a");
        hold("a");
        List<String> order = new CopyOnWriteArrayList<>();
        List<TaskHandle<Completed<String>>> handles = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String name = "task " + i;
            handles.add(coordinator.submit(
                    worker -> {
                        order.add(name);
                        return name;
                    },
                    i % 2 == 0 ? Affinity.any() : Affinity.require("a")));
        }
        gate.open();
        for (TaskHandle<Completed<String>> handle : handles) {
            workerOf(handle);
        }
        assertThat(order).containsExactly("task 0", "task 1", "task 2", "task 3", "task 4", "task 5");
    }

    @Test
    void fortyTasksThatBlockAtOnceDoNotWaitForOneAnother() throws Exception {
        for (int i = 0; i < 40; i++) {
            add("w" + i);
        }
        List<TaskHandle<Completed<String>>> handles = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            handles.add(coordinator.submit(Work.at(gate)));
        }
        gate.awaitArrivals(40);
        gate.open();
        assertThat(handles.stream().map(handle -> handle.join().worker()).distinct())
                .hasSize(40);
    }

    @Test
    void idleWorkersNeedNoThreads() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            add("w" + i);
        }
        for (int i = 0; i < 1_000; i++) {
            workerOf(submit(Affinity.any()));
        }
        assertThat(coordinator.stats().threads()).isLessThan(10);
    }

    @Test
    void whatTheStrategySaysNoTaskWaitsWhileSomebodyIsIdle() throws Exception {
        for (LoadBalance balance : List.of(
                LoadBalance.EXPECTED_DELAY,
                LoadBalance.LEAST_LOADED,
                LoadBalance.ROUND_ROBIN,
                LoadBalance.lowest(stats -> stats.worker().equals("b") ? 0 : 1),
                LoadBalance.lowest(stats -> {
                    throw new IllegalStateException("on purpose");
                }))) {
            Gate each = new Gate();
            try (Coordinator<Work, String> other = Work.coordinator()
                    .loadBalance(balance)
                    .ticker(clock)
                    .startCost(0)
                    .build()) {
                Work.addWorkers(other, "a", "b", "c");
                for (int i = 0; i < 3; i++) {
                    other.submit(Work.at(each));
                }
                each.awaitArrivals(3);
                each.open();
            }
        }
    }

    @Test
    void aMeasureOfTheApplicationsOwnSaysWhoOfTheIdleWorkersGetsATask() throws Exception {
        coordinator.close();
        use(Work.coordinator().loadBalance(LoadBalance.lowest(WorkerStats::completed)));
        add("a", "b", "c");
        for (int i = 0; i < 9; i++) {
            workerOf(submit(Affinity.any()));
            Threads.awaitThat(
                    () -> coordinator.stats().workers().values().stream().noneMatch(WorkerStats::busy));
        }
        assertThat(coordinator.stats().workers().values()).allMatch(stats -> stats.completed() == 3);
    }

    // ---- prefer

    @Test
    void aPreferredWorkerGetsTasksUntilTheThresholdWaitsForIt() throws Exception {
        add("a", "b");
        hold("a");
        List<TaskHandle<Completed<String>>> preferring = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            preferring.add(submit(Affinity.prefer("a")));
        }
        assertThat(workerOf(submit(Affinity.prefer("a")))).isEqualTo("b");
        assertThat(stats("a").waiting()).isEqualTo(3);
        assertThat(stats("a").preferredSpills()).isEqualTo(1);
        gate.open();
        for (TaskHandle<Completed<String>> handle : preferring) {
            assertThat(workerOf(handle)).isEqualTo("a");
        }
        assertThat(stats("a").preferredHits()).isEqualTo(3);
        assertThat(coordinator.stats().preferredSpills()).isEqualTo(1);
    }

    @Test
    void withAThresholdOfZeroAPreferredWorkerIsChosenOnlyWhenItIsIdle() throws Exception {
        coordinator.close();
        use(Work.coordinator().queueThreshold(0));
        add("a", "b");
        assertThat(workerOf(submit(Affinity.prefer("a")))).isEqualTo("a");
        Threads.awaitThat(() -> !stats("a").busy());
        hold("a");
        assertThat(workerOf(submit(Affinity.prefer("a")))).isEqualTo("b");
    }

    @Test
    void anyTasksThatWaitCountForNobodysThreshold() throws Exception {
        coordinator.close();
        use(Work.coordinator().queueThreshold(1));
        add("a");
        hold("a");
        for (int i = 0; i < 5; i++) {
            submit(Affinity.any());
        }
        submit(Affinity.prefer("a"));
        assertThat(stats("a").waiting()).isEqualTo(1);
        assertThat(coordinator.stats().unassigned()).isEqualTo(5);
    }

    // ---- require

    @Test
    void aTaskThatRequiresAWorkerThatIsNotThereFailsAtOnce() {
        add("suduko", "oktocat");
        TaskHandle<Completed<String>> handle = submit(Affinity.require("maple"));
        assertThatThrownBy(handle::join)
                .isInstanceOf(NoSuchWorkerException.class)
                .hasMessageContaining("no worker 'maple'")
                .hasMessageContaining("(workers: [oktocat, suduko])");
        assertThat(handle.state()).isEqualTo(TaskState.FAILED);
        assertThat(coordinator.stats().refused()).isEqualTo(1);
    }

    @Test
    void aTaskMayWaitForTheWorkerThatItRequires() throws Exception {
        TaskHandle<Completed<String>> inTime = submit(Affinity.requireWithin("a", Duration.ofSeconds(10)));
        TaskHandle<Completed<String>> tooLate = submit(Affinity.requireWithin("b", Duration.ofSeconds(5)));
        TaskHandle<Completed<String>> never = submit(Affinity.requireWithin("b", Duration.ZERO));
        assertThatThrownBy(never::join).isInstanceOf(NoSuchWorkerException.class);
        clock.advance(Duration.ofSeconds(6));
        review();
        assertThatThrownBy(tooLate::join).isInstanceOf(NoSuchWorkerException.class);
        assertThat(inTime.state()).isEqualTo(TaskState.WAITING);
        add("a");
        assertThat(workerOf(inTime)).isEqualTo("a");
    }

    @Test
    void removedWorkersTasksGoToOthersAndRequiredOnesFailOrWaitForItsReturn() throws Exception {
        add("a");
        TaskHandle<Completed<String>> running = hold("a");
        TaskHandle<Completed<String>> any = submit(Affinity.any());
        TaskHandle<Completed<String>> preferring = submit(Affinity.prefer("a"));
        TaskHandle<Completed<String>> required = submit(Affinity.require("a"));
        TaskHandle<Completed<String>> patient = submit(Affinity.requireWithin("a", Duration.ofSeconds(5)));
        assertThat(coordinator.removeWorker("a")).isTrue();
        assertThatThrownBy(required::join).isInstanceOf(NoSuchWorkerException.class);
        assertThat(patient.state()).isEqualTo(TaskState.WAITING);
        assertThat(coordinator.stats().workers().get("a").state()).isEqualTo(WorkerState.REMOVED);
        add("b");
        assertThat(workerOf(any)).isEqualTo("b");
        assertThat(workerOf(preferring)).isEqualTo("b");
        gate.open();
        assertThat(workerOf(running)).isEqualTo("a");
        add("a");
        assertThat(workerOf(patient)).isEqualTo("a");
        CoordinatorStats stats = coordinator.stats();
        assertThat(stats.completed()).isEqualTo(4);
        assertThat(stats.any()).isEqualTo(completed(1));
        assertThat(stats.prefer()).isEqualTo(completed(1));
        assertThat(stats.require())
                .as("with the one that ran in the removed worker, without the one that was never started")
                .isEqualTo(completed(2));
    }

    private static AffinityStats completed(long count) {
        return new AffinityStats(count, 0, 0);
    }

    @Test
    void aWorkerThatComesBackStartsWhenItsLastTaskHasEnded() throws Exception {
        add("a");
        hold("a");
        coordinator.removeWorker("a");
        coordinator.addWorker("a", task -> "new " + task.run("a"));
        TaskHandle<Completed<String>> next = submit(Affinity.require("a"));
        assertThat(next.state()).isEqualTo(TaskState.WAITING);
        gate.open();
        assertThat(next.join(Threads.LIMIT).result()).isEqualTo("new a");
    }

    @Test
    void aWorkerThatReplacesAnotherTakesOverItsQueue() throws Exception {
        add("a");
        TaskHandle<Completed<String>> running = hold("a");
        TaskHandle<Completed<String>> next = submit(Affinity.require("a"));
        assertThat(coordinator.addWorker("a", task -> "new " + task.run("a"))).isTrue();
        gate.open();
        assertThat(running.join(Threads.LIMIT).result()).isEqualTo("a");
        assertThat(next.join(Threads.LIMIT).result()).isEqualTo("new a");
    }

    // ---- quarantine

    @Test
    void aWorkerThatKeepsFailingGetsOnlyRequiredTasksUntilOneSucceeds() throws Exception {
        coordinator.close();
        use(Work.coordinator().failuresToQuarantine(2).quarantineBackOff(Duration.ofSeconds(1), Duration.ofSeconds(4)));
        add("bad", "good");
        for (int i = 0; i < 2; i++) {
            TaskHandle<Completed<String>> failing =
                    coordinator.submit(Work.failing(new Exception("no")), Affinity.require("bad"));
            assertThatThrownBy(failing::join).isInstanceOf(TaskFailedException.class);
        }
        Threads.awaitThat(() -> !stats("bad").busy());
        assertThat(stats("bad").state()).isEqualTo(WorkerState.QUARANTINED);
        assertThat(stats("bad").reason()).contains("2 failures in a row");
        assertThat(workerOf(submit(Affinity.prefer("bad")))).isEqualTo("good");
        Threads.awaitThat(() -> !stats("good").busy());
        assertThat(workerOf(submit(Affinity.any()))).isEqualTo("good");
        Threads.awaitThat(() -> !stats("good").busy());
        clock.advance(Duration.ofSeconds(1));
        assertThat(workerOf(submit(Affinity.any()))).as("the probe").isEqualTo("bad");
        Threads.awaitThat(() -> !stats("bad").busy());
        assertThat(stats("bad").state()).isEqualTo(WorkerState.IDLE);
    }

    @Test
    void tasksThatWaitForAWorkerMoveWhenItIsQuarantined() throws Exception {
        coordinator.close();
        use(Work.coordinator().failuresToQuarantine(1));
        add("bad", "good");
        coordinator.submit(
                worker -> {
                    gate.pass();
                    throw new Exception("no");
                },
                Affinity.require("bad"));
        gate.awaitArrivals(1);
        TaskHandle<Completed<String>> preferring = submit(Affinity.prefer("bad"));
        gate.open();
        assertThat(workerOf(preferring)).isEqualTo("good");
    }

    @Test
    void whatDoesNotCountAsFailureAndWhatIsCancelledQuarantinesNobody() throws Exception {
        coordinator.close();
        use(Work.coordinator()
                .failuresToQuarantine(1)
                .failureIf(thrown -> !(thrown instanceof IllegalArgumentException)));
        add("a");
        TaskHandle<Completed<String>> badInput =
                coordinator.submit(Work.failing(new IllegalArgumentException("user's own")));
        assertThatThrownBy(badInput::join).isInstanceOf(TaskFailedException.class);
        TaskHandle<Completed<String>> cancelled = coordinator.submit(Work.at(gate));
        gate.awaitArrivals(1);
        cancelled.cancel(CancelOption.INTERRUPT_RUNNING);
        Threads.awaitThat(() -> !stats("a").busy());
        assertThat(stats("a").state()).isEqualTo(WorkerState.IDLE);
    }

    @Test
    void aWorkerPutAsideServesOnlyWhatRequiresItUntilItIsReleased() throws Exception {
        add("a");
        coordinator.quarantine("a");
        TaskHandle<Completed<String>> any = submit(Affinity.any());
        TaskHandle<Completed<String>> preferring = submit(Affinity.prefer("a"));
        assertThat(workerOf(submit(Affinity.require("a")))).isEqualTo("a");
        Threads.awaitThat(() -> !stats("a").busy());
        assertThat(stats("a").state()).isEqualTo(WorkerState.QUARANTINED);
        assertThat(any.state()).isEqualTo(TaskState.WAITING);
        coordinator.release("a");
        assertThat(workerOf(any)).isEqualTo("a");
        assertThat(workerOf(preferring)).isEqualTo("a");
        assertThatThrownBy(() -> coordinator.quarantine("b")).isInstanceOf(NoSuchWorkerException.class);
        assertThatThrownBy(() -> coordinator.release("b")).hasMessageContaining("(workers: [a])");
    }

    @Test
    void whenAllAreQuarantinedTasksGoAsIfNoneWere() throws Exception {
        coordinator.close();
        use(Work.coordinator().failuresToQuarantine(1));
        add("a", "b");
        for (String worker : new String[] {"a", "b"}) {
            TaskHandle<Completed<String>> failing =
                    coordinator.submit(Work.failing(new Exception("no")), Affinity.require(worker));
            assertThatThrownBy(failing::join).isInstanceOf(TaskFailedException.class);
            Threads.awaitThat(() -> stats(worker).state() == WorkerState.QUARANTINED
                    && !stats(worker).busy());
        }
        assertThat(workerOf(submit(Affinity.any()))).isIn("a", "b");
    }

    // ---- running

    @Test
    void aTaskThatThrowsFailsItsHandleAndTheWorkerGoesOn() throws Exception {
        add("a");
        Error thrown = new StackOverflowError("on purpose");
        TaskHandle<Completed<String>> failing = coordinator.submit(worker -> {
            throw thrown;
        });
        assertThatThrownBy(failing::join)
                .isInstanceOfSatisfying(
                        TaskFailedException.class, e -> assertThat(e.phase()).isEqualTo(TaskPhase.PROCESS))
                .hasMessageContaining("worker 'a'")
                .cause()
                .isSameAs(thrown);
        assertThat(workerOf(submit(Affinity.require("a")))).isEqualTo("a");
    }

    @Test
    void aWaitingTaskThatIsCancelledIsRemovedAndARunningOneEndsAtOnceWhileItsWorkerStaysBusy() throws Exception {
        add("a");
        TaskHandle<Completed<String>> running = hold("a");
        TaskHandle<Completed<String>> waiting = submit(Affinity.require("a"));
        assertThat(waiting.cancel()).isTrue();
        assertThat(waiting.cancel()).isFalse();
        assertThat(coordinator.stats().waiting()).isZero();
        assertThatThrownBy(waiting::join).isInstanceOf(CancellationException.class);
        assertThat(running.cancel()).isTrue();
        assertThatThrownBy(running::join).isInstanceOf(CancellationException.class);
        assertThat(stats("a").busy()).isTrue();
        assertThat(coordinator.stats().cancelled()).isEqualTo(2);
        assertThat(coordinator.stats().running()).isZero();
        TaskHandle<Completed<String>> next = submit(Affinity.require("a"));
        assertThat(next.state()).isEqualTo(TaskState.WAITING);
        gate.open();
        assertThat(workerOf(next)).isEqualTo("a");
    }

    @Test
    void aRunningTaskIsInterruptedOnlyWhenAsked() throws Exception {
        add("a");
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        TaskHandle<Completed<String>> running = coordinator.submit(worker -> {
            try {
                gate.pass();
                interrupted.set(false);
            } catch (InterruptedException e) {
                interrupted.set(true);
            } finally {
                ended.countDown();
            }
            return worker;
        });
        gate.awaitArrivals(1);
        running.cancel();
        assertThat(running.cancel(CancelOption.INTERRUPT_RUNNING)).isFalse();
        Threads.await(ended);
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void aTaskThatTakesTooLongFailsIsInterruptedAndCountsAsTheWorkersFailure() throws Exception {
        coordinator.close();
        use(Work.coordinator().taskTimeout(Duration.ofSeconds(3)).failuresToQuarantine(1));
        add("a", "b");
        TaskHandle<Completed<String>> running = hold("a");
        clock.advance(Duration.ofSeconds(3));
        review();
        assertThatThrownBy(running::join)
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("worker 'a'")
                .hasCauseInstanceOf(TimeoutException.class);
        Threads.awaitThat(() -> !stats("a").busy());
        assertThat(stats("a").failed()).isEqualTo(1);
        assertThat(stats("a").state()).isEqualTo(WorkerState.QUARANTINED);
    }

    @Test
    void aTaskMayHaveAShorterTimeoutThanTheOthers() throws Exception {
        coordinator.close();
        use(Work.coordinator().taskTimeout(Duration.ofSeconds(3)).failuresToQuarantine(1));
        add("a", "b", "c");
        TaskHandle<Completed<String>> other = hold("a");
        TaskHandle<Completed<String>> hasty =
                coordinator.submit(Work.at(gate), Affinity.require("b"), Duration.ofSeconds(1));
        gate.awaitArrivals(1);
        clock.advance(Duration.ofSeconds(1));
        review();
        assertThatThrownBy(hasty::join)
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("worker 'b'")
                .hasMessageContaining("PT1S")
                .hasCauseInstanceOf(TimeoutException.class);
        Threads.awaitThat(() -> !stats("b").busy()); // the gate is shut: its thread was interrupted
        assertThat(stats("b").failed()).isEqualTo(1);
        assertThat(stats("b").state()).isEqualTo(WorkerState.QUARANTINED);
        assertThat(other.state()).isEqualTo(TaskState.PROCESSING);
    }

    @Test
    void aTaskMayHaveALongerTimeoutThanTheOthersThatIsCountedFromItsStart() throws Exception {
        coordinator.close();
        use(Work.coordinator().taskTimeout(Duration.ofSeconds(1)));
        add("a", "b");
        Gate first = new Gate();
        coordinator.submit(Work.at(first), Affinity.require("a"), Duration.ofSeconds(Long.MAX_VALUE));
        first.awaitArrivals(1);
        TaskHandle<Completed<String>> patient =
                coordinator.submit(Work.at(gate), Affinity.require("a"), Duration.ofSeconds(5));
        clock.advance(Duration.ofSeconds(100));
        review();
        assertThat(patient.state()).isEqualTo(TaskState.WAITING);
        first.open();
        gate.awaitArrivals(1);
        clock.advance(Duration.ofSeconds(5).minusNanos(1));
        review();
        assertThat(patient.state()).isEqualTo(TaskState.PROCESSING);
        clock.advance(Duration.ofNanos(1));
        review();
        assertThatThrownBy(patient::join).hasCauseInstanceOf(TimeoutException.class);
        assertThat(stats("a").completed()).isEqualTo(1);
    }

    @Test
    void aTimeoutOfATaskNeedsNoneOfTheCoordinatorAndNobodyWhoLooks() throws Exception {
        coordinator.close();
        coordinator = Work.coordinator().build();
        add("a");
        assertThatThrownBy(() -> coordinator
                        .submit(Work.at(gate), Affinity.any(), Duration.ofMillis(5))
                        .join(Threads.LIMIT))
                .hasCauseInstanceOf(TimeoutException.class);
        assertThat(coordinator
                        .submit(Work.named(), Affinity.any(), Duration.ofMillis(1_000_000))
                        .join(Threads.LIMIT)
                        .worker())
                .isEqualTo("a");
    }

    @Test
    void aTimeoutMustBePositive() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> coordinator.submit(Work.named(), Affinity.any(), wrong))
                    .withMessage("taskTimeout must be positive, not " + wrong);
        }
        assertThatThrownBy(() -> coordinator.submit(Work.named(), Affinity.any(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("taskTimeout");
        assertThat(coordinator.stats().accepted()).isZero();
    }

    @Test
    void aTimedOutJoinLeavesTheTaskAlone() throws Exception {
        add("a");
        TaskHandle<Completed<String>> running = hold("a");
        assertThatThrownBy(() -> running.join(Duration.ofNanos(1))).isInstanceOf(TimeoutException.class);
        gate.open();
        assertThat(workerOf(running)).isEqualTo("a");
    }

    @Test
    void beyondTheCapacityTasksAreRejected() throws Exception {
        coordinator.close();
        use(Work.coordinator().capacity(2));
        add("a");
        hold("a");
        submit(Affinity.any());
        submit(Affinity.require("a"));
        assertThatThrownBy(() -> submit(Affinity.any()))
                .isInstanceOfSatisfying(
                        RejectedTaskException.class,
                        e -> assertThat(e.reason()).isEqualTo(RejectedTaskException.Reason.COORDINATOR_FULL))
                .hasMessage("coordinator 'test' is full (capacity 2)");
        assertThat(coordinator.stats().rejected()).isEqualTo(1);
        assertThat(coordinator.stats().accepted()).isEqualTo(3);
    }
}
