package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskExpiredException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskPhase;
import dev.fairway.TaskState;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tasks that carry their own code. */
class FairExecutorTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    private static FairExecutor.Builder oneWorker() {
        return FairExecutor.builder().workers(1).turn(Duration.ZERO).drainTimeout(Duration.ofSeconds(10));
    }

    /** Occupies the only worker, from a channel of its own. */
    private void holdWorkerOf(FairExecutor executor) throws InterruptedException {
        executor.submit("gate", this::passGate);
        gate.awaitArrivals(1);
    }

    private String passGate() throws InterruptedException {
        gate.pass();
        return "passed";
    }

    @Test
    void theCommitGetsTheResultAndTheHandleToo() {
        List<String> committed = new ArrayList<>();
        try (FairExecutor executor = oneWorker().build()) {
            TaskHandle<String> handle = executor.submit("acme", () -> "result", committed::add);
            assertThat(handle.join()).isEqualTo("result");
            assertThat(committed).containsExactly("result");
        }
    }

    @Test
    void aTaskCancelledWhileItProcessesDoesNotCommit() throws Exception {
        List<String> committed = Collections.synchronizedList(new ArrayList<>());
        try (FairExecutor executor = oneWorker().build()) {
            TaskHandle<String> running = executor.submit("acme", this::passGate, committed::add);
            gate.awaitArrivals(1);
            TaskHandle<String> waiting = executor.submit("acme", () -> "waiting", committed::add);
            Future<String> ofView = executor.channel("acme").submit(() -> "of view");
            CancelReport report = executor.cancel("acme");
            assertThat(report.dropped()).isEqualTo(2);
            assertThat(report.suppressed()).isEqualTo(1);
            assertThat(running.state()).isEqualTo(TaskState.CANCELLED);
            assertThatThrownBy(waiting::join).isInstanceOf(CancellationException.class);
            assertThat(ofView.isCancelled()).isTrue();
            gate.open();
            assertThat(executor.submit("acme", () -> "next", committed::add).join())
                    .isEqualTo("next");
        }
        assertThat(committed).containsExactly("next");
    }

    @Test
    void failuresOfBothPhasesReachTheHandle() {
        IOException failure = new IOException("no");
        try (FairExecutor executor = oneWorker().build()) {
            TaskHandle<String> inProcess = executor.submit("acme", () -> {
                throw failure;
            });
            TaskHandle<String> inCommit = executor.submit("acme", () -> "a", result -> {
                throw failure;
            });
            assertThatExceptionOfType(TaskFailedException.class)
                    .isThrownBy(inProcess::join)
                    .withCause(failure)
                    .extracting(TaskFailedException::phase)
                    .isEqualTo(TaskPhase.PROCESS);
            assertThatExceptionOfType(TaskFailedException.class)
                    .isThrownBy(inCommit::join)
                    .withCause(failure)
                    .extracting(TaskFailedException::phase)
                    .isEqualTo(TaskPhase.COMMIT);
        }
    }

    @Test
    void tasksOfAllKindsTakeTurns() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        try (FairExecutor executor = oneWorker().build()) {
            holdWorkerOf(executor);
            ExecutorService a = executor.channel("a");
            ExecutorService b = executor.channel("b");
            a.execute(() -> order.add("a0"));
            a.submit(() -> order.add("a1"));
            executor.submit("a", () -> order.add("a2"));
            b.submit(() -> order.add("b0"), "result");
            executor.submit("b", () -> order.add("b1"), TaskOptions.urgent());
            executor.submit("c", () -> order.add("c0"), result -> order.add("c0 committed"));
            gate.open();
        }
        assertThat(order).containsExactly("a0", "b1", "c0", "c0 committed", "a1", "b0", "a2");
    }

    @Test
    void optionsOfTasksHold() throws Exception {
        FakeClock clock = new FakeClock();
        try (FairExecutor executor = oneWorker().ticker(clock).build()) {
            holdWorkerOf(executor);
            TaskHandle<String> expiring =
                    executor.submit("acme", () -> "late", TaskOptions.expiresAfter(Duration.ofSeconds(1)));
            TaskHandle<String> withCommit = executor.submit(
                    "acme", () -> "late", result -> {}, TaskOptions.expiresAfter(Duration.ofSeconds(1)));
            clock.advance(Duration.ofSeconds(2));
            gate.open();
            assertThatExceptionOfType(TaskExpiredException.class).isThrownBy(expiring::join);
            assertThatExceptionOfType(TaskExpiredException.class).isThrownBy(withCommit::join);
        }
    }

    @Test
    void channelsAreSteeredAsThoseOfAScheduler() {
        try (FairExecutor executor = oneWorker().name("desk").build()) {
            executor.openChannel("bulk", ChannelOptions.capacity(2).weight(3));
            ChannelControl bulk = executor.findChannel("bulk").orElseThrow();
            assertThat(bulk.capacity()).isEqualTo(2);
            assertThat(bulk.weight()).isEqualTo(3);
            bulk.pause();
            executor.submit("bulk", () -> 1);
            executor.submit("bulk", () -> 1);
            assertThatExceptionOfType(RejectedTaskException.class)
                    .isThrownBy(() -> executor.submit("bulk", () -> 1))
                    .withMessage("channel 'bulk' is full (capacity 2)")
                    .extracting(RejectedTaskException::reason)
                    .isEqualTo(Reason.CHANNEL_FULL);
            assertThat(executor.channels()).hasSize(1);
            assertThat(executor.busiest(TopBy.REJECTED, 1))
                    .singleElement()
                    .satisfies(stats -> assertThat(stats.channel()).isEqualTo("bulk"));
            assertThat(executor.stats().waiting()).isEqualTo(2);
            assertThat(bulk.cancelAll().dropped()).isEqualTo(2);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> executor.cancel("bulky"))
                    .withMessageContaining("'bulky'")
                    .withMessageContaining("[bulk]");
        }
    }

    @Test
    void anOpenNameCannotBeOpenedAgain() {
        try (FairExecutor executor = oneWorker().build()) {
            executor.channel("acme");
            executor.channel("acme");
            assertThatIllegalStateException()
                    .isThrownBy(() -> executor.openChannel("acme", ChannelOptions.defaults()))
                    .withMessageContaining("'acme'");
        }
    }

    @Test
    void aNameWhoseViewWasShutDownCanBeUsedAgainOnceItHasEnded() throws Exception {
        try (FairExecutor executor = oneWorker().build()) {
            ExecutorService old = executor.channel("acme");
            old.submit(this::passGate);
            gate.awaitArrivals(1);
            old.shutdown();
            assertThatIllegalStateException()
                    .isThrownBy(() -> executor.channel("acme"))
                    .withMessageContaining("'acme'");
            gate.open();
            assertThat(old.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            ExecutorService next = executor.channel("acme");
            assertThat(next.submit(() -> 1).get(20, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(old.isTerminated()).isTrue();
        }
    }

    @Test
    void shuttingAViewDownLeavesOtherTenantsAlone() throws Exception {
        try (FairExecutor executor = FairExecutor.builder()
                .workers(2)
                .drainTimeout(Duration.ofSeconds(10))
                .build()) {
            ExecutorService acme = executor.channel("acme");
            ExecutorService other = executor.channel("other");
            Future<String> running = other.submit(this::passGate);
            Gate acmes = new Gate();
            Future<String> interrupted = acme.submit(() -> {
                acmes.pass();
                return "not interrupted";
            });
            gate.awaitArrivals(1);
            acmes.awaitArrivals(1);
            Future<String> waiting = other.submit(() -> "waiting");
            acme.shutdownNow();
            assertThatThrownBy(() -> interrupted.get(20, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(InterruptedException.class);
            assertThat(other.isShutdown()).isFalse();
            assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo("waiting");
            gate.open();
            assertThat(running.get(20, TimeUnit.SECONDS)).isEqualTo("passed");
        }
    }

    @Test
    void shutdownNowReturnsTheTasksThatNeverRan() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        FairExecutor executor = oneWorker().build();
        holdWorkerOf(executor);
        Future<Integer> ofView = executor.channel("a").submit(ran::incrementAndGet);
        TaskHandle<Integer> ofHandle = executor.submit("b", ran::incrementAndGet);
        executor.channel("c").execute(ran::incrementAndGet);

        List<Runnable> neverRan = executor.shutdownNow();

        assertThat(neverRan).hasSize(3);
        assertThat(ofHandle.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(ofView.isDone()).isFalse();
        executor.terminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(ran).hasValue(0);
        neverRan.forEach(Runnable::run);
        assertThat(ofView.isDone()).isTrue();
        assertThat(ofView.get()).isPositive();
        assertThat(ran.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aClosedExecutorRefuses() {
        FairExecutor executor = oneWorker().name("desk").build();
        ExecutorService view = executor.channel("acme");
        executor.close();
        assertThat(view.isShutdown()).isTrue();
        assertThat(view.isTerminated()).isTrue();
        for (Threads.Code code : new Threads.Code[] {
            () -> view.execute(() -> {}),
            () -> view.submit(() -> 1),
            () -> executor.submit("acme", () -> 1),
            () -> executor.channel("new"),
            () -> executor.openChannel("new", ChannelOptions.defaults())
        }) {
            assertThatExceptionOfType(RejectedTaskException.class)
                    .isThrownBy(code::run)
                    .extracting(RejectedTaskException::reason)
                    .isEqualTo(Reason.SCHEDULER_CLOSED);
        }
    }

    @Test
    void aListenerCanTellTasksApart() {
        List<Object> heard = Collections.synchronizedList(new ArrayList<>());
        TaskListener<Object> listener = new TaskListener<>() {
            @Override
            public void committed(TaskEvent<Object> event) {
                heard.add(event.task());
            }
        };
        Runnable runnable = () -> {};
        Callable<Integer> callable = () -> 1;
        Callable<Integer> process = () -> 2;
        try (FairExecutor executor = oneWorker().listener(listener).build()) {
            executor.channel("a").execute(runnable);
            executor.channel("a").submit(callable);
            executor.submit("a", process);
        }
        assertThat(heard).hasSize(3);
        assertThat(heard.get(0)).isSameAs(runnable);
        assertThat(heard.get(2)).hasToString(process.toString());
    }

    @Test
    void producersByNameAllFindTheSameChannel() {
        AtomicInteger ran = new AtomicInteger();
        try (FairExecutor executor = FairExecutor.builder().workers(2).build()) {
            threads.startTogether(4, p -> {
                for (int i = 0; i < 500; i++) {
                    executor.submit("c" + i % 50, ran::incrementAndGet).join();
                }
            });
            threads.join();
            assertThat(executor.channels()).hasSize(50);
        }
        assertThat(ran).hasValue(2_000);
    }
}
