package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.Completed;
import dev.fairway.ContextPropagator;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Functions, dependents, listeners, strategies and propagators that block, throw, or call back in. */
class CoordinatorForeignCodeTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    private static CompletionStage<?> whenEnded(TaskHandle<?> handle, Threads.Code code) {
        return handle.completion().whenComplete((result, failure) -> {
            try {
                code.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Handles that end together have all ended before the first dependent runs. */
    @Test
    void aDependentMayJoinAHandleThatEndsTogetherWithItsOwn() throws Exception {
        try (Coordinator<Work, String> coordinator = Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            coordinator.submit(Work.at(gate));
            gate.awaitArrivals(1);
            List<TaskHandle<Completed<String>>> handles = new ArrayList<>();
            List<Throwable> heard = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 3; i++) {
                handles.add(coordinator.submit(Work.named(), Affinity.require("a")));
            }
            for (int i = 0; i < 3; i++) {
                TaskHandle<Completed<String>> other = handles.get((i + 1) % 3);
                CompletionStage<?> unused = whenEnded(handles.get(i), () -> {
                    try {
                        other.join(Threads.LIMIT);
                    } catch (NoSuchWorkerException e) {
                        heard.add(e);
                    }
                });
            }
            threads.start(() -> coordinator.removeWorker("a"));
            threads.join();
            assertThat(heard).hasSize(3);
            gate.open();
        }
    }

    @Test
    void whatRunsIsInterruptedBeforeTheDependentsOfWhatWaitedAreCalled() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        Coordinator<Work, String> coordinator = Work.coordinator().build();
        Work.addWorkers(coordinator, "a");
        coordinator.submit(worker -> {
            try {
                gate.pass();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return worker;
        });
        gate.awaitArrivals(1);
        CompletionStage<?> unused = whenEnded(coordinator.submit(Work.named()), () -> Threads.await(interrupted));
        threads.start(coordinator::shutdownNow);
        threads.join();
        coordinator.close();
    }

    /** The thread that looks at the clock calls nobody: a dependent that blocks must not stop all timeouts. */
    @Test
    void aDependentThatBlocksHoldsUpNoTimeout() throws Exception {
        try (Coordinator<Work, String> coordinator = Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a", "b");
            Gate blocked = new Gate();
            TaskHandle<Completed<String>> first =
                    coordinator.submit(Work.at(gate), Affinity.require("a"), Duration.ofMillis(1));
            CompletionStage<?> unused = whenEnded(first, blocked::pass);
            blocked.awaitArrivals(1);
            for (int i = 0; i < 2; i++) {
                TaskHandle<Completed<String>> next =
                        coordinator.submit(Work.at(gate), Affinity.require("b"), Duration.ofMillis(1));
                assertThatThrownBy(() -> next.join(Threads.LIMIT)).hasCauseInstanceOf(TimeoutException.class);
            }
            blocked.open();
        }
    }

    /** While a strategy looks at a worker that has become free, what is submitted must not pass what waits. */
    @Test
    void aSlowStrategyKeepsTheOrderOfAWorkersTasks() throws Exception {
        AtomicBoolean measuring = new AtomicBoolean();
        List<String> order = new CopyOnWriteArrayList<>();
        LoadBalance slow = LoadBalance.lowest(stats -> {
            if (stats.completed() == 1 && measuring.compareAndSet(false, true)) {
                gate.passUninterruptibly();
            }
            return 0;
        });
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().loadBalance(slow).build()) {
            Work.addWorkers(coordinator, "a");
            Gate running = new Gate();
            coordinator.submit(Work.at(running), Affinity.require("a"));
            running.awaitArrivals(1);
            List<TaskHandle<Completed<String>>> handles = new ArrayList<>();
            for (String name : new String[] {"first", "second"}) {
                handles.add(coordinator.submit(
                        worker -> {
                            order.add(name);
                            return name;
                        },
                        Affinity.require("a")));
                if (name.equals("first")) {
                    running.open();
                    gate.awaitArrivals(1);
                }
            }
            gate.open();
            for (TaskHandle<Completed<String>> handle : handles) {
                handle.join(Threads.LIMIT);
            }
        }
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void aWorkerMayAddReplaceAndRemoveWorkersAndItself() throws Exception {
        try (Coordinator<Work, String> coordinator = Work.coordinator().build()) {
            Work.addWorkers(coordinator, "a");
            assertThat(coordinator
                            .submit(worker -> {
                                Work.addWorkers(coordinator, "b");
                                return coordinator
                                        .submit(Work.named(), Affinity.require("b"))
                                        .join()
                                        .worker();
                            })
                            .join(Threads.LIMIT)
                            .result())
                    .isEqualTo("b");
            coordinator
                    .submit(
                            worker -> {
                                coordinator.addWorker("a", task -> "new " + task.run("a"));
                                return worker;
                            },
                            Affinity.require("a"))
                    .join(Threads.LIMIT);
            assertThat(coordinator
                            .submit(
                                    worker -> {
                                        coordinator.removeWorker("a");
                                        TaskHandle<Completed<String>> lost =
                                                coordinator.submit(Work.named(), Affinity.require("a"));
                                        assertThatThrownBy(lost::join).isInstanceOf(NoSuchWorkerException.class);
                                        return worker;
                                    },
                                    Affinity.require("a"))
                            .join(Threads.LIMIT)
                            .result())
                    .isEqualTo("new a");
            assertThat(coordinator.workers()).containsExactly("b");
        }
    }

    @Test
    void whateverAFunctionThrowsItsWorkerGoesOn() throws Exception {
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().failuresToQuarantine(100).build()) {
            Work.addWorkers(coordinator, "a");
            for (Throwable thrown : new Throwable[] {
                new OutOfMemoryError("on purpose"),
                new ThreadDeath(),
                new InterruptedException(),
                new CancellationException(),
                new Throwable("neither"),
                new RuntimeException() {
                    @Override
                    public String toString() {
                        throw new IllegalStateException("on purpose");
                    }
                }
            }) {
                TaskHandle<Completed<String>> failing = coordinator.submit(worker -> {
                    throw CoordinatorForeignCodeTest.<RuntimeException>sneaky(thrown);
                });
                assertThatThrownBy(() -> failing.join(Threads.LIMIT))
                        .isInstanceOf(TaskFailedException.class)
                        .cause()
                        .isSameAs(thrown);
            }
            assertThat(coordinator.submit(Work.named()).join(Threads.LIMIT).worker())
                    .isEqualTo("a");
            assertThat(coordinator.stats().failed()).isEqualTo(6);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }

    /** Tasks that call one another for ever fill the stack. That must not happen while the lock is held. */
    @Test
    void anEndlessRecursionFailsAndHarmsNobodyElse() throws Exception {
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().failuresToQuarantine(1_000_000).build()) {
            Work.addWorkers(coordinator, "a");
            Work[] endless = new Work[1];
            endless[0] = worker -> coordinator.submit(endless[0]).join().result();
            for (int i = 0; i < 3; i++) {
                TaskHandle<Completed<String>> handle = coordinator.submit(endless[0]);
                assertThatThrownBy(() -> handle.join(Threads.LIMIT))
                        .isInstanceOf(TaskFailedException.class)
                        .hasRootCauseInstanceOf(StackOverflowError.class);
            }
            assertThat(coordinator.submit(Work.named()).join(Threads.LIMIT).worker())
                    .isEqualTo("a");
            Threads.awaitThat(() -> coordinator.stats().running() == 0);
            assertThat(coordinator.stats().waiting()).isZero();
        }
    }

    @Test
    void aPropagatorThatThrowsFailsTheSubmitOrTheTaskAndNothingElse() throws Exception {
        String[] broken = new String[1];
        ContextPropagator propagator = () -> {
            throwIf("capture", broken[0]);
            return () -> {
                throwIf("restore", broken[0]);
                return () -> throwIf("close", broken[0]);
            };
        };
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().contextPropagator(propagator).build()) {
            Work.addWorkers(coordinator, "a");
            broken[0] = "capture";
            assertThatThrownBy(() -> coordinator.submit(Work.named())).hasMessage("capture");
            assertThat(coordinator.stats().accepted()).isZero();
            for (String what : new String[] {"restore", "close"}) {
                broken[0] = what;
                assertThatThrownBy(() -> coordinator.submit(Work.named()).join(Threads.LIMIT))
                        .hasRootCauseMessage(what);
            }
            broken[0] = "";
            assertThat(coordinator.submit(Work.named()).join(Threads.LIMIT).worker())
                    .isEqualTo("a");
        }
    }

    private static void throwIf(String what, String broken) {
        if (what.equals(broken)) {
            throw new IllegalStateException(what);
        }
    }

    /** Nobody can be added any more, so nobody would come. */
    @Test
    void aCloseDoesNotWaitForWorkersThatAreNotThere() throws Exception {
        Coordinator<Work, String> coordinator = Work.coordinator().build();
        Work.addWorkers(coordinator, "a");
        TaskHandle<Completed<String>> patient =
                coordinator.submit(Work.named(), Affinity.requireWithin("b", Duration.ofHours(1)));
        assertThat(coordinator.close(Duration.ofHours(1)).neverRan()).isEqualTo(1);
        assertThatThrownBy(patient::join).isInstanceOf(CancellationException.class);
    }
}
