package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tasks that are left for any worker while nobody need be woken, against the capacity and against the end. */
class CoordinatorInboxTest {
    private static final int SUBMITTERS = 3;

    @RegisterExtension
    final Threads threads = new Threads();

    /** A task of which it can be told whether it was started. */
    private static final class Known implements Work {
        final AtomicBoolean isStarted = new AtomicBoolean();

        @Override
        public String run(String worker) {
            assertThat(isStarted.compareAndSet(false, true)).as("started once").isTrue();
            return worker;
        }
    }

    private record Submitted(Known work, TaskHandle<Completed<String>> handle) {}

    /** While both workers are busy, nothing leaves: of many submits, exactly as many are accepted as the capacity says. */
    @Test
    void whileNothingLeavesAsManyAreAcceptedAsMayWait() throws Exception {
        int capacity = 50;
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().capacity(capacity).build()) {
            Work.addWorkers(coordinator, "a", "b");
            long accepted = 0;
            long rejected = 0;
            for (int round = 0; round < 100; round++) {
                Gate gate = new Gate();
                List<TaskHandle<Completed<String>>> busy = List.of(
                        coordinator.submit(Work.at(gate), Affinity.require("a")),
                        coordinator.submit(Work.at(gate), Affinity.require("b")));
                gate.awaitArrivals(2);
                Queue<TaskHandle<Completed<String>>> waiting = new ConcurrentLinkedQueue<>();
                LongAdder refusals = new LongAdder();
                threads.startTogether(SUBMITTERS, t -> {
                    for (int i = 0; i < capacity; i++) {
                        try {
                            waiting.add(coordinator.submit(Work.named()));
                        } catch (RejectedTaskException e) {
                            assertThat(e.reason()).isEqualTo(Reason.COORDINATOR_FULL);
                            refusals.increment();
                        }
                    }
                });
                threads.join();
                accepted += 2 + capacity;
                rejected += (SUBMITTERS - 1) * capacity;
                assertThat(waiting).hasSize(capacity);
                assertThat(coordinator.stats().waiting()).isEqualTo(capacity);
                assertThat(coordinator.stats().accepted()).isEqualTo(accepted);
                assertThat(coordinator.stats().rejected()).isEqualTo(rejected);
                gate.open();
                busy.forEach(TaskHandle::join);
                waiting.forEach(TaskHandle::join);
            }
        }
    }

    /** While tasks come and go, no look at it finds more of them waiting than may, and all that were accepted are run. */
    @Test
    void whileTasksComeAndGoNoMoreThanTheCapacityWait() {
        int capacity = 8;
        int each = 20_000;
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().capacity(capacity).build()) {
            Work.addWorkers(coordinator, "a", "b", "c");
            LongAdder accepted = new LongAdder();
            LongAdder rejected = new LongAdder();
            threads.startTogether(SUBMITTERS, t -> {
                for (int i = 0; i < each; i++) {
                    try {
                        TaskHandle<Completed<String>> handle = coordinator.submit(Work.named());
                        accepted.increment();
                        if (i % 16 == 0) {
                            handle.join();
                        }
                    } catch (RejectedTaskException e) {
                        rejected.increment();
                    }
                    if (i % 64 == 0) {
                        assertThat(coordinator.stats().waiting()).isLessThanOrEqualTo(capacity);
                    }
                }
            });
            threads.join();
            Threads.awaitThat(() -> coordinator.stats().completed() == accepted.sum());
            assertThat(coordinator.stats().accepted()).isEqualTo(accepted.sum());
            assertThat(coordinator.stats().rejected()).isEqualTo(rejected.sum());
            assertThat(accepted.sum() + rejected.sum()).isEqualTo((long) SUBMITTERS * each);
        }
    }

    /**
     * One task at a time, with pauses of which some end when the last thread that looks is about to park: it looks after it has
     * said so, or the submitter sees that it has. Nobody else comes to take out what was overlooked.
     */
    @Test
    void noTaskIsOverlookedByTheLastThreadThatParks() throws Exception {
        try (Coordinator<Work, String> coordinator = Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            Work work = Work.named();
            for (int i = 0; i < 200_000; i++) {
                coordinator.submit(work).join(Threads.LIMIT);
                for (int spin = i % 211; spin > 0; spin--) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    /** What is left for a thread that is about to look has an idle worker already, and takes nobody's place. */
    @Test
    void withWorkersIdleNothingIsRejectedHoweverFewMayWait() {
        try (Coordinator<Work, String> coordinator = Work.coordinator()
                .capacity(1)
                .loadBalance(LoadBalance.ROUND_ROBIN)
                .build()) {
            Work.addWorkers(coordinator, "a", "b", "c", "d");
            for (int round = 0; round < 500; round++) {
                while (!coordinator.stats().workers().values().stream()
                        .allMatch(worker -> worker.state() == WorkerState.IDLE)) {
                    Thread.onSpinWait();
                }
                List<TaskHandle<Completed<String>>> handles = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    handles.add(coordinator.submit(Work.named()));
                }
                handles.forEach(TaskHandle::join);
            }
        }
    }

    /** Nobody looks for a million tasks at once, holding the lock. */
    @Test
    void littleIsLeftForOneLook() throws Exception {
        Gate gate = new Gate();
        try (Coordinator<Work, String> coordinator = Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            coordinator.submit(Work.at(gate));
            gate.awaitArrivals(1);
            for (int i = 0; i < 5_000; i++) {
                coordinator.submit(Work.named());
            }
            DefaultCoordinator<Work, String> inner = (DefaultCoordinator<Work, String>) coordinator;
            inner.lock.lock();
            int looked = inner.dispatch.waiting();
            inner.lock.unlock();
            assertThat(looked).isGreaterThan(5_000 - DefaultCoordinator.LOOK_EVERY);
            gate.open();
        }
    }

    /** The clock that submitters may use while a quick worker is up is late when that worker hangs; no deadline goes by it. */
    @Test
    void howLongATaskWaitsForItsWorkerIsCountedFromItsSubmit() throws Exception {
        FakeClock clock = new FakeClock();
        Gate gate = new Gate();
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().ticker(clock).build()) {
            Work.addWorkers(coordinator, "quick", "idle");
            Affinity quick = Affinity.require("quick");
            coordinator
                    .submit(Work.taking(Duration.ofNanos(1_000), clock), quick)
                    .join();
            coordinator.submit(Work.at(gate), quick);
            gate.awaitArrivals(1);
            clock.advance(Duration.ofSeconds(10));
            TaskHandle<Completed<String>> patient =
                    coordinator.submit(Work.named(), Affinity.requireWithin("missing", Duration.ofSeconds(15)));
            clock.advance(Duration.ofSeconds(10));
            ((DefaultCoordinator<Work, String>) coordinator).review();
            assertThat(patient.state()).isEqualTo(TaskState.WAITING);
            gate.open();
        }
    }

    private void submitUntilClosed(Coordinator<Work, String> coordinator, Queue<Submitted> submitted) {
        threads.startTogether(SUBMITTERS, t -> {
            while (true) {
                Known work = new Known();
                try {
                    submitted.add(new Submitted(work, coordinator.submit(work)));
                } catch (RejectedTaskException e) {
                    if (e.reason() == Reason.COORDINATOR_CLOSED) {
                        return;
                    }
                    Thread.yield();
                }
            }
        });
    }

    /** A submit that leaves its task and goes, against a close that takes out what was left: each is either refused or run. */
    @Test
    void whatIsAcceptedBeforeACloseIsRun() throws Exception {
        for (int round = 0; round < 60; round++) {
            Coordinator<Work, String> coordinator =
                    Work.coordinator().capacity(1_000).build();
            Work.addWorkers(coordinator, "a", "b");
            Gate gate = new Gate();
            if (round % 2 == 0) {
                coordinator.submit(Work.at(gate), Affinity.require("a"));
                coordinator.submit(Work.at(gate), Affinity.require("b"));
                gate.awaitArrivals(2);
            }
            Queue<Submitted> submitted = new ConcurrentLinkedQueue<>();
            submitUntilClosed(coordinator, submitted);
            int few = round * 5;
            Threads.awaitThat(() -> submitted.size() >= few);
            Thread opener = threads.start(gate::open);
            assertThat(coordinator.close(Threads.LIMIT).isClean()).isTrue();
            opener.join();
            threads.join();
            for (Submitted each : submitted) {
                each.handle.join(Threads.LIMIT);
                assertThat(each.work.isStarted).isTrue();
            }
            CoordinatorStats stats = coordinator.stats();
            assertThat(stats.accepted()).isEqualTo(submitted.size() + (round % 2 == 0 ? 2 : 0));
            assertThat(stats.completed()).isEqualTo(stats.accepted());
        }
    }

    /** As before: each is refused, or run, or handed back. */
    @Test
    void whatIsAcceptedBeforeAShutdownNowIsRunOrHandedBack() throws Exception {
        for (int round = 0; round < 60; round++) {
            Coordinator<Work, String> coordinator =
                    Work.coordinator().capacity(1_000).build();
            if (round % 3 > 0) {
                Work.addWorkers(coordinator, "a", "b"); // else nobody is there
            }
            Queue<Submitted> submitted = new ConcurrentLinkedQueue<>();
            submitUntilClosed(coordinator, submitted);
            int few = round * 5;
            Threads.awaitThat(() -> submitted.size() >= few);
            Set<Work> handedBack = Collections.newSetFromMap(new IdentityHashMap<>());
            handedBack.addAll(coordinator.shutdownNow());
            coordinator.close();
            threads.join();
            int cancelled = 0;
            for (Submitted each : submitted) {
                try {
                    each.handle.join(Threads.LIMIT);
                    assertThat(each.work.isStarted).isTrue();
                } catch (CancellationException e) {
                    cancelled++;
                }
                assertThat(handedBack.contains(each.work)).isNotEqualTo(each.work.isStarted.get());
            }
            CoordinatorStats stats = coordinator.stats();
            assertThat(stats.accepted()).isEqualTo(submitted.size());
            assertThat(stats.cancelled()).isEqualTo(cancelled);
            assertThat(stats.completed()).isEqualTo(submitted.size() - cancelled);
        }
    }
}
