package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.DrainReport;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * That nobody sees a difference when a thread has tiny tasks in hand. Each test lets a task block with others in hand behind it, and
 * does something at once; a millisecond later the watch would call the hand in, so each is repeated.
 */
class CoordinatorHandsTest {
    private static final int ROUNDS = 10;
    private static final int TASKS = 20;

    @RegisterExtension
    final Threads threads = new Threads();

    private final FakeClock clock = new FakeClock();
    private final DefaultCoordinator<Work, String> coordinator = (DefaultCoordinator<Work, String>)
            Work.coordinator().capacity(TASKS).ticker(clock).build();
    private final Gate first = new Gate();
    private final Gate blocked = new Gate();
    private final List<Integer> ran = new CopyOnWriteArrayList<>();
    private final List<TaskHandle<Completed<String>>> handles = new ArrayList<>();

    @BeforeEach
    void aWorkerIsKnownToBeQuick() {
        Work.addWorkers(coordinator, "a");
        coordinator.submit(Work.named()).join();
    }

    @AfterEach
    void close() {
        first.open();
        blocked.open();
        coordinator.close();
    }

    private Work counted(int number) {
        return worker -> {
            ran.add(number);
            return worker;
        };
    }

    /** The task of this number is the work; it, those before it and those behind it have been submitted. */
    private void submitAround(int number, Work work) throws Exception {
        submitAll(i -> i == number ? work : counted(i));
        first.open();
    }

    /** They wait until the first gate is open. */
    private void submitAll(IntFunction<Work> works) throws Exception {
        coordinator.submit(Work.at(first));
        first.awaitArrivals(1);
        for (int i = 0; i < TASKS; i++) {
            handles.add(coordinator.submit(works.apply(i)));
        }
    }

    /** The task of this number blocks in the worker's hand. */
    private void blockAt(int number) throws Exception {
        submitAround(number, Work.at(blocked));
        blocked.awaitArrivals(1);
    }

    private void assertRan(int from, int to) {
        assertThat(ran.stream().filter(number -> number >= from && number < to))
                .as("in the order of the submits")
                .hasSize(to - from)
                .isSorted();
    }

    private void joinAll() {
        blocked.open();
        handles.forEach(TaskHandle::join);
    }

    @RepeatedTest(ROUNDS)
    void statisticsAreExact() throws Exception {
        blockAt(3);
        CoordinatorStats stats = coordinator.stats();
        assertThat(stats.completed()).isEqualTo(2 + 3);
        assertThat(stats.running()).isEqualTo(1);
        assertThat(stats.waiting()).isEqualTo(TASKS - 4);
        assertThat(stats.accepted()).isEqualTo(2 + TASKS);
        assertThat(handles.get(3).state()).isEqualTo(TaskState.PROCESSING);
        assertThat(handles.get(4).state()).isEqualTo(TaskState.WAITING);
        joinAll();
        assertRan(4, TASKS);
        assertThat(coordinator.stats("a").orElseThrow().completed()).isEqualTo(2 + TASKS);
    }

    @RepeatedTest(ROUNDS)
    void statisticsOfTheWorkerAreExact() throws Exception {
        blockAt(3);
        assertThat(coordinator.stats("a").orElseThrow().completed()).isEqualTo(2 + 3);
        joinAll();
    }

    @RepeatedTest(ROUNDS)
    void aTaskInHandCanBeCancelled() throws Exception {
        blockAt(0);
        assertThat(handles.get(5).cancel()).isTrue();
        assertThat(handles.get(5).state()).isEqualTo(TaskState.CANCELLED);
        handles.remove(5);
        joinAll();
        assertThat(ran).hasSize(TASKS - 2).doesNotContain(5).isSorted();
        assertThat(coordinator.stats().cancelled()).isEqualTo(1);
    }

    /** The one that runs is interrupted, and none behind it. */
    @RepeatedTest(ROUNDS)
    void aTaskFromAHandIsInterruptedAndNoOther() throws Exception {
        Gate entered = new Gate();
        entered.open();
        Queue<Integer> interrupted = new ConcurrentLinkedQueue<>();
        submitAll(number -> worker -> {
            try {
                if (number == 2) {
                    entered.pass();
                    blocked.pass();
                } else if (Thread.interrupted()) {
                    interrupted.add(number);
                }
            } catch (InterruptedException e) {
                interrupted.add(number);
                Thread.currentThread().interrupt();
            }
            return worker;
        });
        first.open();
        entered.awaitArrivals(1);
        assertThat(handles.get(2).cancel(CancelOption.INTERRUPT_RUNNING)).isTrue();
        handles.remove(2);
        handles.forEach(TaskHandle::join);
        assertThat(interrupted).containsExactly(2);
    }

