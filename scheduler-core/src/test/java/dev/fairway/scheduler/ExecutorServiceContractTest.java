package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What users of {@code java.util.concurrent} expect of an {@code ExecutorService}: the themes of the tests of
 * {@code ThreadPoolExecutor} and {@code AbstractExecutorService} in the JSR 166 suite.
 */
class ExecutorServiceContractTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();
    private FairExecutor executor;
    private ExecutorService view;

    @BeforeEach
    void open() {
        executor = FairExecutor.builder()
                .workers(2)
                .drainTimeout(Duration.ofSeconds(10))
                .build();
        view = executor.openChannel("acme", ChannelOptions.capacity(1_000).maxParallel(2));
    }

    @AfterEach
    void close() throws Exception {
        gate.open();
        executor.close();
        executor.terminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private String passGate() throws InterruptedException {
        gate.pass();
        return "passed";
    }

    /** Occupies both workers. */
    private List<Future<String>> occupyWorkers() throws InterruptedException {
        List<Future<String>> running = List.of(view.submit(this::passGate), view.submit(this::passGate));
        gate.awaitArrivals(2);
        return running;
    }

    private static <R> R get(Future<R> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static <R> Callable<R> throwing(Exception failure) {
        return () -> {
            throw failure;
        };
    }

    @Nested
    class Executing {
        @Test
        void anExecutedTaskRuns() throws Exception {
            CountDownLatch ran = new CountDownLatch(1);
            view.execute(ran::countDown);
            Threads.await(ran);
        }

        @Test
        void aTaskThatThrowsHarmsNobody() throws Exception {
            for (int i = 0; i < 10; i++) {
                view.execute(() -> {
                    throw new IllegalStateException("no");
                });
                view.execute(() -> {
                    throw new StackOverflowError("no");
                });
            }
            assertThat(get(view.submit(() -> 1))).isEqualTo(1);
        }

        @Test
        void aFutureTaskOfTheCallerCanBeExecuted() throws Exception {
            FutureTask<Integer> task = new FutureTask<>(() -> 7);
            view.execute(task);
            assertThat(get(task)).isEqualTo(7);
        }

        @Test
        void nullIsRefused() {
            assertThatThrownBy(() -> view.execute(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> view.submit((Runnable) null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> view.submit((Runnable) null, "r")).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> view.submit((Callable<?>) null)).isInstanceOf(NullPointerException.class);
        }

        @Test
        void whatIsFullRefusesWithRejectedExecution() throws Exception {
            ExecutorService small = executor.openChannel("small", ChannelOptions.capacity(1));
            occupyWorkers();
            small.execute(() -> {});
            assertThatThrownBy(() -> small.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> small.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> small.invokeAll(List.of(() -> 1, () -> 2)))
                    .isInstanceOf(RejectedExecutionException.class);
        }

        @Test
        void itServesCompletableFutures() throws Exception {
            CompletableFuture<Integer> future =
                    CompletableFuture.supplyAsync(() -> 20, view).thenApplyAsync(n -> n + 1, view);
            assertThat(get(future).intValue()).isEqualTo(21);
        }

        @Test
        void itServesACompletionService() throws Exception {
            CompletionService<Integer> service = new ExecutorCompletionService<>(view);
            for (int i = 0; i < 20; i++) {
                int number = i;
                service.submit(() -> number);
            }
            List<Integer> results = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                results.add(get(service.take()));
            }
            Collections.sort(results);
            assertThat(results).hasSize(20).startsWith(0, 1, 2).endsWith(19);
        }
    }

    @Nested
    class Futures {
        @Test
        void aCallableGivesItsResult() throws Exception {
            Future<String> future = view.submit(() -> "result");
            assertThat(get(future)).isEqualTo("result");
            assertThat(future.get()).isEqualTo("result");
            assertThat(future.isDone()).isTrue();
            assertThat(future.isCancelled()).isFalse();
        }

        @Test
        void aCallableMayGiveNull() throws Exception {
            assertThat(get(view.submit(() -> (Object) null))).isNull();
        }

        @Test
        void aRunnableGivesNullOrTheGivenResult() throws Exception {
            AtomicInteger runs = new AtomicInteger();
            Runnable runnable = runs::incrementAndGet;
            assertThat(get((Future<?>) view.submit(runnable))).isNull();
            assertThat(get(view.submit(runnable, "given"))).isEqualTo("given");
            assertThat((Object) get(view.submit(runnable, (String) null))).isNull();
            assertThat(runs).hasValue(3);
        }

        @Test
        void whatATaskThrowsIsTheCauseOfAnExecutionException() {
            for (Throwable failure : List.of(
                    new IOException("checked"), new IllegalStateException("unchecked"), new AssertionError("error"))) {
                Future<Object> future = view.submit(() -> {
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (Exception) failure;
                });
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> get(future))
                        .satisfies(e -> assertThat(e.getCause()).isSameAs(failure));
                assertThat(future.isDone()).isTrue();
                assertThat(future.isCancelled()).isFalse();
            }
        }

        @Test
        void aTaskThatThrowsCancellationHasFailed() {
            Future<Object> future = view.submit(throwing(new CancellationException("thrown by the task")));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> get(future))
                    .withCauseInstanceOf(CancellationException.class);
            assertThat(future.isCancelled()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(longs = {-1, 0, 1})
        void aTimedGetGivesUpAndLeavesTheTaskAlone(long millis) throws Exception {
            Future<String> future = occupyWorkers().get(0);
            assertThatThrownBy(() -> future.get(millis, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(future.isDone()).isFalse();
            gate.open();
            assertThat(get(future)).isEqualTo("passed");
        }

        @Test
        void getIsInterruptible() throws Exception {
            Future<String> future = occupyWorkers().get(0);
            Thread untimed =
                    threads.start(() -> assertThatThrownBy(future::get).isInstanceOf(InterruptedException.class));
            Thread timed = threads.start(() ->
                    assertThatThrownBy(() -> future.get(1, TimeUnit.HOURS)).isInstanceOf(InterruptedException.class));
            for (Thread thread : List.of(untimed, timed)) {
                Threads.awaitBlocked(thread);
                thread.interrupt();
            }
            threads.join();
            assertThat(future.isDone()).isFalse();
        }

        @Test
        void theTimeUnitMayNotBeNull() throws Exception {
            Future<String> future = occupyWorkers().get(0);
            assertThatThrownBy(() -> future.get(1, null)).isInstanceOf(NullPointerException.class);
        }
    }

    @Nested
    class Cancelling {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void aWaitingTaskThatIsCancelledNeverRuns(boolean interrupt) throws Exception {
            occupyWorkers();
            AtomicInteger runs = new AtomicInteger();
            Future<Integer> future = view.submit(runs::incrementAndGet);
            assertThat(future.isDone()).isFalse();
            assertThat(future.cancel(interrupt)).isTrue();
            assertThat(future.isCancelled()).isTrue();
            assertThat(future.isDone()).isTrue();
            assertThat(future.cancel(interrupt)).isFalse();
            assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
            assertThatThrownBy(() -> future.get(1, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
            gate.open();
            get(view.submit(() -> 1));
            assertThat(runs).hasValue(0);
        }

        @Test
        void aRunningTaskIsInterruptedWhenAskedFor() throws Exception {
            CountDownLatch interrupted = new CountDownLatch(1);
            Future<?> future = view.submit(() -> {
                try {
                    gate.pass();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            gate.awaitArrivals(1);
            assertThat(future.cancel(true)).isTrue();
            assertThat(future.isCancelled()).isTrue();
            assertThat(future.isDone()).isTrue();
            Threads.await(interrupted);
            assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
        }

        @Test
        void aRunningTaskIsNotInterruptedOtherwise() throws Exception {
            AtomicReference<String> end = new AtomicReference<>();
            CountDownLatch ended = new CountDownLatch(1);
            Future<?> future = view.submit(() -> {
                try {
                    gate.pass();
                    end.set(Thread.currentThread().isInterrupted() ? "flag" : "undisturbed");
                } catch (InterruptedException e) {
                    end.set("interrupted");
                } finally {
                    ended.countDown();
                }
            });
            gate.awaitArrivals(1);
            assertThat(future.cancel(false)).isTrue();
            assertThat(future.isDone()).isTrue();
            gate.open();
            Threads.await(ended);
            assertThat(end).hasValue("undisturbed");
        }

        @Test
        void aTaskThatHasEndedIsNotCancelled() throws Exception {
            Future<Integer> future = view.submit(() -> 1);
            get(future);
            assertThat(future.cancel(true)).isFalse();
            assertThat(future.isCancelled()).isFalse();
            assertThat(future.get()).isEqualTo(1);
        }

        @Test
        void thoseThatWaitInGetAreTold() throws Exception {
            Future<String> future = occupyWorkers().get(0);
            Thread getter =
                    threads.start(() -> assertThatThrownBy(future::get).isInstanceOf(CancellationException.class));
            Threads.awaitBlocked(getter);
            future.cancel(false);
            threads.join();
        }

        @Test
        void theInterruptOfACancelledTaskDoesNotReachTheNext() throws Exception {
            AtomicInteger flagged = new AtomicInteger();
            for (int i = 0; i < 2_000; i++) {
                Future<?> victim = view.submit(() -> {});
                Future<Integer> next = view.submit(
                        () -> flagged.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0));
                victim.cancel(true);
                get(next);
            }
            assertThat(flagged).hasValue(0);
        }
    }

    @Nested
    class InvokingAny {
        @Test
        void nullIsRefused() {
            assertThatThrownBy(() -> view.invokeAny(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> view.invokeAny(null, 1, TimeUnit.SECONDS))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> view.invokeAny(Arrays.asList(ExecutorServiceContractTest.this::passGate, null)))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> view.invokeAny(List.of(() -> 1), 1, null))
                    .isInstanceOf(NullPointerException.class);
        }

        @Test
        void anEmptyCollectionIsRefused() {
            assertThatThrownBy(() -> view.invokeAny(List.<Callable<Integer>>of()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> view.invokeAny(List.<Callable<Integer>>of(), 1, TimeUnit.SECONDS))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void theResultOfOneThatSucceedsIsReturned() throws Exception {
            List<Callable<String>> tasks = List.of(throwing(new IOException("no")), () -> "yes");
            assertThat(view.invokeAny(tasks)).isEqualTo("yes");
            assertThat(view.invokeAny(tasks, 20, TimeUnit.SECONDS)).isEqualTo("yes");
        }

        @Test
        void whenAllFailSoDoesTheCall() {
            IOException failure = new IOException("no");
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> view.invokeAny(List.of(throwing(failure), throwing(failure))))
                    .withCause(failure);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> view.invokeAny(List.of(throwing(failure)), 20, TimeUnit.SECONDS))
                    .withCause(failure);
        }

        @Test
        void theOthersAreCancelledAndInterrupted() throws Exception {
            CountDownLatch interrupted = new CountDownLatch(1);
            CountDownLatch running = new CountDownLatch(1);
            String result = view.invokeAny(List.of(
                    () -> {
                        try {
                            running.countDown();
                            gate.pass();
                            return "slow";
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                            throw e;
                        }
                    },
                    () -> {
                        Threads.await(running);
                        return "quick";
                    }));
            assertThat(result).isEqualTo("quick");
            Threads.await(interrupted);
        }

        @Test
        void whenTheTimeIsOverTheCallFailsAndTheTasksAreCancelled() throws Exception {
            CountDownLatch interrupted = new CountDownLatch(1);
            Gate own = new Gate();
            assertThatThrownBy(() -> view.invokeAny(
                            List.of(() -> {
                                try {
                                    own.pass();
                                    return 1;
                                } catch (InterruptedException e) {
                                    interrupted.countDown();
                                    throw e;
                                }
                            }),
                            300,
                            TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            if (own.arrivals() > 0) {
                Threads.await(interrupted);
            }
        }

        @Test
        void anInterruptedCallerIsTold() throws Exception {
            occupyWorkers();
            AtomicInteger runs = new AtomicInteger();
            Thread caller = threads.start(() -> assertThatThrownBy(() -> view.invokeAny(List.of(runs::incrementAndGet)))
                    .isInstanceOf(InterruptedException.class));
            Threads.awaitBlocked(caller);
            caller.interrupt();
            threads.join();
            gate.open();
            get(view.submit(() -> 1));
            assertThat(runs).as("the task was cancelled").hasValue(0);
        }
    }

    @Nested
    class InvokingAll {
        @Test
        void nullIsRefused() {
            AtomicInteger runs = new AtomicInteger();
            assertThatThrownBy(() -> view.invokeAll(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> view.invokeAll(null, 1, TimeUnit.SECONDS))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> view.invokeAll(Arrays.<Callable<Integer>>asList(runs::incrementAndGet, null)))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> view.invokeAll(List.of(runs::incrementAndGet), 1, null))
                    .isInstanceOf(NullPointerException.class);
        }

        @Test
        void anEmptyCollectionGivesAnEmptyList() throws Exception {
            assertThat(view.invokeAll(List.<Callable<Integer>>of())).isEmpty();
            assertThat(view.invokeAll(List.<Callable<Integer>>of(), 1, TimeUnit.SECONDS))
                    .isEmpty();
        }

        @Test
        void allHaveEndedInTheOrderOfTheCollection() throws Exception {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                tasks.add(() -> number);
            }
            for (boolean timed : new boolean[] {false, true}) {
                List<Future<Integer>> futures =
                        timed ? view.invokeAll(tasks, 20, TimeUnit.SECONDS) : view.invokeAll(tasks);
                assertThat(futures).hasSize(100).allMatch(Future::isDone);
                for (int i = 0; i < 100; i++) {
                    assertThat(futures.get(i).get()).isEqualTo(i);
                }
            }
        }

        @Test
        void failuresAreThoseOfTheirFutures() throws Exception {
            IOException failure = new IOException("no");
            List<Future<Integer>> futures = view.invokeAll(List.of(throwing(failure), () -> 1));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> futures.get(0).get())
                    .withCause(failure);
            assertThat(futures.get(1).get()).isEqualTo(1);
        }

        @Test
        void whenTheTimeIsOverWhatHasNotEndedIsCancelled() throws Exception {
            occupyWorkers();
            List<Future<String>> futures =
                    view.invokeAll(List.of(() -> "waits", () -> "waits too"), 1, TimeUnit.MILLISECONDS);
            assertThat(futures).hasSize(2).allMatch(Future::isDone).allMatch(Future::isCancelled);
        }

        @Test
        void whatRunsWhenTheTimeIsOverIsInterrupted() throws Exception {
            CountDownLatch interrupted = new CountDownLatch(1);
            Gate own = new Gate();
            List<Future<Integer>> futures = view.invokeAll(
                    List.of(() -> 1, () -> {
                        try {
                            own.pass();
                            return 2;
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                            throw e;
                        }
                    }),
                    300,
                    TimeUnit.MILLISECONDS);
            assertThat(futures).hasSize(2).allMatch(Future::isDone);
            assertThat(futures.get(1).isCancelled()).isTrue();
            if (own.arrivals() > 0) {
                Threads.await(interrupted);
            }
        }

        @Test
        void anInterruptedCallerIsToldAndTheTasksAreCancelled() throws Exception {
            occupyWorkers();
            AtomicInteger runs = new AtomicInteger();
            Thread caller = threads.start(() -> assertThatThrownBy(
                            () -> view.invokeAll(List.of(runs::incrementAndGet, runs::incrementAndGet)))
                    .isInstanceOf(InterruptedException.class));
            Threads.awaitBlocked(caller);
            caller.interrupt();
            threads.join();
            gate.open();
            get(view.submit(() -> 1));
            assertThat(runs).hasValue(0);
        }
    }

    @Nested
    class ShuttingDown {
        @Test
        void whatWasAcceptedRunsAndNothingElse() throws Exception {
            List<Future<String>> running = occupyWorkers();
            Future<String> waiting = view.submit(() -> "waiting");
            assertThat(view.isShutdown()).isFalse();
            view.shutdown();
            assertThat(view.isShutdown()).isTrue();
            assertThat(view.isTerminated()).isFalse();
            assertThatThrownBy(() -> view.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> view.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> view.invokeAll(List.of(() -> 1))).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> view.invokeAny(List.of(() -> 1))).isInstanceOf(RejectedExecutionException.class);
            assertThat(view.awaitTermination(0, TimeUnit.SECONDS)).isFalse();
            assertThat(view.awaitTermination(-1, TimeUnit.SECONDS)).isFalse();
            assertThat(view.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
            gate.open();
            assertThat(view.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(view.isTerminated()).isTrue();
            assertThat(get(waiting)).isEqualTo("waiting");
            for (Future<String> future : running) {
                assertThat(get(future)).isEqualTo("passed");
            }
        }

        /** The inherited {@code invokeAll} cancels what it could not submit. */
        @Test
        void whatWasRefusedAndIsThenCancelledTakesNothingFromTheTasksThatWait() throws Exception {
            ExecutorService small = executor.openChannel("small", ChannelOptions.capacity(2));
            occupyWorkers();
            Future<String> first = small.submit(() -> "first");
            assertThatThrownBy(() -> small.invokeAll(List.of(() -> 1, () -> 2, () -> 3)))
                    .isInstanceOf(RejectedExecutionException.class);
            ChannelControl channel = executor.findChannel("small").orElseThrow();
            assertThat(channel.size()).isEqualTo(1);
            Future<String> second = small.submit(() -> "second");
            assertThatThrownBy(() -> small.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
            assertThat(channel.stats().accepted()).isEqualTo(3);
            assertThat(channel.stats().cancelled()).isEqualTo(1);
            gate.open();
            assertThat(get(first)).isEqualTo("first");
            assertThat(get(second)).isEqualTo("second");
        }

        @Test
        void twiceIsHarmless() throws Exception {
            view.shutdown();
            view.shutdown();
            assertThat(view.shutdownNow()).isEmpty();
            assertThat(view.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }

        @Test
        void anEmptyOneTerminatesAtOnce() throws Exception {
            view.shutdown();
            assertThat(view.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(view.isTerminated()).isTrue();
        }

        @Test
        void awaitTerminationIsInterruptibleAndRefusesNull() throws Exception {
            occupyWorkers();
            view.shutdown();
            assertThatThrownBy(() -> view.awaitTermination(1, null)).isInstanceOf(NullPointerException.class);
            Thread waiter = threads.start(() -> assertThatThrownBy(() -> view.awaitTermination(1, TimeUnit.HOURS))
                    .isInstanceOf(InterruptedException.class));
            Threads.awaitBlocked(waiter);
            waiter.interrupt();
            threads.join();
        }

        @Test
        void thoseThatAwaitTheTerminationAreTold() throws Exception {
            occupyWorkers();
            Threads.awaitBlocked(threads.start(
                    () -> assertThat(view.awaitTermination(1, TimeUnit.HOURS)).isTrue()));
            view.shutdown();
            gate.open();
            threads.join();
        }

        @Test
        void shutdownNowInterruptsWhatRunsAndItsFuturesTellWhatBecameOfIt() throws Exception {
            AtomicBoolean flag = new AtomicBoolean();
            Gate own = new Gate();
            Future<String> answers = view.submit(() -> {
                try {
                    own.pass();
                    return "not interrupted";
                } catch (InterruptedException e) {
                    flag.set(true);
                    return "interrupted";
                }
            });
            Future<String> throwsIt = view.submit(() -> {
                own.pass();
                return "not interrupted";
            });
            own.awaitArrivals(2);
            assertThat(view.shutdownNow()).isEmpty();
            assertThat(view.isShutdown()).isTrue();
            assertThat(get(answers)).isEqualTo("interrupted");
            assertThat(answers.isCancelled()).isFalse();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> get(throwsIt))
                    .withCauseInstanceOf(InterruptedException.class);
            assertThat(view.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(flag).isTrue();
        }

        @Test
        void shutdownNowReturnsWhatWaitsAndItStillWorksWhenRunByHand() throws Exception {
            occupyWorkers();
            AtomicInteger ran = new AtomicInteger();
            Runnable executed = ran::incrementAndGet;
            view.execute(executed);
            Future<Integer> callable = view.submit(ran::incrementAndGet);
            Future<String> runnable = view.submit(
                    () -> {
                        ran.incrementAndGet();
                    },
                    "given");
            Future<Object> failing = view.submit(throwing(new IOException("no")));

            List<Runnable> neverRan = view.shutdownNow();

            assertThat(neverRan).hasSize(4);
            assertThat(view.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(ran).hasValue(0);
            assertThat(List.of(callable, runnable, failing)).noneMatch(Future::isDone);
            neverRan.forEach(Runnable::run);
            assertThat(ran).hasValue(3);
            assertThat(callable.get()).isBetween(1, 3);
            assertThat(runnable.get()).isEqualTo("given");
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(failing::get)
                    .withCauseInstanceOf(IOException.class);
            neverRan.forEach(Runnable::run);
            assertThat(callable.get()).as("a future ends once").isBetween(1, 3);
        }

        @Test
        void whatShutdownNowReturnedCanBeCancelledInstead() throws Exception {
            occupyWorkers();
            AtomicInteger ran = new AtomicInteger();
            Future<Integer> future = view.submit(ran::incrementAndGet);
            List<Runnable> neverRan = view.shutdownNow();
            Thread getter =
                    threads.start(() -> assertThatThrownBy(future::get).isInstanceOf(CancellationException.class));
            Threads.awaitBlocked(getter);
            assertThat(future.cancel(false)).isTrue();
            threads.join();
            neverRan.forEach(Runnable::run);
            assertThat(ran).hasValue(0);
        }

        @Test
        void whatShutdownNowReturnedCanBeGivenToAnotherExecutor() throws Exception {
            occupyWorkers();
            Future<String> future = view.submit(() -> "moved");
            List<Runnable> neverRan = view.shutdownNow();
            ExecutorService other = executor.channel("other");
            neverRan.forEach(other::execute);
            assertThat(get(future)).isEqualTo("moved");
        }

        @Test
        void submittingWhileItShutsDownLosesNothing() throws Exception {
            for (int iteration = 0; iteration < 200; iteration++) {
                ExecutorService closing = executor.channel("closing");
                AtomicInteger ran = new AtomicInteger();
                AtomicInteger accepted = new AtomicInteger();
                List<Runnable> neverRan = new ArrayList<>();
                boolean now = iteration % 2 == 0;
                threads.startTogether(3, t -> {
                    if (t == 0) {
                        Thread.yield();
                        if (now) {
                            neverRan.addAll(closing.shutdownNow());
                        } else {
                            closing.shutdown();
                        }
                        return;
                    }
                    try {
                        for (int i = 0; i < 100; i++) {
                            closing.execute(ran::incrementAndGet);
                            accepted.incrementAndGet();
                        }
                    } catch (RejectedExecutionException e) {
                        assertThat(closing.isShutdown()).isTrue();
                    }
                });
                threads.join();
                assertThat(closing.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
                assertThat(ran.get() + neverRan.size()).isEqualTo(accepted.get());
            }
        }
    }

    @Nested
    class HappensBefore {
        @Test
        void fromSubmitToRunAndFromRunToGet() {
            threads.startTogether(3, t -> {
                int[] box = new int[1];
                for (int i = 0; i < 3_000; i++) {
                    int expected = i;
                    box[0] = i;
                    Future<?> future = view.submit(() -> {
                        assertThat(box[0]).isEqualTo(expected);
                        box[0]++;
                    });
                    get(future);
                    assertThat(box[0]).isEqualTo(i + 1);
                }
            });
            threads.join();
        }

        @Test
        void fromRunToTermination() throws Exception {
            for (int i = 0; i < 300; i++) {
                ExecutorService closing = executor.channel("closing");
                int[] box = new int[1];
                closing.execute(() -> box[0] = 1);
                closing.shutdown();
                assertThat(closing.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
                assertThat(box[0]).isEqualTo(1);
            }
        }
    }
}
