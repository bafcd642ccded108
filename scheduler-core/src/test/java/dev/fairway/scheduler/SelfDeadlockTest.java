package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tasks that wait for what only their own waiting worker could bring about. */
class SelfDeadlockTest {
    private static final Duration LONG = Duration.ofSeconds(15);

    @RegisterExtension
    final Threads threads = new Threads();

    private static void assertRefused(TaskHandle<?> handle) {
        assertRefused(handle, "wait");
    }

    private static void assertRefused(TaskHandle<?> handle, String word) {
        assertThatThrownBy(() -> handle.join(Duration.ofSeconds(18)))
                .isInstanceOf(TaskFailedException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("wait", word);
    }

    @Test
    void theOnlyWorkerMayNotJoinATaskThatWaits() {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().name("desk").workers(1).build()) {
            Job inner = Job.named("inner");
            assertRefused(
                    scheduler.submit(
                            "a", Job.of(() -> scheduler.submit("b", inner).join(LONG))),
                    "desk");
            assertRefused(
                    scheduler.submit(
                            "a", Job.of(() -> scheduler.submit("b", inner).join())),
                    "desk");
            assertRefused(
                    scheduler.submit(
                            "a",
                            Job.of(() -> scheduler
                                    .submit("b", inner)
                                    .map(String::length)
                                    .join())),
                    "desk");
            Threads.awaitThat(() -> inner.committed.get() == 3);
        }
    }