    /** A flag that a task leaves behind is not for the next, though no lock is between them. */
    @RepeatedTest(ROUNDS)
    void aTaskInHandIsNotInterruptedByTheOneBeforeIt() throws Exception {
        AtomicReference<Boolean> seen = new AtomicReference<>();
        coordinator.submit(Work.at(first));
        first.awaitArrivals(1);
        handles.add(coordinator.submit(Work.named()));
        handles.add(coordinator.submit(worker -> {
            Thread.currentThread().interrupt();
            return worker;
        }));
        handles.add(coordinator.submit(worker -> {
            seen.set(Thread.interrupted());
            return worker;
        }));
        first.open();
        joinAll();
        assertThat(seen).hasValue(false);
    }

    @RepeatedTest(ROUNDS)
    void aWorkerThatComesTakesWhatIsInHand() throws Exception {
        blockAt(2);
        clock.advance(Duration.ofMillis(5));
        Work.addWorkers(coordinator, "b");
        for (TaskHandle<Completed<String>> handle : handles.subList(3, TASKS)) {
            assertThat(handle.join().worker()).isEqualTo("b");
        }
        assertRan(3, TASKS);
    }

    /** By the watch: nobody looks. */
    @RepeatedTest(ROUNDS)
    void anIdleWorkerTakesWhatIsInTheHandOfOneThatHangs() throws Exception {
        Work.addWorkers(coordinator, "b");
        coordinator.submit(Work.named(), Affinity.require("b")).join();
        blockAt(2);
        clock.advance(Duration.ofMillis(5));
        Queue<String> workers = new ConcurrentLinkedQueue<>();
        for (TaskHandle<Completed<String>> handle : handles) {
            handle.completion().thenAccept(completed -> workers.add(completed.worker()));
        }
        Threads.awaitThat(() -> workers.size() == TASKS - 1);
    }

    @RepeatedTest(ROUNDS)
    void theNextOfItsNameRunsWhatWasInHand() throws Exception {
        blockAt(2);
        coordinator.addWorker("a", task -> task.run("a") + " again");
        joinAll();
        assertThat(handles.get(2).join().result()).isEqualTo("a");
        for (TaskHandle<Completed<String>> handle : handles.subList(3, TASKS)) {
            assertThat(handle.join().result()).isEqualTo("a again");
        }
        assertRan(3, TASKS);
    }

    @RepeatedTest(ROUNDS)
    void whenTheWorkerIsRemovedWhatWasInHandIsForOthers() throws Exception {
        blockAt(2);
        coordinator.removeWorker("a");
        blocked.open();
        handles.get(2).join();
        assertThat(coordinator.stats().waiting()).isEqualTo(TASKS - 3);
        Work.addWorkers(coordinator, "b");
        joinAll();
        assertThat(handles.get(3).join().worker()).isEqualTo("b");
    }

    @RepeatedTest(ROUNDS)
    void whenTheWorkerIsPutAsideWhatWasInHandWaits() throws Exception {
        blockAt(2);
        coordinator.quarantine("a");
        blocked.open();
        handles.get(2).join();
        coordinator.submit(Work.named(), Affinity.require("a")).join();
        assertThat(coordinator.stats().waiting()).isEqualTo(TASKS - 3);
        coordinator.release("a");
        joinAll();
    }

    @RepeatedTest(ROUNDS)
    void whatIsInHandIsDroppedWithTheRest() throws Exception {
        blockAt(2);
        List<Work> dropped = coordinator.shutdownNow();
        assertThat(dropped).hasSize(TASKS - 3);
        assertThat(handles.subList(3, TASKS)).allMatch(handle -> handle.state() == TaskState.CANCELLED);
    }

    @RepeatedTest(ROUNDS)
    void whatIsInHandIsDrained() throws Exception {
        blockAt(2);
        threads.start(() -> assertThat(coordinator.close(Threads.LIMIT)).satisfies(DrainReport::isClean));
        Threads.awaitThat(coordinator::isClosed);
        joinAll();
        threads.join();
        assertRan(3, TASKS);
    }

    /** As many are accepted as have left. */
    @RepeatedTest(ROUNDS)
    void theCapacityIsExact() throws Exception {
        blockAt(4);
        for (int i = 0; i < 5; i++) {
            handles.add(coordinator.submit(Work.named()));
        }
        assertThatThrownBy(() -> coordinator.submit(Work.named())).isInstanceOf(RejectedTaskException.class);
        joinAll();
    }

