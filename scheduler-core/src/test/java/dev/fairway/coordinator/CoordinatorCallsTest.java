package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workers whose code submits tasks and joins them. */
class CoordinatorCallsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private static Coordinator<Work, String> of(String... workers) {
        Coordinator<Work, String> coordinator = Work.coordinator().build();
        Work.addWorkers(coordinator, workers);
        return coordinator;
    }

    private static String call(Coordinator<Work, String> coordinator, String worker, Work work) {
        return coordinator.submit(work, Affinity.require(worker)).join().result();
    }

    @Test
    void aTaskForAnyGoesToAnIdleWorkerAndWithNoneIdleToTheOneThatWaits() throws Exception {
        try (Coordinator<Work, String> coordinator = of("a", "b")) {
            Work asking =
                    worker -> worker + coordinator.submit(Work.named()).join().worker();
            assertThat(coordinator
                            .submit(asking, Affinity.require("a"))
                            .join(Threads.LIMIT)
                            .result())
                    .isEqualTo("ab");
            coordinator.removeWorker("b");
            assertThat(coordinator
                            .submit(asking, Affinity.require("a"))
                            .join(Threads.LIMIT)
                            .result())
                    .isEqualTo("aa");
        }
    }

    @Test
    void aSingleWorkerMayRecur() throws Exception {
        try (Coordinator<Integer, Long> coordinator =
                Coordinator.<Integer, Long>builder().build()) {
            Thread[] thread = new Thread[1];
            coordinator.addWorker("a", n -> {
                thread[0] = thread[0] == null ? Thread.currentThread() : thread[0];
                assertThat(Thread.currentThread()).isSameAs(thread[0]);
                return n < 2
                        ? n
                        : coordinator.submit(n - 1).join().result()
                                + coordinator
                                        .submit(n - 2, Affinity.require("a"))
                                        .join()
                                        .result();
            });
            assertThat(coordinator.submit(12).join(Threads.LIMIT).result()).isEqualTo(144L);
        }
    }

    @Test
    void aCallThatComesBackIsRunByTheWaitingWorkersOwnThread() throws Exception {
        AtomicReference<Thread> outer = new AtomicReference<>();
        AtomicReference<Thread> inner = new AtomicReference<>();
        try (Coordinator<Work, String> coordinator = of("a", "b")) {
            TaskHandle<Completed<String>> handle = coordinator.submit(
                    a -> {
                        outer.set(Thread.currentThread());
                        return a
                                + call(
                                        coordinator,
                                        "b",
                                        b -> b
                                                + call(coordinator, "a", again -> {
                                                    inner.set(Thread.currentThread());
                                                    return again;
                                                }));
                    },
                    Affinity.require("a"));
            assertThat(handle.join(Threads.LIMIT).result()).isEqualTo("aba");
            assertThat(inner.get()).isSameAs(outer.get());
        }
    }

    @Test
    void aCallMayComeBackThroughManyWorkersAndSeveralTimes() throws Exception {
        try (Coordinator<Work, String> coordinator = of("a", "b", "c")) {
            TaskHandle<Completed<String>> handle = coordinator.submit(
                    a -> a
                            + call(
                                    coordinator,
                                    "b",
                                    b -> b
                                            + call(
                                                    coordinator,
                                                    "c",
                                                    c -> c
                                                            + call(
                                                                    coordinator,
                                                                    "b",
                                                                    b2 -> b2 + call(coordinator, "a", Work.named()))
                                                            + call(coordinator, "a", Work.named()))),
                    Affinity.require("a"));
            assertThat(handle.join(Threads.LIMIT).result()).isEqualTo("abcbaa");
        }
    }

    /** Two tasks from outside hold a and b, and each calls the other: nobody may enter, and the last to wait is told why. */
    @Test
    void aCircleBetweenTwoChainsIsRefusedByName() throws Exception {
        Gate both = new Gate();
        List<Throwable> failures = new ArrayList<>();
        try (Coordinator<Work, String> coordinator = of("a", "b")) {
            List<TaskHandle<Completed<String>>> handles = new ArrayList<>();
            for (String[] pair : new String[][] {{"a", "b"}, {"b", "a"}}) {
                handles.add(coordinator.submit(
                        worker -> {
                            both.pass();
                            return call(coordinator, pair[1], Work.named());
                        },
                        Affinity.require(pair[0])));
            }
            both.awaitArrivals(2);
            both.open();
            for (TaskHandle<Completed<String>> handle : handles) {
                try {
                    handle.join(Threads.LIMIT);
                } catch (TaskFailedException e) {
                    failures.add(e.getCause());
                }
            }
        }
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("worker 'a' waits for a task that is queued at worker 'b'")
                .hasMessageContaining("worker 'b' waits for a task that is queued at worker 'a'");
    }

    /** What only prefers a worker can go elsewhere, so it closes no circle. */
    @Test
    void aCircleOfPreferencesIsNone() throws Exception {
        Gate both = new Gate();
        try (Coordinator<Work, String> coordinator = of("a", "b")) {
            List<TaskHandle<Completed<String>>> handles = new ArrayList<>();
            for (String[] pair : new String[][] {{"a", "b"}, {"b", "a"}}) {
                handles.add(coordinator.submit(
                        worker -> {
                            both.pass();
                            return coordinator
                                    .submit(Work.named(), Affinity.prefer(pair[1]))
                                    .join()
                                    .worker();
                        },
                        Affinity.require(pair[0])));
            }
            both.awaitArrivals(2);
            both.open();
            for (TaskHandle<Completed<String>> handle : handles) {
                assertThat(handle.join(Threads.LIMIT).result()).isIn("a", "b");
            }
        }
    }

    @Test
    void aTaskThatJoinsItselfIsRefused() throws Exception {
        CompletableFuture<TaskHandle<Completed<String>>> own = new CompletableFuture<>();
        try (Coordinator<Work, String> coordinator = of("a")) {
            own.complete(coordinator.submit(worker ->
                    own.get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS).join().result()));
            assertThatThrownBy(() -> own.join().join(Threads.LIMIT))
                    .isInstanceOf(TaskFailedException.class)
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("waits for the task that it is running itself");
        }
    }

    @Test
    void aPreferredTaskThatItsWaiterNeedsRunsWhenItsWorkerGoes() throws Exception {
        Gate gate = new Gate();
        try (Coordinator<Work, String> coordinator = of("a", "b")) {
            coordinator.submit(Work.at(gate), Affinity.require("b"));
            gate.awaitArrivals(1);
            AtomicReference<Thread> waiter = new AtomicReference<>();
            TaskHandle<Completed<String>> handle = coordinator.submit(
                    worker -> {
                        TaskHandle<Completed<String>> inner = coordinator.submit(Work.named(), Affinity.prefer("b"));
                        waiter.set(Thread.currentThread());
                        return inner.join().worker();
                    },
                    Affinity.require("a"));
            Threads.awaitThat(() -> waiter.get() != null);
            Threads.awaitBlocked(waiter.get());
            coordinator.removeWorker("b");
            assertThat(handle.join(Threads.LIMIT).result()).isEqualTo("a");
            gate.open();
        }
    }

    /** Two workers wait for a task; the one that gives up must not make the other one forgotten. */
    @Test
    void aTaskThatLosesItsPlaceIsRunByWhoeverStillWaitsForIt() throws Exception {
        Gate held = new Gate();
        Gate gaveUp = new Gate();
        CompletableFuture<TaskHandle<Completed<String>>> shared = new CompletableFuture<>();
        AtomicReference<Thread> waiter = new AtomicReference<>();
        try (Coordinator<Work, String> coordinator = of("a", "b", "c")) {
            coordinator.submit(Work.at(held), Affinity.require("c"));
            held.awaitArrivals(1);
            TaskHandle<Completed<String>> waiting = coordinator.submit(
                    worker -> {
                        shared.complete(coordinator.submit(Work.named(), Affinity.prefer("c")));
                        waiter.set(Thread.currentThread());
                        return shared.join().join().worker();
                    },
                    Affinity.require("a"));
            Threads.awaitThat(() -> waiter.get() != null);
            Threads.awaitBlocked(waiter.get());
            coordinator.submit(
                    worker -> {
                        assertThatThrownBy(() -> shared.join().join(Duration.ofMillis(1)))
                                .isInstanceOf(TimeoutException.class);
                        gaveUp.pass();
                        return worker;
                    },
                    Affinity.require("b"));
            gaveUp.awaitArrivals(1);
            coordinator.removeWorker("c");
            assertThat(waiting.join(Threads.LIMIT).result()).isEqualTo("a");
            gaveUp.open();
            held.open();
        }
    }

    @Test
    void anInterruptForTheOuterTaskWaitsUntilTheNestedOneIsBack() throws Exception {
        Gate nested = new Gate();
        CompletableFuture<Boolean> innerInterrupted = new CompletableFuture<>();
        CompletableFuture<Boolean> outerInterrupted = new CompletableFuture<>();
        try (Coordinator<Work, String> coordinator = of("a")) {
            TaskHandle<Completed<String>> outer = coordinator.submit(worker -> {
                coordinator
                        .submit(inner -> {
                            nested.pass();
                            innerInterrupted.complete(Thread.currentThread().isInterrupted());
                            return inner;
                        })
                        .join();
                outerInterrupted.complete(Thread.interrupted());
                return worker;
            });
            nested.awaitArrivals(1);
            assertThat(outer.cancel(CancelOption.INTERRUPT_RUNNING)).isTrue();
            assertThatThrownBy(outer::join).isInstanceOf(CancellationException.class);
            nested.open();
            assertThat(innerInterrupted.get(20, TimeUnit.SECONDS)).isFalse();
            assertThat(outerInterrupted.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theNestedTaskHasItsOwnHandleAndOutcome() throws Exception {
        try (Coordinator<Work, String> coordinator = of("a")) {
            TaskHandle<Completed<String>> outer = coordinator.submit(worker -> {
                TaskHandle<Completed<String>> inner = coordinator.submit(Work.failing(new Exception("inner")));
                assertThatThrownBy(inner::join)
                        .isInstanceOf(TaskFailedException.class)
                        .hasRootCauseMessage("inner");
                return "outer";
            });
            assertThat(outer.join(Threads.LIMIT).result()).isEqualTo("outer");
            Threads.awaitThat(() -> coordinator.stats().running() == 0);
            assertThat(coordinator.stats().completed()).isEqualTo(1);
            assertThat(coordinator.stats().failed()).isEqualTo(1);
        }
    }

    /** Tasks that call any, prefer and require workers, nested, from many threads: all end, by a result or by a refusal. */
    @Test
    void manyWorkersThatCallOneAnotherNeverHang() {
        String[] names = {"a", "b", "c"};
        try (Coordinator<Work, String> coordinator = of(names)) {
            threads.startTogether(4, t -> {
                for (int i = 0; i < 500; i++) {
                    int n = i + t;
                    TaskHandle<Completed<String>> handle = coordinator.submit(
                            worker -> nested(coordinator, names, n, 3), Affinity.require(names[n % 3]));
                    try {
                        handle.join(Threads.LIMIT);
                    } catch (TaskFailedException e) {
                        assertThat(rootOf(e)).isInstanceOf(IllegalStateException.class);
                    }
                }
            });
            threads.join();
            Threads.awaitThat(() -> coordinator.stats().running() == 0);
            assertThat(coordinator.stats().waiting()).isZero();
        }
    }

    /** The same while workers are removed, come back and are put aside: what a worker waits for loses its place all the time. */
    @Test
    void workersThatCallOneAnotherNeverHangWhileOthersComeAndGo() {
        String[] names = {"a", "b", "c", "d"};
        AtomicBoolean stop = new AtomicBoolean();
        try (Coordinator<Work, String> coordinator = of(names)) {
            Thread churn = threads.start(() -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                while (!stop.get()) {
                    String name = names[random.nextInt(3)];
                    switch (random.nextInt(3)) {
                        case 0 -> coordinator.removeWorker(name);
                        case 1 -> {
                            if (coordinator.workers().contains(name)) {
                                coordinator.quarantine(name);
                            }
                        }
                        default -> Work.addWorkers(coordinator, name);
                    }
                    Thread.yield();
                }
            });
            List<Thread> callers = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                int seed = t;
                callers.add(threads.start(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        int n = i + seed;
                        TaskHandle<Completed<String>> handle =
                                coordinator.submit(worker -> nested(coordinator, names, n, 3));
                        try {
                            handle.join(Threads.LIMIT);
                        } catch (TaskFailedException e) {
                            assertThat(rootOf(e))
                                    .isInstanceOfAny(IllegalStateException.class, NoSuchWorkerException.class);
                        } catch (TimeoutException e) {
                            throw new AssertionError(handle + " in " + coordinator.stats(), e);
                        }
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join(2 * Threads.LIMIT.toMillis());
            }
            stop.set(true);
            churn.join(Threads.LIMIT.toMillis());
            Threads.awaitThat(() -> coordinator.stats().running() == 0);
            assertThat(coordinator.stats().waiting()).isZero();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        threads.join();
    }

    private static String nested(Coordinator<Work, String> coordinator, String[] names, int n, int depth) {
        if (depth == 0) {
            return "leaf";
        }
        String name = names[(n * 7 + depth) % names.length];
        Affinity affinity = switch ((n + depth) % 3) {
            case 0 -> Affinity.any();
            case 1 -> Affinity.prefer(name);
            default -> Affinity.require(name);
        };
        return coordinator
                .submit(worker -> nested(coordinator, names, n + 1, depth - 1), affinity)
                .join()
                .result();
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    @Test
    void aTimedJoinInsideATaskEndsInTime() throws Exception {
        Gate gate = new Gate();
        try (Coordinator<Work, String> coordinator = of("a", "b")) {
            coordinator.submit(Work.at(gate), Affinity.require("b"));
            gate.awaitArrivals(1);
            TaskHandle<Completed<String>> handle = coordinator.submit(
                    worker -> {
                        TaskHandle<Completed<String>> inner = coordinator.submit(Work.named(), Affinity.require("b"));
                        assertThatThrownBy(() -> inner.join(Duration.ofMillis(1)))
                                .isInstanceOf(TimeoutException.class);
                        return worker;
                    },
                    Affinity.require("a"));
            assertThat(handle.join(Threads.LIMIT).worker()).isEqualTo("a");
            gate.open();
        }
    }
}
