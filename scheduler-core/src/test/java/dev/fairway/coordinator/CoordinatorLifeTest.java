package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.Completed;
import dev.fairway.ContextPropagator;
import dev.fairway.DrainReport;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ends, listeners, context, threads and bad input. */
class CoordinatorLifeTest {
    private static final ThreadLocal<String> CONTEXT = new ThreadLocal<>();

    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    @Test
    void closeFinishesWhatWasAcceptedAndLeavesNoThread() throws Exception {
        List<String> done = new CopyOnWriteArrayList<>();
        Coordinator<Work, String> coordinator =
                Work.coordinator().name("leaves-no-thread").build();
        Work.addWorkers(coordinator, "a", "b");
        for (int i = 0; i < 100; i++) {
            coordinator.submit(Work.named()).completion().thenAccept(result -> done.add(result.worker()));
        }
        assertThat(coordinator.close(Duration.ofSeconds(20)).isClean()).isTrue();
        assertThat(done).hasSize(100);
        assertThat(Threads.named("leaves-no-thread")).isEmpty();
        coordinator.terminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        coordinator.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> coordinator.addWorker("c", task -> "c"))
                .withMessage("coordinator 'leaves-no-thread' is closed");
    }

    @Test
    void closeCancelsAndInterruptsWhatDoesNotFinishInTimeAndSaysWhatNeverRan() throws Exception {
        Gate gate = new Gate();
        Coordinator<Work, String> coordinator = Work.coordinator().build();
        Work.addWorkers(coordinator, "a");
        TaskHandle<Completed<String>> running = coordinator.submit(Work.at(gate));
        gate.awaitArrivals(1);
        TaskHandle<Completed<String>> required = coordinator.submit(Work.named(), Affinity.require("a"));
        TaskHandle<Completed<String>> any = coordinator.submit(Work.named());
        DrainReport report = coordinator.close(Duration.ZERO);
        assertThat(report.neverRan()).isEqualTo(2);
        assertThat(report.running()).isEqualTo(1);
        assertThat(report.unfinished()).containsEntry("a", new DrainReport.Unfinished(1, 1));
        for (TaskHandle<Completed<String>> handle : List.of(running, required, any)) {
            assertThatThrownBy(handle::join).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void closeDoesNotWaitForTasksThatNobodyIsLeftFor() {
        Coordinator<Work, String> coordinator = Work.coordinator().build();
        TaskHandle<Completed<String>> any = coordinator.submit(Work.named());
        TaskHandle<Completed<String>> patient =
                coordinator.submit(Work.named(), Affinity.requireWithin("a", Duration.ofHours(1)));
        assertThat(coordinator.close(Duration.ofHours(1)).neverRan()).isEqualTo(2);
        assertThatThrownBy(any::join).isInstanceOf(CancellationException.class);
        assertThatThrownBy(patient::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void shutdownNowHandsBackWhatNeverRanOldestFirst() throws Exception {
        Gate gate = new Gate();
        Coordinator<Work, String> coordinator = Work.coordinator().build();
        Work.addWorkers(coordinator, "a");
        TaskHandle<Completed<String>> running = coordinator.submit(Work.at(gate));
        gate.awaitArrivals(1);
        List<Work> works = new ArrayList<>();
        List<TaskHandle<Completed<String>>> handles = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Work work = worker -> "";
            works.add(work);
            handles.add(coordinator.submit(work, i % 2 == 0 ? Affinity.any() : Affinity.require("a")));
        }
        assertThat(coordinator.shutdownNow()).containsExactlyElementsOf(works);
        assertThat(handles).allMatch(handle -> handle.state().isFinal());
        assertThatThrownBy(running::join).isInstanceOf(CancellationException.class);
        coordinator.close();
        assertThat(coordinator.stats().cancelled()).isEqualTo(7);
    }

    @Test
    void closedFromInsideATaskItOnlyStartsToClose() throws Exception {
        Coordinator<Work, String> coordinator = Work.coordinator().build();
        Work.addWorkers(coordinator, "a");
        TaskHandle<Completed<String>> handle = coordinator.submit(worker -> {
            coordinator.close();
            return worker;
        });
        assertThat(handle.join(Threads.LIMIT).worker()).isEqualTo("a");
        coordinator.terminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aThreadWhoseTaskIgnoresInterruptionIsNamedInTheLog() throws Exception {
        Gate gate = new Gate();
        Coordinator<Work, String> coordinator =
                Work.coordinator().name("deaf").drainTimeout(Duration.ZERO).build();
        coordinator.addWorker("a", task -> task.run("a"));
        coordinator.submit(worker -> {
            gate.passUninterruptibly();
            return worker;
        });
        gate.awaitArrivals(1);
        coordinator.close();
        assertThat(logs.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .contains("coordinator 'deaf' leaves threads behind")
                        .contains("deaf-1"));
        gate.open();
        coordinator.terminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aListenerOfWorkersIsToldOfThemAndNothingIsDoneForItWhenATaskRuns() {
        List<String> heard = new CopyOnWriteArrayList<>();
        WorkerListener listener = new WorkerListener() {
            @Override
            public void workerAdded(String worker) {
                heard.add("added " + worker);
            }

            @Override
            public void workerRemoved(String worker) {
                heard.add("removed " + worker);
            }

            @Override
            public void workerQuarantined(String worker, String reason) {
                heard.add("quarantined " + worker + ": " + reason);
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void workerReleased(String worker) {
                heard.add("released " + worker);
            }
        };
        Coordinator.Builder<Work, String> builder = Work.coordinator().addWorkerListener(listener);
        Listeners<Work> listeners = new Listeners<>("test", builder.settings().listeners());
        assertThat(listeners.isEmpty()).isFalse();
        assertThat(builder.settings().areTasksListened()).isFalse();
        try (Coordinator<Work, String> coordinator = builder.build()) {
            Work.addWorkers(coordinator, "a");
            coordinator.submit(Work.named()).join();
            coordinator.quarantine("a");
            coordinator.release("a");
            coordinator.removeWorker("a");
        }
        assertThat(heard).containsExactly("added a", "quarantined a: put aside by hand", "released a", "removed a");
        assertThat(logs.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .contains(listener.getClass().getName())
                        .contains("of coordinator 'test' threw"));
        assertThat(builder.addListener(new CoordinatorListener<>() {})
                        .settings()
                        .areTasksListened())
                .isTrue();
    }

    @Test
    void listenersHearOfEachThingInOrderAndWhatTheyThrowHarmsNobody() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        CoordinatorListener<Object> listener = new CoordinatorListener<>() {
            @Override
            public void accepted(CoordinatorEvent<Object> event) {
                heard.add("accepted");
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void started(CoordinatorEvent<Object> event) {
                heard.add("started by " + event.worker());
            }

            @Override
            public void completed(CoordinatorEvent<Object> event) {
                heard.add("completed by " + event.worker());
            }

            @Override
            public void failed(CoordinatorEvent<Object> event) {
                heard.add("failed: " + event.failure());
            }

            @Override
            public void workerAdded(String worker) {
                heard.add("added " + worker);
            }

            @Override
            public void workerRemoved(String worker) {
                heard.add("removed " + worker);
            }

            @Override
            public void workerQuarantined(String worker, String reason) {
                heard.add("quarantined " + worker + ": " + reason);
            }

            @Override
            public void workerReleased(String worker) {
                heard.add("released " + worker);
            }
        };
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().listener(listener).build()) {
            Work.addWorkers(coordinator, "a");
            coordinator.submit(Work.named()).join();
            Threads.awaitThat(() -> coordinator.stats().workers().get("a").state() == WorkerState.IDLE);
            coordinator.quarantine("a");
            coordinator.release("a");
            coordinator.removeWorker("a");
            coordinator.submit(Work.named(), Affinity.require("a"));
        }
        assertThat(heard.subList(0, 7))
                .containsExactly(
                        "added a",
                        "accepted",
                        "started by a",
                        "completed by a",
                        "quarantined a: put aside by hand",
                        "released a",
                        "removed a");
        assertThat(heard.subList(7, heard.size())).hasSize(2).anyMatch(each -> each.contains("no worker 'a'"));
        assertThat(logs.warnings()).hasSize(1);
    }

    @Test
    void theContextOfTheSubmitterIsThatOfTheTask() {
        ContextPropagator propagator = () -> {
            String captured = CONTEXT.get();
            return captured == null
                    ? null
                    : () -> {
                        CONTEXT.set(captured);
                        return CONTEXT::remove;
                    };
        };
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().contextPropagator(propagator).build()) {
            Work.addWorkers(coordinator, "a");
            CONTEXT.set("mine");
            TaskHandle<Completed<String>> with = coordinator.submit(worker -> String.valueOf(CONTEXT.get()));
            CONTEXT.remove();
            TaskHandle<Completed<String>> without = coordinator.submit(worker -> String.valueOf(CONTEXT.get()));
            assertThat(with.join().result()).isEqualTo("mine");
            assertThat(without.join().result()).isEqualTo("null");
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "this Java has virtual threads")
    void whereJavaHasNoVirtualThreadsTheyAreRefusedByBuild() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Work.coordinator().virtualThreads().build())
                .withMessageContaining("21");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "this Java has no virtual threads")
    void tasksRunInVirtualThreads() {
        AtomicReference<String> group = new AtomicReference<>();
        try (Coordinator<Work, String> coordinator =
                Work.coordinator().virtualThreads().build()) {
            Work.addWorkers(coordinator, "a");
            for (int i = 0; i < 1_000; i++) {
                coordinator
                        .submit(worker -> {
                            group.set(Thread.currentThread().getThreadGroup().getName());
                            return worker;
                        })
                        .join();
            }
        }
        assertThat(group.get()).isEqualTo("VirtualThreads");
    }

    @Test
    void badInputIsRefusedAtOnceAndNamed() {
        Coordinator.Builder<Work, String> builder = Work.coordinator();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.queueThreshold(-1))
                .withMessage("queueThreshold must not be negative, not -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.capacity(0))
                .withMessageContaining("capacity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.ewmaAlpha(0))
                .withMessageContaining("0.0");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.ewmaAlpha(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.failuresToQuarantine(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.taskTimeout(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.quarantineBackOff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.name(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> Affinity.requireWithin("a", Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> Affinity.prefer(""));
        assertThatThrownBy(() -> Affinity.require(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
        try (Coordinator<Work, String> coordinator = builder.build()) {
            assertThatThrownBy(() -> coordinator.submit(null)).hasMessage("task");
            assertThatThrownBy(() -> coordinator.submit(Work.named(), null)).hasMessage("affinity");
            assertThatThrownBy(() -> coordinator.addWorker("a", null)).hasMessage("function");
            assertThatIllegalArgumentException().isThrownBy(() -> coordinator.addWorker(" ", task -> ""));
        }
    }
}