    /** Its own thread runs it where it waits. */
    @RepeatedTest(ROUNDS)
    void aTaskMayWaitForOneBehindItInTheSameHand() throws Exception {
        submitAround(2, worker -> handles.get(7).join().worker() + " and on");
        assertThat(handles.get(2).join().result()).isEqualTo("a and on");
        joinAll();
        assertThat(ran).hasSize(TASKS - 1);
    }

    @RepeatedTest(ROUNDS)
    void aTaskThatFailsInHandFailsAndTheOthersGoOn() throws Exception {
        IllegalStateException failure = new IllegalStateException("on purpose");
        submitAround(2, Work.failing(failure));
        assertThatThrownBy(handles.remove(2)::join)
                .isInstanceOf(TaskFailedException.class)
                .hasCause(failure);
        joinAll();
        assertThat(ran).hasSize(TASKS - 1).isSorted();
        WorkerStats stats = coordinator.stats("a").orElseThrow();
        assertThat(stats.failed()).isEqualTo(1);
        assertThat(stats.completed()).isEqualTo(2 + TASKS - 1);
    }

    /** The end of a task that somebody listens to may take its time: nothing is in hand meanwhile that others could not have. */
    @RepeatedTest(ROUNDS)
    void dependentsRunInTheirOrder() throws Exception {
        List<Integer> told = new CopyOnWriteArrayList<>();
        submitAll(this::counted);
        for (int i = 0; i < TASKS; i++) {
            int number = i;
            handles.get(i).completion().thenRun(() -> told.add(number));
        }
        first.open();
        joinAll();
        Threads.awaitThat(() -> told.size() == TASKS);
        assertThat(told).isSorted();
    }

    /** What others do at its end is no part of what a task takes. */
    @RepeatedTest(ROUNDS)
    void dependentsDoNotCountAsTheTasksTime() throws Exception {
        submitAll(this::counted);
        handles.get(TASKS - 2).completion().thenRun(() -> clock.advance(Duration.ofSeconds(1)));
        first.open();
        joinAll();
        assertThat(coordinator.stats("a").orElseThrow().ewma()).isLessThan(Duration.ofMillis(1));
    }

    /** In real time, from several threads, with everything that looks at hands. */
    @RepeatedTest(3)
    void whoLooksAllTheTimeSeesTheBooksInOrder() throws Exception {
        try (Coordinator<Work, String> quick = Work.coordinator().build()) {
            Work.addWorkers(quick, "a", "b");
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
            Queue<TaskHandle<Completed<String>>> all = new ConcurrentLinkedQueue<>();
            threads.startTogether(3, t -> {
                for (int i = 0; System.nanoTime() < end; i++) {
                    if (t == 0) {
                        CoordinatorStats stats = quick.stats();
                        assertThat(stats.accepted())
                                .isEqualTo(stats.completed() + stats.cancelled() + stats.waiting() + stats.running());
                    } else {
                        TaskHandle<Completed<String>> handle;
                        try {
                            handle = quick.submit(Work.named());
                        } catch (RejectedTaskException full) {
                            continue;
                        }
                        all.add(handle);
                        if (i % 16 == 0) {
                            handle.cancel(CancelOption.INTERRUPT_RUNNING);
                        }
                    }
                }
            });
            threads.join();
            Threads.awaitThat(
                    () -> all.stream().allMatch(handle -> handle.state().isFinal()));
            CoordinatorStats stats = quick.stats();
            assertThat(stats.completed() + stats.cancelled()).isEqualTo(all.size());
            assertThat(stats.accepted()).isEqualTo(all.size());
        }
    }

    /** The first of them takes it, and the fourth gives it back. */
    @RepeatedTest(ROUNDS)
    void whatIsInHandRunsWithoutTheLock() throws Exception {
        AtomicBoolean isHeld = new AtomicBoolean();
        Work takes = worker -> {
            coordinator.lock.lock();
            isHeld.set(true);
            if (!coordinator.dispatch.hands.areOut()) { // the watch was here
                giveBack(isHeld);
            }
            return worker;
        };
        Work givesBack = worker -> {
            giveBack(isHeld);
            return worker;
        };
        submitAll(i -> i == 0 ? takes : i == 3 ? givesBack : counted(i));
        first.open();
        try {
            handles.get(3).join(Threads.LIMIT);
        } finally {
            giveBack(isHeld);
        }
        joinAll();
        assertRan(4, TASKS);
    }

    private void giveBack(AtomicBoolean isHeld) {
        if (isHeld.compareAndSet(true, false)) {
            coordinator.lock.unlock();
        }
    }
}
