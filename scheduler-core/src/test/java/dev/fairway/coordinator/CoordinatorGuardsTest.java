package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.internal.BriefLock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Interruptible;
import dev.fairway.testing.Threads;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may only be done with the coordinator's lock. The test holds it, and sees that the other thread waits for it before it has
 * done anything: no race has to be won for that.
 */
class CoordinatorGuardsTest {
    private static final int SUBMITTERS = 16;
    private static final int WAITING = 20_000;
    private static final int LOOKS = 2_000;
    private static final int ROUNDS = 10_000;

    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    /** A coordinator with a worker that is busy, and a task that waits for it. */
    private record Rig(DefaultCoordinator<Work, String> coordinator, TaskHandle<Completed<String>> waiting) {
        /** What the steps change. */
        List<Object> state() {
            Dispatch<Work, String> dispatch = coordinator.dispatch;
            return List.of(
                    dispatch.accepted(),
                    dispatch.waiting(),
                    dispatch.running(),
                    dispatch.workerNames(),
                    dispatch.hasNobodyForAny(),
                    coordinator.isClosed());
        }
    }

    static List<Named<Consumer<Rig>>> steps() {
        return List.of(
                Named.of("submit", rig -> rig.coordinator.submit(Work.named(), Affinity.require("a"))),
                Named.of("cancel", rig -> rig.waiting.cancel()),
                Named.of("add", rig -> rig.coordinator.addWorker("b", task -> task.run("b"))),
                Named.of("replace", rig -> rig.coordinator.addWorker("a", task -> task.run("a"))),
                Named.of("remove", rig -> rig.coordinator.removeWorker("b")),
                Named.of("quarantine", rig -> rig.coordinator.quarantine("a")),
                Named.of("release", rig -> rig.coordinator.release("a")),
                Named.of("workers", rig -> rig.coordinator.workers()),
                Named.of("statistics", rig -> rig.coordinator.stats()),
                Named.of("statistics of one", rig -> rig.coordinator.stats("a")),
                Named.of("close", rig -> rig.coordinator.close()),
                Named.of("shutdown", rig -> rig.coordinator.shutdownNow()));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void theLockComesBeforeEverything(Consumer<Rig> step) throws Exception {
        try (Coordinator<Work, String> coordinator = Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            coordinator.submit(Work.at(gate));
            gate.awaitArrivals(1);
            Rig rig = new Rig(
                    (DefaultCoordinator<Work, String>) coordinator,
                    coordinator.submit(Work.named(), Affinity.require("a")));
            BriefLock lock = rig.coordinator.lock;
            lock.lock();
            try {
                List<Object> before = rig.state();
                Thread thread = threads.start(() -> step.accept(rig));
                Threads.awaitAt(lock, thread, () -> !rig.state().equals(before));
                assertThat(rig.state()).as("with the lock held by another").isEqualTo(before);
                assertThat(thread.isAlive()).as("waits for the lock").isTrue();
            } finally {
                lock.unlock();
                gate.open();
            }
            threads.join();
        }
    }

    /** Whoever is about to interrupt a task counts as such: a count that is lost would keep its worker for ever. */
    @Test
    void whoHasInterruptedATaskSaysSoOnlyWithTheLock() throws Exception {
        Interruptible channel = new Interruptible();
        try (Coordinator<Work, String> coordinator = Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            TaskHandle<Completed<String>> handle = coordinator.submit(worker -> {
                channel.work();
                return worker;
            });
            channel.working.awaitArrivals(1);
            Task<?, ?> task = (Task<?, ?>) handle;
            Thread canceller = threads.start(() -> handle.cancel(CancelOption.INTERRUPT_RUNNING));
            channel.interrupting.awaitArrivals(1);
            BriefLock lock = ((DefaultCoordinator<Work, String>) coordinator).lock;
            lock.lock();
            try {
                assertThat(task.interrupters).isEqualTo(1);
                channel.interrupting.open();
                Threads.awaitAt(lock, canceller, () -> task.interrupters == 0);
                assertThat(task.interrupters)
                        .as("with the lock held by another")
                        .isEqualTo(1);
            } finally {
                lock.unlock();
                channel.interrupting.open();
                channel.working.open();
            }
            threads.join();
        }
    }

    /** As if somebody had announced an interrupt of the task, and not interrupted it yet: what must come after it does not happen. */
    private void untilInterrupted(
            DefaultCoordinator<Work, String> coordinator,
            Task<?, ?> task,
            Runnable goOn,
            BooleanSupplier after,
            Runnable interrupt)
            throws Exception {
        coordinator.lock.lock();
        task.interrupters++;
        coordinator.lock.unlock();
        try {
            goOn.run();
            for (int i = 0; i < LOOKS; i++) {
                coordinator.lock.lock();
                boolean tooEarly = after.getAsBoolean();
                coordinator.lock.unlock();
                assertThat(tooEarly).as("with an interrupt announced").isFalse();
                Thread.yield();
            }
            interrupt.run();
        } finally {
            coordinator.lock.lock();
            task.interrupters--;
            coordinator.lock.unlock();
        }
        Threads.awaitThat(after::getAsBoolean);
    }

    @Test
    void noTaskIsStartedBehindOneThatSomebodyIsAboutToInterrupt() throws Exception {
        try (DefaultCoordinator<Work, String> coordinator =
                (DefaultCoordinator<Work, String>) Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            AtomicReference<Thread> thread = new AtomicReference<>();
            TaskHandle<Completed<String>> first = coordinator.submit(worker -> {
                thread.set(Thread.currentThread());
                return Work.at(gate).run(worker);
            });
            gate.awaitArrivals(1);
            TaskHandle<Completed<String>> next = coordinator.submit(
                    worker -> String.valueOf(Thread.currentThread().isInterrupted()), Affinity.require("a"));
            Runnable end = () -> {
                gate.open();
                first.join();
            };
            Runnable interrupt = () -> thread.get().interrupt();
            untilInterrupted(coordinator, (Task<?, ?>) first, end, () -> next.state() != TaskState.WAITING, interrupt);
            assertThat(next.join().result())
                    .as("interrupted for the task before")
                    .isEqualTo("false");
        }
    }

    @Test
    void noTaskIsStartedOnTopOfOneThatSomebodyIsAboutToInterrupt() throws Exception {
        AtomicReference<TaskHandle<Completed<String>>> call = new AtomicReference<>();
        try (DefaultCoordinator<Work, String> coordinator =
                (DefaultCoordinator<Work, String>) Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            TaskHandle<Completed<String>> caller = coordinator.submit(worker -> {
                gate.pass();
                call.set(coordinator.submit(Work.named(), Affinity.require("a")));
                return call.get().join().result();
            });
            gate.awaitArrivals(1);
            Runnable goOn = () -> {
                gate.open();
                Threads.awaitThat(() -> call.get() != null);
            };
            untilInterrupted(
                    coordinator, (Task<?, ?>) caller, goOn, () -> call.get().state() != TaskState.WAITING, () -> {});
            assertThat(caller.join().result()).isEqualTo("a");
        }
    }

    @Test
    void noTaskGoesOnBelowOneThatSomebodyIsAboutToInterrupt() throws Exception {
        AtomicReference<TaskHandle<Completed<String>>> call = new AtomicReference<>();
        AtomicBoolean goneOn = new AtomicBoolean();
        try (DefaultCoordinator<Work, String> coordinator =
                (DefaultCoordinator<Work, String>) Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            coordinator.submit(worker -> {
                call.set(coordinator.submit(Work.at(gate), Affinity.require("a")));
                call.get().join();
                goneOn.set(true);
                return worker;
            });
            gate.awaitArrivals(1);
            Runnable end = () -> {
                gate.open();
                call.get().join();
            };
            untilInterrupted(coordinator, (Task<?, ?>) call.get(), end, goneOn::get, () -> {});
        }
    }

    /** Whoever has the lock finds the thread searching or parked: were it in between, a second one would be started. */
    @Test
    void oneWorkerNeedsOneThread() {
        try (Coordinator<Work, String> coordinator = Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            for (int i = 0; i < ROUNDS; i++) {
                coordinator.submit(Work.named()).join();
                for (int spin = i % 1_000; spin > 0; spin--) {
                    Thread.onSpinWait();
                }
            }
            assertThat(coordinator.stats().threads()).isEqualTo(1);
        }
    }

    @Test
    void closedTwiceFromInsideItStartsOneThreadThatCloses() throws Exception {
        Coordinator<Work, String> coordinator = Work.coordinator().name("twice").build();
        Work.addWorkers(coordinator, "a");
        TaskHandle<Completed<String>> handle = coordinator.submit(worker -> {
            coordinator.close();
            coordinator.close();
            return String.valueOf(Threads.named("twice-close").size());
        });
        assertThat(handle.join().result()).isEqualTo("1");
        coordinator.terminated().toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Submitters that have found the coordinator open, and are held up then, put their tasks in while a shutdown drops what waits. That
     * takes long here, so they look before it is over: they must learn that they are late.
     */
    @RepeatedTest(5)
    void aTaskThatIsPutInWhileAShutdownDropsOthersIsRefused() throws Exception {
        Queue<TaskHandle<Completed<String>>> handles = new ConcurrentLinkedQueue<>();
        Coordinator<Work, String> coordinator =
                Work.coordinator().capacity(WAITING * 4).build();
        Work.addWorkers(coordinator, "a");
        coordinator.submit(Work.at(gate), Affinity.require("a"));
        gate.awaitArrivals(1);
        threads.startTogether(SUBMITTERS, t -> {
            while (true) {
                try {
                    handles.add(coordinator.submit(Work.named()));
                } catch (RejectedTaskException e) {
                    if (e.reason() == Reason.COORDINATOR_CLOSED) {
                        return;
                    }
                }
            }
        });
        Threads.awaitThat(() -> handles.size() > WAITING);
        List<Work> dropped = coordinator.shutdownNow();
        threads.join();
        gate.open();
        coordinator.close();
        assertThat(dropped.size()).isEqualTo(handles.size());
        assertThat(handles).allMatch(handle -> handle.state() == TaskState.CANCELLED);
    }
}
