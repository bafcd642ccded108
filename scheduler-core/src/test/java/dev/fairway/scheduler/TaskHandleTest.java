package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.CancelOption;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskPhase;
import dev.fairway.TaskState;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller sees of one task. */
class TaskHandleTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    static List<Throwable> failures() {
        return List.of(
                new IllegalStateException("unchecked"),
                new IOException("checked"),
                new AssertionError("error"),
                new StackOverflowError("virtual machine error"),
                new OwnThrowable("own throwable"),
                new CancellationException("thrown by the task"),
                new InterruptedException("thrown by the task"),
                new CompletionException("wrapped", new IOException("inner")));
    }

    private static Threads.Code throwing(Throwable failure) {
        return () -> TaskHandleTest.<RuntimeException>sneakyThrow(failure);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void sneakyThrow(Throwable failure) throws X {
        throw (X) failure;
    }

    /** Two dependents hold the completing thread up until whoever joined is back: neither may run in the joining thread. */
    @Test
    void dependentsRunOnTheCompletingThreadThoughOthersJoin() throws Exception {
        CountDownLatch joined = new CountDownLatch(1);
        List<String> ranOn = new CopyOnWriteArrayList<>();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().name("desk").workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("a", Job.at(gate));
            for (int i = 0; i < 2; i++) {
                CompletionStage<Void> unused = handle.completion().thenRun(() -> {
                    ranOn.add(Thread.currentThread().getName());
                    try {
                        Threads.await(joined);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
            Thread joins = threads.start(() -> {
                handle.join();
                joined.countDown();
            });
            Threads.awaitBlocked(joins);
            gate.open();
            Threads.awaitThat(() -> joined.getCount() == 0 || ranOn.contains(joins.getName()));
            joined.countDown();
            threads.join();
        }
        assertThat(ranOn).containsExactly("desk-worker-1", "desk-worker-1");
    }

    @Test
    void joinReturnsTheResultAfterTheCommitHasRun() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            for (int i = 0; i < 2_000; i++) {
                Job job = Job.named("a");
                assertThat(scheduler.submit("a", job).join()).isEqualTo("a");
                assertThat(job.committed).hasValue(1);
            }
        }
    }

    @Test
    void nullIsAResultLikeAnyOther() throws Exception {
        try (FairExecutor executor = FairExecutor.builder().workers(1).build()) {
            AtomicReference<Object> committed = new AtomicReference<>("nothing");
            TaskHandle<Object> handle = executor.submit("a", () -> null, committed::set);
            assertThat(handle.join()).isNull();
            assertThat(handle.join(Duration.ZERO)).isNull();
            assertThat(committed).hasNullValue();
            assertThat(handle.map(result -> result == null).join()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatTheProcessThrowsIsTheCauseOfTheFailureAndTheWorkerLivesOn(Throwable failure) {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Job job = Job.of(throwing(failure));
            TaskHandle<String> handle = scheduler.submit("bulk", job);
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(TaskFailedException.class)
                        .isThrownBy(handle::join)
                        .withMessageContaining("'bulk'")
                        .satisfies(thrown -> {
                            assertThat(thrown.getCause()).isSameAs(failure);
                            assertThat(thrown.phase()).isEqualTo(TaskPhase.PROCESS);
                        });
            }
            assertThatExceptionOfType(TaskFailedException.class).isThrownBy(() -> handle.join(Duration.ofSeconds(1)));
            assertThat(handle.state()).isEqualTo(TaskState.FAILED);
            assertThat(job.committed).hasValue(0);
            assertThat(scheduler.submit("bulk", Job.named("next")).join()).isEqualTo("next");
            Threads.awaitThat(() -> scheduler.stats().running() == 0);
            assertThat(scheduler.stats().failed()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatTheCommitThrowsIsTheCauseOfTheFailureAndTheWorkerLivesOn(Throwable failure) {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("bulk", Job.named("a").committing(throwing(failure)));
            assertThatExceptionOfType(TaskFailedException.class)
                    .isThrownBy(handle::join)
                    .withMessageContaining("'bulk'")
                    .satisfies(thrown -> {
                        assertThat(thrown.getCause()).isSameAs(failure);
                        assertThat(thrown.phase()).isEqualTo(TaskPhase.COMMIT);
                    });
            assertThat(handle.state()).isEqualTo(TaskState.FAILED);
            assertThat(scheduler.submit("bulk", Job.named("next")).join()).isEqualTo("next");
        }
    }

    @Test
    void tasksThatThrowNeverCostAWorkerOrAPermit() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel = scheduler.openChannel(
                    "a", ChannelOptions.capacity(3).maxParallel(2).overload(Overload.waitUpTo(Duration.ofMinutes(1))));
            for (int i = 0; i < 500; i++) {
                channel.submit(Job.of(throwing(new Error("no"))));
                channel.submit(Job.named("a").committing(throwing(new Error("no"))));
            }
            Threads.awaitThat(() -> channel.stats().failed() == 1_000);
            channel.offer(Job.at(gate));
            channel.offer(Job.at(gate));
            gate.awaitArrivals(2);
            gate.open();
        }
    }

    @Test
    void aHandleGoesThroughTheStatesOfItsTask() throws Exception {
        Gate commit = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            TaskHandle<String> handle = channel.submit(Job.at(gate).committing(commit::pass));
            assertThat(handle.state()).isEqualTo(TaskState.WAITING);
            channel.resume();
            gate.awaitArrivals(1);
            assertThat(handle.state()).isEqualTo(TaskState.PROCESSING);
            gate.open();
            commit.awaitArrivals(1);
            assertThat(handle.state()).isEqualTo(TaskState.COMMITTING);
            assertThat(handle.completion().toCompletableFuture()).isNotDone();
            commit.open();
            handle.join();
            assertThat(handle.state()).isEqualTo(TaskState.COMPLETED);
        }
    }

    @Test
    void anInterruptedJoinWaitsOnAndLeavesTheFlagSet() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("a", Job.at(gate));
            gate.awaitArrivals(1);
            AtomicBoolean flag = new AtomicBoolean();
            CountDownLatch interrupted = new CountDownLatch(1);
            Thread joiner = threads.start(() -> {
                Thread.currentThread().interrupt();
                interrupted.countDown();
                assertThat(handle.join()).isEqualTo("gated");
                flag.set(Thread.currentThread().isInterrupted());
            });
            Threads.await(interrupted);
            Threads.awaitBlocked(joiner);
            gate.open();
            threads.join();
            assertThat(flag).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1})
    void aTimedJoinGivesUpAndLeavesTheTaskAlone(long millis) throws Exception {
        Job job = Job.at(gate);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("a", job);
            gate.awaitArrivals(1);
            assertThatThrownBy(() -> handle.join(Duration.ofMillis(millis))).isInstanceOf(TimeoutException.class);
            assertThat(handle.state()).isEqualTo(TaskState.PROCESSING);
            gate.open();
            assertThat(handle.join(Duration.ofSeconds(20))).isEqualTo("gated");
            assertThat(job.committed).hasValue(1);
        }
    }

    @Test
    void aTimedJoinIsInterruptible() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("a", Job.at(gate));
            gate.awaitArrivals(1);
            Thread joiner = threads.start(() -> assertThatThrownBy(() -> handle.join(Duration.ofHours(1)))
                    .isInstanceOf(InterruptedException.class));
            Threads.awaitBlocked(joiner);
            joiner.interrupt();
            threads.join();
            assertThat(handle.state()).isEqualTo(TaskState.PROCESSING);
            gate.open();
        }
    }

    @Test
    void mapGivesTheSameTaskWithAnotherResult() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            AtomicInteger calls = new AtomicInteger();
            TaskHandle<String> handle = scheduler.submit("a", Job.at(gate));
            TaskHandle<Integer> length = handle.map(result -> {
                calls.incrementAndGet();
                return result.length();
            });
            gate.awaitArrivals(1);
            assertThat(length.state()).isEqualTo(TaskState.PROCESSING);
            gate.open();
            assertThat(length.join()).isEqualTo(5);
            assertThat(length.join(Duration.ofSeconds(1))).isEqualTo(5);
            assertThat(length.state()).isEqualTo(TaskState.COMPLETED);
            assertThat(length.map(n -> n * 2).join()).isEqualTo(10);
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void whatTheMappingFunctionThrowsIsThrownByTheJoinOfTheNewHandleOnly() {
        IllegalArgumentException failure = new IllegalArgumentException("cannot map");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("a", Job.named("a"));
            TaskHandle<Object> mapped = handle.map(result -> {
                throw failure;
            });
            assertThatThrownBy(mapped::join).isSameAs(failure);
            assertThat(mapped.state()).isEqualTo(TaskState.FAILED);
            assertThat(handle.join()).isEqualTo("a");
            assertThat(handle.state()).isEqualTo(TaskState.COMPLETED);
        }
    }

    @Test
    void aMappedHandleFailsAsTheTaskDoesAndItsFunctionIsNotCalled() {
        AtomicInteger calls = new AtomicInteger();
        IOException failure = new IOException("no");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<Integer> mapped =
                    scheduler.submit("a", Job.of(throwing(failure))).map(result -> calls.incrementAndGet());
            assertThatExceptionOfType(TaskFailedException.class)
                    .isThrownBy(mapped::join)
                    .withCause(failure);
            assertThat(mapped.state()).isEqualTo(TaskState.FAILED);
        }
        assertThat(calls).hasValue(0);
    }

    @Test
    void cancellingAMappedHandleCancelsTheTask() throws Exception {
        Job job = Job.at(gate);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("a", job);
            TaskHandle<Integer> mapped = handle.map(String::length);
            gate.awaitArrivals(1);
            assertThat(mapped.cancel(CancelOption.INTERRUPT_RUNNING)).isTrue();
            assertThat(handle.state()).isEqualTo(TaskState.CANCELLED);
            assertThat(mapped.state()).isEqualTo(TaskState.CANCELLED);
            assertThatThrownBy(mapped::join).isInstanceOf(CancellationException.class);
            assertThat(mapped.cancel()).isFalse();
        }
        assertThat(job.committed).hasValue(0);
    }

    @Test
    void aDependentSeesTheResultOnTheCompletingThread() throws Exception {
        AtomicReference<Thread> worker = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("a", Job.of(() -> {
                worker.set(Thread.currentThread());
                gate.pass();
            }));
            gate.awaitArrivals(1);
            CompletableFuture<Thread> ranOn = handle.completion()
                    .thenApply(result -> Thread.currentThread())
                    .toCompletableFuture();
            gate.open();
            assertThat(ranOn.get(20, TimeUnit.SECONDS)).isSameAs(worker.get());
        }
    }

    @Test
    void aDependentOfAFailureSeesWhatJoinThrows() {
        IOException failure = new IOException("no");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            AtomicReference<Throwable> seen = new AtomicReference<>();
            TaskHandle<String> handle = scheduler.submit("a", Job.of(throwing(failure)));
            handle.completion()
                    .whenComplete((result, thrown) -> seen.set(thrown))
                    .exceptionally(thrown -> "handled");
            assertThatThrownBy(handle::join).hasCause(failure);
            Threads.awaitThat(() -> seen.get() != null);
            assertThat(seen.get()).isInstanceOf(TaskFailedException.class).hasCause(failure);
        }
    }

    @Test
    void aDependentThatThrowsHarmsNobody() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            List<Integer> ran = new CopyOnWriteArrayList<>();
            TaskHandle<String> handle = scheduler.submit("a", Job.at(gate));
            for (int i = 0; i < 3; i++) {
                int number = i;
                handle.completion().thenRun(() -> {
                    ran.add(number);
                    throw new Error("dependent");
                });
            }
            gate.open();
            assertThat(handle.join()).isEqualTo("gated");
            assertThat(scheduler.submit("a", Job.named("next")).join()).isEqualTo("next");
            assertThat(ran).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    /** While the dependent runs, another thread does everything that takes a lock of the channel or of the scheduler. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dependentsRunUnderNoLock(boolean cancelled) throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(Job.at(gate));
            gate.awaitArrivals(1);
            CountDownLatch free = new CountDownLatch(1);
            AtomicBoolean wasFree = new AtomicBoolean();
            handle.completion().whenComplete((result, failure) -> {
                threads.start(() -> {
                    channel.offer(Job.named("b"));
                    channel.pause();
                    channel.maxParallel(3);
                    channel.weight(2);
                    channel.stats();
                    scheduler.workers(2);
                    scheduler.stats();
                    scheduler.openChannel("new").close();
                    channel.cancelAll();
                    channel.resume();
                    free.countDown();
                });
                try {
                    wasFree.set(free.await(20, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            if (cancelled) {
                channel.cancelAll();
            }
            gate.open();
            Threads.await(free);
            Threads.awaitThat(wasFree::get);
        }
    }

    @Test
    void theCompletionCannotBeCompletedFromOutside() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("a", Job.at(gate));
            gate.awaitArrivals(1);
            handle.completion().toCompletableFuture().complete("forged");
            handle.completion().toCompletableFuture().cancel(true);
            assertThat(handle.state()).isEqualTo(TaskState.PROCESSING);
            assertThat(handle.completion().toCompletableFuture()).isNotDone();
            gate.open();
            assertThat(handle.join()).isEqualTo("gated");
        }
    }

    @Test
    void aCancelledTaskThrowsCancellationExceptionInEveryJoin() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> handle = scheduler.submit("a", Job.at(gate));
            gate.awaitArrivals(1);
            List<Thread> joiners = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                boolean timed = i == 0;
                joiners.add(threads.start(() -> assertThatThrownBy(
                                () -> Object.class.cast(timed ? handle.join(Duration.ofHours(1)) : handle.join()))
                        .isInstanceOf(CancellationException.class)));
            }
            joiners.forEach(Threads::awaitBlocked);
            assertThat(handle.cancel()).isTrue();
            threads.join();
            gate.open();
        }
    }

    @Test
    void aHandleMayBeMadeOfAValue() throws Exception {
        TaskHandle<String> handle = TaskHandle.completed("here");
        assertThat(handle.join()).isEqualTo("here");
        assertThat(handle.join(Duration.ZERO)).isEqualTo("here");
        assertThat(handle.state()).isEqualTo(TaskState.COMPLETED);
        assertThat(handle.cancel()).isFalse();
        assertThat(handle.map(String::length).join()).isEqualTo(4);
        assertThat(handle.completion().toCompletableFuture()).isCompletedWithValue("here");
    }

    @Test
    void theInterfaceCanBeWrapped() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            TaskHandle<String> inner = scheduler.submit("a", Job.named("a"));
            TaskHandle<String> outer = new Wrapped(inner);
            assertThat(outer.join()).isEqualTo("wrapped a");
        }
    }

    /** A throwable that is neither an exception nor an error. */
    private static final class OwnThrowable extends Throwable {
        private static final long serialVersionUID = 1L;

        OwnThrowable(String message) {
            super(message);
        }
    }

    private record Wrapped(TaskHandle<String> inner) implements TaskHandle<String> {
        @Override
        public String join() {
            return "wrapped " + inner.join();
        }

        @Override
        public String join(Duration timeout) throws InterruptedException, TimeoutException {
            return "wrapped " + inner.join(timeout);
        }

        @Override
        public boolean cancel(CancelOption... options) {
            return inner.cancel(options);
        }

        @Override
        public <U> TaskHandle<U> map(Function<? super String, ? extends U> function) {
            return inner.map(function);
        }

        @Override
        public CompletionStage<String> completion() {
            return inner.completion();
        }

        @Override
        public TaskState state() {
            return inner.state();
        }
    }

    /** Something that cannot even be described: whoever tries gets it thrown again. */
    private static final class Indescribable extends Error {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw this;
        }

        @Override
        public String getMessage() {
            throw this;
        }
    }

    @ParameterizedTest
    @EnumSource(TaskPhase.class)
    void whatCannotBeDescribedEndsItsTaskAllTheSameAndTheWorkerLivesOn(TaskPhase phase) {
        Indescribable failure = new Indescribable();
        Job job = phase == TaskPhase.PROCESS
                ? Job.of(throwing(failure))
                : Job.named("a").committing(throwing(failure));
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .listener(new TaskListener<Job>() {
                    @Override
                    public void failed(TaskEvent<Job> event) {
                        throw failure;
                    }
                })
                .build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk");
            for (int i = 0; i < 3; i++) {
                channel.offer(job);
                TaskHandle<String> handle = channel.submit(job);
                assertThatExceptionOfType(TaskFailedException.class)
                        .isThrownBy(() -> handle.join(Threads.LIMIT))
                        .satisfies(thrown -> {
                            assertThat(thrown.getCause() == failure).isTrue();
                            assertThat(thrown.phase()).isEqualTo(phase);
                            assertThat(thrown.getMessage()).contains("'bulk'");
                        });
                assertThat(handle.state()).isEqualTo(TaskState.FAILED);
                assertThat(channel.submit(Job.named("next")).join()).isEqualTo("next");
            }
            Threads.awaitThat(() -> channel.stats().running() == 0);
            assertThat(channel.stats().failed()).isEqualTo(6);
        }
    }

    @Test
    void aCallbackThatThrowsWhatCannotBeDescribedHarmsNobody() {
        Indescribable failure = new Indescribable();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk");
            channel.pause();
            TaskHandle<String> handle = channel.submit(Job.named("a"));
            CompletableFuture<Void> unused = handle.completion()
                    .thenRun(() -> {
                        throw failure;
                    })
                    .toCompletableFuture();
            channel.resume();
            Threads.awaitThat(() -> channel.stats().running() == 0 && channel.size() == 0);
            assertThat(channel.submit(Job.named("next")).join()).isEqualTo("next");
            assertThat(handle.map(result -> {
                                throw failure;
                            })
                            .state())
                    .isEqualTo(TaskState.FAILED);
        }
    }
}