    @Test
    void theOnlyWorkerMayNotJoinItsOwnTask() throws Exception {
        AtomicReference<TaskHandle<String>> own = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            own.set(channel.submit(Job.of(() -> own.get().join(LONG))));
            channel.resume();
            assertRefused(own.get());
        }
    }

    @Test
    void theOnlyWorkerMayNotWaitInACommitEither() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            assertRefused(scheduler.submit(
                    "a",
                    Job.named("a")
                            .committing(() ->
                                    scheduler.submit("b", Job.named("inner")).join(LONG))));
        }
    }

    @Test
    void theOnlyWorkerMayNotPutIntoAFullChannel() {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().name("desk").workers(1).build()) {
            Channel<Job, String> full = scheduler.openChannel("full", ChannelOptions.capacity(1));
            assertRefused(
                    scheduler.submit("a", Job.of(() -> {
                        full.put(Job.named("fits"));
                        full.put(Job.named("does not"));
                    })),
                    "'full'");
            Threads.awaitThat(() -> full.size() == 0);
            assertRefused(scheduler.submit("a", Job.of(() -> {
                full.put(Job.named("fits"));
                full.offer(Job.named("does not"), LONG);
            })));
        }
    }

    @Test
    void theOnlyWorkerMayNotWaitInSubmit() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> full =
                    scheduler.openChannel("full", ChannelOptions.capacity(1).overload(Overload.waitUpTo(LONG)));
            assertRefused(scheduler.submit("a", Job.of(() -> {
                full.submit(Job.named("fits"));
                full.submit(Job.named("does not"));
            })));
        }
    }

    @Test
    void theOnlyWorkerMayNotGetAFutureOfAView() {
        try (FairExecutor executor = FairExecutor.builder().workers(1).build()) {
            ExecutorService view = executor.channel("a");
            assertRefused(executor.submit("b", () -> {
                Future<Integer> inner = view.submit(() -> 1);
                return inner.get(15, TimeUnit.SECONDS);
            }));
            assertRefused(executor.submit("b", () -> view.submit(() -> 1).get()));
        }
    }

    @Test
    void aWorkerMayWaitWhenAnotherCanServeIt() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            for (int i = 0; i < 200; i++) {
                scheduler
                        .submit(
                                "a",
                                Job.of(() -> scheduler
                                        .submit("a", Job.named("inner"))
                                        .join()))
                        .join();
            }
        }
    }

    @Test
    void aWorkerMayWaitBehindOneThatIsBusyAndDoesNotWait() throws Exception {
        Gate gate = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            scheduler.submit("busy", Job.at(gate));
            gate.awaitArrivals(1);
            AtomicReference<Thread> worker = new AtomicReference<>();
            TaskHandle<String> waits = scheduler.submit("a", Job.of(() -> {
                worker.set(Thread.currentThread());
                scheduler.submit("b", Job.named("inner")).join();
            }));
            Threads.awaitThat(() -> worker.get() != null);
            Threads.awaitBlocked(worker.get());
            gate.open();
            waits.join();
        }
    }

    /** Each of two workers waits for a task that nobody can serve; the one that comes last is told, and serves both. */
    @Test
    void whenAllWorkersWouldWaitTheLastIsRefused() throws Exception {
        Gate bothRun = new Gate();
        CompletableFuture<String> refused = new CompletableFuture<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Threads.Code waiting = () -> {
                bothRun.pass();
                try {
                    scheduler.submit("inner", Job.named("inner")).join();
                } catch (IllegalStateException e) {
                    refused.complete(e.getMessage());
                }
            };
            TaskHandle<String> first = scheduler.submit("a", Job.of(waiting));
            TaskHandle<String> second = scheduler.submit("b", Job.of(waiting));
            bothRun.awaitArrivals(2);
            bothRun.open();
            first.join();
            second.join();
            assertThat(refused).isDone();
        }
    }

    @Test
    void manyWorkersThatAllSubmitAndJoinNeverHang() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(3).build()) {
            threads.startTogether(4, t -> {
                for (int i = 0; i < 300; i++) {
                    TaskHandle<String> outer = scheduler.submit("outer" + t, Job.of(() -> {
                        try {
                            scheduler.submit("inner", Job.named("inner")).join();
                        } catch (IllegalStateException e) {
                            assertThat(e).isNotInstanceOf(CancellationException.class);
                        }
                    }));
                    outer.join();
                }
            });
            threads.join();
        }
    }

    /** The other worker is free, but the channel's only permit is held by the one that waits. */
    @Test
    void aTaskMayNotWaitForTheNextOfAChannelWhoseOnlyPermitItHolds() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> single =
                    scheduler.openChannel("single", ChannelOptions.defaults().maxParallel(1));
            assertRefused(
                    single.submit(Job.of(() -> single.submit(Job.named("inner")).join(Duration.ofSeconds(5)))));
        }
    }

    @Test
    void joiningATaskThatHasEndedIsNoWait() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> ended = scheduler.submit("a", Job.named("a"));
            ended.join();
            scheduler
                    .submit("a", Job.of(() -> assertThat(ended.join()).isEqualTo("a")))
                    .join();
        }
    }

    @Test
    void joiningATaskOfAnotherSchedulerIsNoDeadlock() {
        try (FairScheduler<Job, String> one = Job.scheduler().workers(1).build();
                FairScheduler<Job, String> other = Job.scheduler().workers(1).build()) {
            for (int i = 0; i < 100; i++) {
                one.submit(
                                "a",
                                Job.of(() -> assertThat(other.submit("b", Job.named("inner"))
                                                .join())
                                        .isEqualTo("inner")))
                        .join();
            }
        }
    }

    @Test
    void aThreadThatIsNoWorkerMayWait() throws Exception {
        Gate gate = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> busy = scheduler.submit("a", Job.at(gate));
            gate.awaitArrivals(1);
            Threads.awaitBlocked(threads.start(busy::join));
            assertThatThrownBy(() -> busy.join(Duration.ZERO)).isInstanceOf(TimeoutException.class);
            gate.open();
            threads.join();
        }
    }

    /** A timeout of zero asks and does not wait. */
    @Test
    void askingWithATimeoutOfZeroIsNoWait() throws Exception {
        try (FairExecutor executor = FairExecutor.builder().workers(1).build()) {
            ExecutorService view = executor.channel("a");
            executor.submit("b", () -> {
                        TaskHandle<Integer> handle = executor.submit("a", () -> 1);
                        Future<Integer> future = view.submit(() -> 2);
                        for (Duration timeout : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
                            assertThatThrownBy(() -> handle.join(timeout)).isInstanceOf(TimeoutException.class);
                            assertThatThrownBy(
                                            () -> handle.map(Object::toString).join(timeout))
                                    .isInstanceOf(TimeoutException.class);
                            assertThatThrownBy(() -> future.get(timeout.toSeconds(), TimeUnit.SECONDS))
                                    .isInstanceOf(TimeoutException.class);
                        }
                        return null;
                    })
                    .join();
        }
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> full = scheduler.openChannel("full", ChannelOptions.capacity(1));
            scheduler
                    .submit("a", Job.of(() -> {
                        full.offer(Job.named("fits"));
                        assertThat(full.offer(Job.named("does not"), Duration.ZERO))
                                .isFalse();
                        assertThat(full.offer(Job.named("does not"), Duration.ofSeconds(-1)))
                                .isFalse();
                    }))
                    .join();
        }
    }

    /**
     * A producer whose task has been put in need not wait any more, though it has not woken yet: who waits for a task that its
     * worker can serve then is not refused.
     */
    @Test
    void whoHasBeenLetInWaitsForNothing() throws Exception {
        Gate first = new Gate();
        AtomicBoolean letIn = new AtomicBoolean();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            WaitGraph<Job, String> waits = ((DefaultFairScheduler<Job, String>) scheduler).waits;
            DefaultChannel<Job, String> full = (DefaultChannel<Job, String>) scheduler.openChannel("full");
            TaskHandle<String> putter = scheduler.submit("putter", Job.of(() -> {
                waits.enter(full, null, letIn::get, false);
                first.pass();
                waits.leave();
            }));
            first.awaitArrivals(1);
            TaskHandle<String> inner = scheduler.submit("joins", Job.of(() -> {
                scheduler.channel("other").pause();
                TaskHandle<String> other = scheduler.channel("other").submit(Job.named("other"));
                assertThatThrownBy(() -> other.join(LONG)).isInstanceOf(IllegalStateException.class);
                letIn.set(true);
                assertThatThrownBy(() -> other.join(Duration.ofMillis(1))).isInstanceOf(TimeoutException.class);
            }));
            inner.join();
            first.open();
            putter.join();
            scheduler.cancel("other");
        }
    }

    /** The putter holds its own channel's only permit, but it is the scheduler that is full, and others make room there. */
    @Test
    void aTaskMayWaitForRoomInTheSchedulerThatAnotherChannelWillFree() throws Exception {
        Gate putter = new Gate();
        Gate slow = new Gate();
        AtomicReference<Thread> worker = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(4).capacity(3).build()) {
            Channel<Job, String> x =
                    scheduler.openChannel("x", ChannelOptions.defaults().maxParallel(1));
            Channel<Job, String> y =
                    scheduler.openChannel("y", ChannelOptions.defaults().maxParallel(1));
            TaskHandle<String> puts = x.submit(Job.of(() -> {
                worker.set(Thread.currentThread());
                putter.pass();
                x.put(Job.named("more"));
            }));
            putter.awaitArrivals(1);
            y.offer(Job.at(slow));
            slow.awaitArrivals(1);
            x.offer(Job.named("x"));
            y.offer(Job.named("y"));
            y.offer(Job.named("y"));
            putter.open();
            Threads.awaitThat(
                    () -> worker.get().getState() == Thread.State.WAITING || puts.state() != TaskState.PROCESSING);
            slow.open();
            assertThat(puts.join(Threads.LIMIT)).isEqualTo("job");
        }
    }

    @Test
    void theOnlyWorkerMayNotPutIntoAFullScheduler() {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).capacity(1).build()) {
            assertRefused(scheduler.submit("a", Job.of(() -> {
                scheduler.channel("b").put(Job.named("always fits"));
                scheduler.channel("b").put(Job.named("does not"));
            })));
        }
    }

    /** The worker runs the inner task itself, as its caller: so it is the worker that would wait for itself. */
    @Test
    void aTaskThatAWorkerRunsAsItsCallerMayNotWaitForThatWorker() throws Exception {
        Gate outer = new Gate();
        AtomicReference<TaskHandle<String>> nested = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> full =
                    scheduler.openChannel("full", ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            TaskHandle<String> handle = scheduler.submit("a", Job.of(() -> {
                outer.pass();
                nested.set(full.submit(
                        Job.of(() -> scheduler.submit("b", Job.named("inner")).join(LONG))));
            }));
            outer.awaitArrivals(1);
            full.offer(Job.named("waits"));
            outer.open();
            assertThat(handle.join()).isEqualTo("job");
            assertRefused(nested.get());
        }
    }

    /** A caller outside that runs its task itself is no worker: while it waits, the only worker can serve it. */
    @Test
    void aTaskThatACallerOutsideRunsMayWaitForTheWorker() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> full =
                    scheduler.openChannel("full", ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            full.offer(Job.named("waits"));
            Thread caller = threads.start(() -> {
                TaskHandle<String> mine = full.submit(
                        Job.of(() -> scheduler.submit("b", Job.named("inner")).join()));
                assertThat(mine.join()).isEqualTo("job");
            });
            Threads.awaitBlocked(caller);
            gate.open();
            threads.join();
        }
    }
}
