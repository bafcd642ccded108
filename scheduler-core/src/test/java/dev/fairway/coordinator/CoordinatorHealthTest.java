package dev.fairway.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.Completed;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is quarantined, and what may still wait for him. */
class CoordinatorHealthTest {
    private static final Duration BACK_OFF = Duration.ofSeconds(1);

    @RegisterExtension
    final Threads threads = new Threads();

    private final FakeClock clock = new FakeClock();
    private final Gate gate = new Gate();
    private final Coordinator<Work, String> coordinator = Work.coordinator()
            .failuresToQuarantine(1)
            .quarantineBackOff(BACK_OFF, Duration.ofSeconds(Long.MAX_VALUE))
            .failureIf(thrown -> {
                if (thrown instanceof UnsupportedOperationException) {
                    throw new IllegalStateException("on purpose");
                }
                return !(thrown instanceof IllegalArgumentException);
            })
            .ticker(clock)
            .startCost(0)
            .build();

    @AfterEach
    void close() {
        gate.open();
        coordinator.close();
    }

    private WorkerStats stats(String worker) {
        return coordinator.stats(worker).orElseThrow();
    }

    private TaskHandle<Completed<String>> submit(Affinity affinity) {
        return coordinator.submit(Work.named(), affinity);
    }

    private void hold(Affinity affinity) throws InterruptedException {
        coordinator.submit(Work.at(gate), affinity);
        gate.awaitArrivals(1);
    }

    private void fail(String worker, RuntimeException failure) {
        TaskHandle<Completed<String>> failing = coordinator.submit(Work.failing(failure), Affinity.require(worker));
        assertThatThrownBy(failing::join).isInstanceOf(TaskFailedException.class);
        Threads.awaitThat(() -> !stats(worker).busy());
    }

    private static String workerOf(TaskHandle<Completed<String>> handle) throws Exception {
        return handle.join(Threads.LIMIT).worker();
    }

    /** Otherwise what queued behind a probe would be run by a worker that has just failed again. */
    @Test
    void nothingWaitsForAWorkerOnProbation() throws Exception {
        Work.addWorkers(coordinator, "bad", "good");
        fail("bad", new IllegalStateException("no"));
        clock.advance(BACK_OFF);
        hold(Affinity.prefer("bad"));
        assertThat(stats("bad").busy()).as("the probe runs").isTrue();
        assertThat(workerOf(submit(Affinity.prefer("bad")))).isEqualTo("good");
    }

    @Test
    void thereIsOneProbeAndTheNextOnlyAfterTwiceTheTime() throws Exception {
        Work.addWorkers(coordinator, "bad", "good");
        fail("bad", new IllegalStateException("no"));
        clock.advance(BACK_OFF);
        TaskHandle<Completed<String>> probe = coordinator.submit(Work.failing(new IllegalStateException("no")));
        assertThatThrownBy(probe::join).hasMessageContaining("worker 'bad'");
        Threads.awaitThat(() -> !stats("bad").busy());
        clock.advance(BACK_OFF.multipliedBy(2).minusNanos(1));
        assertThat(workerOf(submit(Affinity.any()))).isEqualTo("good");
        Threads.awaitThat(() -> !stats("good").busy());
        clock.advance(Duration.ofNanos(1));
        assertThat(workerOf(submit(Affinity.any()))).isEqualTo("bad");
    }

    /** With everybody in quarantine a worker may be waited for; with somebody better there, it may not. */
    @Test
    void whatWaitsForAQuarantinedWorkerMovesWhenSomebodyIsTrustedAgain() throws Exception {
        Work.addWorkers(coordinator, "a", "b");
        fail("a", new IllegalStateException("no"));
        fail("b", new IllegalStateException("no"));
        hold(Affinity.require("a"));
        hold(Affinity.require("b"));
        TaskHandle<Completed<String>> preferring = submit(Affinity.prefer("a"));
        assertThat(stats("a").waiting()).isEqualTo(1);
        Work.addWorkers(coordinator, "c");
        assertThat(workerOf(preferring)).isEqualTo("c");
    }

    @Test
    void soItDoesWhenAnotherIsReleased() throws Exception {
        Work.addWorkers(coordinator, "a", "b");
        fail("a", new IllegalStateException("no"));
        fail("b", new IllegalStateException("no"));
        hold(Affinity.require("a"));
        TaskHandle<Completed<String>> preferring = submit(Affinity.prefer("a"));
        assertThat(preferring.state()).isEqualTo(TaskState.WAITING);
        coordinator.release("b");
        assertThat(workerOf(preferring)).isEqualTo("b");
    }

    @Test
    void soItDoesWhenATaskOfAnotherSucceeds() throws Exception {
        Work.addWorkers(coordinator, "a", "b");
        fail("a", new IllegalStateException("no"));
        fail("b", new IllegalStateException("no"));
        hold(Affinity.require("a"));
        TaskHandle<Completed<String>> preferring = submit(Affinity.prefer("a"));
        assertThat(workerOf(submit(Affinity.require("b")))).isEqualTo("b");
        assertThat(workerOf(preferring)).isEqualTo("b");
    }

    @Test
    void aPredicateThatThrowsCountsAsAFailure() {
        Work.addWorkers(coordinator, "a");
        fail("a", new IllegalArgumentException("user's own"));
        assertThat(stats("a").state()).isEqualTo(WorkerState.IDLE);
        fail("a", new UnsupportedOperationException("the predicate chokes on it"));
        assertThat(stats("a").state()).isEqualTo(WorkerState.QUARANTINED);
    }

    @Test
    void onlyThosePutAsideStayOutWhenAllAreQuarantined() throws Exception {
        Work.addWorkers(coordinator, "a", "b");
        fail("a", new IllegalStateException("no"));
        coordinator.quarantine("b");
        assertThat(workerOf(submit(Affinity.any()))).isEqualTo("a");
        Threads.awaitThat(() -> stats("a").state() == WorkerState.IDLE);
        coordinator.quarantine("a");
        TaskHandle<Completed<String>> any = submit(Affinity.any());
        assertThat(any.state()).isEqualTo(TaskState.WAITING);
        coordinator.release("b");
        assertThat(workerOf(any)).isEqualTo("b");
    }
}
