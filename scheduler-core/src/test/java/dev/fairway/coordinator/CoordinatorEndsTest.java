package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.internal.BriefLock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads, waits and coordinators that are about to end while others still need them; see {@link CoordinatorGuardsTest}. */
class CoordinatorEndsTest {
    private static final int AT_ONCE = 8;
    private static final int QUIET_LOOKS = 100;

    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    private static DefaultCoordinator<Work, String> build(Coordinator.Builder<Work, String> builder) {
        return (DefaultCoordinator<Work, String>) builder.build();
    }

    /** A coordinator, and a task that waits for a worker that is not there. */
    private record Rig(DefaultCoordinator<Work, String> coordinator, TaskHandle<Completed<String>> waiting) {}

    static List<Named<Consumer<Rig>>> ends() {
        return List.of(
                Named.of("cancel", rig -> rig.waiting.cancel()),
                Named.of("shutdown", rig -> rig.coordinator.shutdownNow()));
    }

    /** Nothing waits or runs any more, and yet it is not over: a close returns after the dependents of all tasks. */
    @ParameterizedTest
    @MethodSource("ends")
    void aDependentThatStillRunsKeepsTheCoordinatorFromItsEnd(Consumer<Rig> end) throws Exception {
        DefaultCoordinator<Work, String> coordinator = build(Work.coordinator());
        TaskHandle<Completed<String>> waiting =
                coordinator.submit(Work.named(), Affinity.requireWithin("a", Duration.ofHours(1)));
        waiting.completion().whenComplete((result, failure) -> gate.passUninterruptibly());
        threads.start(() -> end.accept(new Rig(coordinator, waiting)));
        gate.awaitArrivals(1);
        Thread closer = threads.start(() -> coordinator.close(Threads.LIMIT));
        Threads.awaitThat(() -> !closer.isAlive() || isWaiting(closer, coordinator.lock));
        boolean closed = !closer.isAlive();
        gate.open();
        assertThat(closed).as("closed before the dependent had run").isFalse();
        threads.join();
    }

    private static boolean isWaiting(Thread thread, BriefLock lock) {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker != null && blocker != lock;
    }

    /** Whether it is over is a count, too. */
    @Test
    void aDependentHasRunOnlyWithTheLock() throws Exception {
        try (DefaultCoordinator<Work, String> coordinator = build(Work.coordinator())) {
            TaskHandle<Completed<String>> waiting =
                    coordinator.submit(Work.named(), Affinity.requireWithin("a", Duration.ofHours(1)));
            waiting.completion().whenComplete((result, failure) -> gate.passUninterruptibly());
            Thread canceller = threads.start(waiting::cancel);
            gate.awaitArrivals(1);
            coordinator.lock.lock();
            gate.open();
            boolean heldUp = Threads.isHeldUp(coordinator.lock, canceller, () -> false);
            coordinator.lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
        }
    }

    /** A worker that waits stands in the lists of the one that it waits for, and takes itself out. */
    @Test
    void aWorkerNoLongerWaitsOnlyWithTheLock() throws Exception {
        AtomicReference<Thread> waiter = new AtomicReference<>();
        AtomicBoolean goneOn = new AtomicBoolean();
        try (DefaultCoordinator<Work, String> coordinator = build(Work.coordinator())) {
            Work.addWorkers(coordinator, "a", "b");
            TaskHandle<Completed<String>> inner = coordinator.submit(Work.at(gate), Affinity.require("b"));
            gate.awaitArrivals(1);
            coordinator.submit(
                    worker -> {
                        waiter.set(Thread.currentThread());
                        inner.join();
                        goneOn.set(true);
                        return worker;
                    },
                    Affinity.require("a"));
            Threads.awaitThat(() -> waiter.get() != null && LockSupport.getBlocker(waiter.get()) == inner);
            coordinator.lock.lock();
            gate.open();
            Threads.awaitThat(() -> inner.state().isFinal());
            boolean heldUp = Threads.isHeldUp(coordinator.lock, waiter.get(), goneOn::get);
            coordinator.lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
        }
    }

    /**
     * Threads that have had nothing to do for long, and those that bring them some, wait for the lock together: whichever of the two
     * comes first, the task is run. Several at once, so that there are both.
     */
    @Test
    void aThreadThatIsWokenWhenItIsAboutToLeaveStays() {
        List<DefaultCoordinator<Work, String>> coordinators = new ArrayList<>();
        List<Thread> idle = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            DefaultCoordinator<Work, String> coordinator = build(Work.coordinator());
            AtomicReference<Thread> thread = new AtomicReference<>();
            Work.addWorkers(coordinator, "a");
            coordinator
                    .submit(worker -> {
                        thread.set(Thread.currentThread());
                        return worker;
                    })
                    .join();
            Threads.awaitThat(() -> isWaiting(thread.get(), coordinator.lock));
            coordinators.add(coordinator);
            idle.add(thread.get());
        }
        List<Thread> submitters = new ArrayList<>();
        coordinators.forEach(coordinator -> coordinator.lock.lock());
        for (int i = 0; i < AT_ONCE; i++) { // they come when they have been kept for some seconds
            Threads.awaitAt(coordinators.get(i).lock, idle.get(i), () -> false);
        }
        coordinators.forEach(coordinator -> submitters.add(
                threads.start(() -> coordinator.submit(Work.named()).join(Threads.LIMIT))));
        for (int i = 0; i < AT_ONCE; i++) {
            Threads.awaitAt(coordinators.get(i).lock, submitters.get(i), () -> false);
        }
        coordinators.forEach(coordinator -> coordinator.lock.unlock());
        threads.join();
        coordinators.forEach(Coordinator::close);
    }

    /**
     * A watch that has found nothing to do for long ends when it has seen to what it was woken for; if somebody's code then takes its
     * time in that very thread, what becomes due meanwhile is for another.
     */
    @Test
    void whatBecomesDueWhenAWatchIsAboutToEndIsSeenTo() throws Exception {
        AtomicBoolean isHeldUp = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        LongSupplier ticker = () -> {
            if (Thread.currentThread().getName().endsWith("-watch")) {
                looks.incrementAndGet();
            }
            return System.nanoTime();
        };
        CoordinatorListener<Object> listener = new CoordinatorListener<>() {
            @Override
            public void failed(CoordinatorEvent<Object> event) {
                if (isHeldUp.get()) {
                    gate.passUninterruptibly();
                }
            }
        };
        try (DefaultCoordinator<Work, String> coordinator =
                build(Work.coordinator().ticker(ticker).listener(listener))) {
            assertRefused(coordinator);
            awaitLongSleep(looks);
            isHeldUp.set(true);
            assertRefused(coordinator);
            gate.awaitArrivals(1);
            assertRefused(coordinator);
            gate.open();
        }
    }

    private static void assertRefused(Coordinator<Work, String> coordinator) {
        TaskHandle<Completed<String>> handle =
                coordinator.submit(Work.named(), Affinity.requireWithin("nobody", Duration.ofNanos(1)));
        assertThatExceptionOfType(NoSuchWorkerException.class).isThrownBy(() -> handle.join(Threads.LIMIT));
    }

    /** Were it to wake meanwhile, the test would find nothing, and not fail. */
    private static void awaitLongSleep(AtomicInteger looks) {
        int[] seen = new int[2]; // how often it has looked, and for how long that has been so
        Threads.awaitThat(() -> {
            int now = looks.get();
            seen[1] = now == seen[0] ? seen[1] + 1 : 0;
            seen[0] = now;
            return now > 1 && seen[1] >= QUIET_LOOKS;
        });
    }
}
