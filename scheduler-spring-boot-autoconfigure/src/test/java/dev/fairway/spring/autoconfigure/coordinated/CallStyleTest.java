package dev.fairway.spring.autoconfigure.coordinated;

import static dev.fairway.spring.autoconfigure.coordinated.Applications.LIMIT;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.coordinator;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.get;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.runner;
import static dev.fairway.spring.autoconfigure.coordinated.Applications.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.fairway.CancelOption;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.Coordinated;
import dev.fairway.spring.CoordinatedTask;
import dev.fairway.spring.CoordinatorCustomizer;
import dev.fairway.spring.TaskTimeoutException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What callers see: results, exceptions, futures, cancels, timeouts, choices. */
class CallStyleTest {
    private final ApplicationContextRunner runner = runner().withBean("anna", Anna.class);

    @Test
    void aMethodIsObjectsOnlyIfItIs() {
        runner().withBean("cashier", Cashier.class)
                .run(context -> assertThat(context.getBean(Cashier.class).finalize("order"))
                        .isEqualTo("order, final"));
    }

    @CoordinatedTask("cashiers")
    static class Cashier {
        String finalize(String order) {
            return order + ", final";
        }
    }

    @Test
    void aWorkerThatIsNotThereIsNamedAndNotWaitedFor() {
        runner().withUserConfiguration(NoCashier.class).run(context -> {
            Desk any = context.getBean("desks.any", Desk.class);
            assertThatThrownBy(() -> any.work("paper"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the @CoordinatedTask bean 'anna' is no worker of coordinator 'desks': it is null");
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class NoCashier {
        @Bean
        @Nullable
        Anna anna() {
            return null;
        }
    }

    @Test
    void aBlockingCallThrowsWhatTheMethodThrew() {
        runner.run(context -> {
            Desk desk = context.getBean("anna", Desk.class);
            Desk any = context.getBean("desks.any", Desk.class);
            for (Desk each : new Desk[] {desk, any}) {
                assertThat(each.work("paper")).isEqualTo("paper done");
                assertThatThrownBy(() -> each.work("io"))
                        .isExactlyInstanceOf(IOException.class)
                        .hasMessage("io");
                assertThatThrownBy(() -> each.work("unchecked")).isExactlyInstanceOf(ArithmeticException.class);
                assertThatThrownBy(() -> each.work("error")).isExactlyInstanceOf(StackOverflowError.class);
            }
            coordinator(context, "desks").close();
            assertThatThrownBy(() -> desk.work("late")).isInstanceOf(RejectedTaskException.class);
            assertThatThrownBy(() -> desk.future(null)).isInstanceOf(RejectedTaskException.class);
        });
    }

    @Test
    void whatAMethodDeclaresIsAnAnswerAndWhatItDoesNotIsAFailure() {
        runner.run(context -> {
            Desk any = context.getBean("desks.any", Desk.class);
            Desk desk = context.getBean("anna", Desk.class);
            for (int i = 0; i < 5; i++) {
                assertThat(catchThrowable(() -> any.work("io"))).isInstanceOf(IOException.class);
                assertThat(catchThrowable(() -> desk.work("io"))).isInstanceOf(IOException.class);
                assertThat(catchThrowable(() -> any.work("argument"))).isInstanceOf(IllegalArgumentException.class);
                assertThat(catchThrowable(() -> desks(context)
                                .any()
                                .submit(each -> each.work("io"))
                                .join()))
                        .hasCauseInstanceOf(IOException.class);
            }
            assertThat(desk.work("and all that was before is booked")).isNotNull();
            assertThat(reason(context)).as("not quarantined").isNull();
            for (int i = 0; i < 5; i++) {
                assertThat(catchThrowable(() -> any.work("unchecked"))).isInstanceOf(ArithmeticException.class);
            }
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(reason(context)).isNotNull());
        });
    }

    @Test
    void aCustomizerMaySayOtherwise() {
        runner.withBean(CoordinatorCustomizer.class, () -> (name, builder) -> builder.failureIf(thrown -> true))
                .run(context -> {
                    Desk any = context.getBean("desks.any", Desk.class);
                    for (int i = 0; i < 5; i++) {
                        assertThat(catchThrowable(() -> any.work("io"))).isInstanceOf(IOException.class);
                    }
                    await().atMost(LIMIT)
                            .untilAsserted(() -> assertThat(reason(context)).isNotNull());
                });
    }

    @Test
    void anAsynchronousMethodDoesNotBlockAndTheWorkerIsFreeWhenItReturns() {
        runner.run(context -> {
            Desk any = context.getBean("desks.any", Desk.class);
            Desk desk = context.getBean("anna", Desk.class);
            CompletableFuture<String> later = new CompletableFuture<>();
            CompletableFuture<String> future = any.future(later);
            CompletionStage<String> stage = desk.stage(later);
            Future<String> plain = desk.plain(new Unfinished(later));
            TaskHandle<String> handle = any.handle(later);
            assertThat(desk.work("meanwhile")).isEqualTo("meanwhile done");
            assertThat(future).isNotDone();
            assertThat(plain.isDone()).isFalse();
            later.complete("late");
            assertThat(future.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("late");
            assertThat(stage.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("late");
            assertThat(plain.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("late");
            assertThat(plain.isDone()).isTrue();
            assertThat(handle.join(LIMIT)).isEqualTo("late");
            assertThat(any.future(null).get()).isNull();
        });
    }

    @Test
    void aFutureFailsWithTheMethodsOwnException() {
        runner.run(context -> {
            Desk any = context.getBean("desks.any", Desk.class);
            IllegalStateException thrown = new IllegalStateException("no ink");
            CompletableFuture<String> failed = CompletableFuture.failedFuture(thrown);
            assertThatThrownBy(() -> any.future(failed).get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isSameAs(thrown);
            assertThatThrownBy(() -> any.handle(failed).join())
                    .isInstanceOf(TaskFailedException.class)
                    .cause()
                    .isSameAs(thrown);
            assertThatThrownBy(() -> any.throwing(thrown).join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isSameAs(thrown);
        });
    }

    @Test
    void cancelTrueInterruptsAndCancelFalseDoesNot() {
        runner.run(context -> {
            Desk any = context.getBean("desks.any", Desk.class);
            Block block = new Block();
            CompletableFuture<String> running = any.futureBlocked(block);
            Applications.await(block.started);
            CompletableFuture<String> waiting = any.future(null);
            assertThat(waiting.cancel(false)).isTrue();
            assertThat(running.cancel(false)).isTrue();
            assertThat(running).isCancelled();
            assertThat(block.interrupted).as("left alone").isNotDone();
            assertThat(running.cancel(true)).isTrue();
            assertThat(block.interrupted.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            Block other = new Block();
            TaskHandle<String> handle = any.handleBlocked(other);
            Applications.await(other.started);
            assertThat(handle.cancel(CancelOption.INTERRUPT_RUNNING)).isTrue();
            assertThat(other.interrupted.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            CompletableFuture<String> inner = new CompletableFuture<>();
            CompletableFuture<String> flattened = any.future(inner);
            any.work("behind it");
            assertThat(flattened.cancel(true)).isTrue();
            assertThat(inner).isCancelled();
        });
    }

    @Test
    void anInterruptedCallerWithdrawsItsTaskAndKeepsItsFlag() {
        runner.run(context -> {
            Desk desk = context.getBean("anna", Desk.class);
            Block block = new Block();
            CompletableFuture<String> running = desk.futureBlocked(block);
            Applications.await(block.started);
            AtomicReference<Thread> caller = new AtomicReference<>();
            FutureTask<Boolean> call = start(() -> {
                caller.set(Thread.currentThread());
                assertThatThrownBy(() -> desk.work("never")).isInstanceOf(CancellationException.class);
                return Thread.currentThread().isInterrupted();
            });
            await().atMost(LIMIT)
                    .until(() -> coordinator(context, "desks").stats().waiting() == 1);
            caller.get().interrupt();
            assertThat(get(call)).as("flag").isTrue();
            assertThat(coordinator(context, "desks").stats().waiting()).isZero();
            assertThat(running.cancel(true)).isTrue();
            assertThat(desk.work("next")).isEqualTo("next done");
        });
    }

    @Test
    void aTimeoutIsThrownAsDeclaredOrUncheckedAndEndsTheTask() {
        runner.run(context -> {
            Desk any = context.getBean("desks.any", Desk.class);
            Block declared = new Block();
            assertThatThrownBy(() -> any.limitedAndDeclared(declared))
                    .isExactlyInstanceOf(TimeoutException.class)
                    .hasMessageContaining("limitedAndDeclared(Block) took longer than its timeout, PT0.05S");
            declared.assertInterruptedIfStarted();
            Block undeclared = new Block();
            assertThatThrownBy(() -> any.limited(undeclared))
                    .isExactlyInstanceOf(TaskTimeoutException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            Block asynchronous = new Block();
            assertThatThrownBy(() -> any.limitedFuture(asynchronous).get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> any.limitedHandle(new Block()).join(LIMIT))
                    .isInstanceOf(TaskFailedException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            assertThat(any.limitedFuture(null).get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("quick");
            assertThat(any.work("the worker lives on")).isNotNull();
        });
    }

    @Test
    void aTimeoutWithdrawsACallThatWaitsForItsTurn() {
        runner.run(context -> {
            Desk any = context.getBean("desks.any", Desk.class);
            Block first = new Block();
            CompletableFuture<String> running = any.futureBlocked(first);
            Applications.await(first.started);
            Block queued = new Block();
            assertThatThrownBy(() -> any.limitedAndDeclared(queued)).isExactlyInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> any.limited(queued)).isExactlyInstanceOf(TaskTimeoutException.class);
            assertThatThrownBy(() -> any.limitedFuture(queued).get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TimeoutException.class);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(
                                    coordinator(context, "desks").stats().waiting())
                            .isZero());
            assertThat(first.interrupted).as("another call is left alone").isNotDone();
            assertThat(running.cancel(true)).isTrue();
            assertThat(any.work("next")).isEqualTo("next done");
            assertThat(queued.started.getCount()).as("never started").isEqualTo(1);
        });
    }

    @Test
    void aTaskTimeoutInterruptsAndIsTheWorkersFailure() {
        runner.run(context -> {
            Desk any = context.getBean("desks.any", Desk.class);
            Block block = new Block();
            assertThatThrownBy(() -> any.taskLimited(block))
                    .isExactlyInstanceOf(TaskTimeoutException.class)
                    .hasMessageContaining("taskLimited(Block)");
            assertThat(block.interrupted.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(coordinator(context, "desks").stats("anna").orElseThrow().failed())
                    .isEqualTo(1);
        });
    }

    @Test
    void expressionsChooseTheWorkerOfACallForAny() {
        runner.withBean("bert", Anna.class).run(context -> {
            Desk any = context.getBean("desks.any", Desk.class);
            Coordinator<?, ?> desks = coordinator(context, "desks");
            for (int i = 0; i < 3; i++) {
                assertThat(any.preferring("anna")).isEqualTo("anna");
                assertThat(any.requiring("bert")).isEqualTo("bert");
            }
            assertThat(any.preferring(null)).isEqualTo("null");
            assertThat(desks.stats("anna").orElseThrow().preferredHits()).isEqualTo(3);
            assertThat(desks.stats("bert").orElseThrow().required()).isEqualTo(3);
            assertThatThrownBy(() -> any.requiring(null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("require '#name' of")
                    .hasMessageContaining("is null");
            assertThatThrownBy(() -> any.preferring(" "))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is blank");
            Desk anna = context.getBean("anna", Desk.class);
            assertThat(anna.requiring("bert")).as("a bound call ignores it").isEqualTo("bert");
            assertThat(desks.stats("bert").orElseThrow().required()).isEqualTo(3);
            assertThat(desks(context).require("anna").proxy().requiring("bert")).isEqualTo("bert");
            assertThat(desks.stats("bert").orElseThrow().required()).isEqualTo(3);
        });
    }

    private static String reason(BeanFactory context) {
        return coordinator(context, "desks").stats("anna").orElseThrow().reason();
    }

    @SuppressWarnings("unchecked")
    private static Coordinated<Desk> desks(BeanFactory context) {
        return context.getBean("desks.coordinated", Coordinated.class);
    }

    /** Lets a task block until it is interrupted. */
    static final class Block {
        final CountDownLatch started = new CountDownLatch(1);
        final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

        String run() {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
            return "interrupted";
        }

        void assertInterruptedIfStarted() throws Exception {
            if (started.getCount() == 0) {
                assertThat(interrupted.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    /** A future that tells nobody of its end. */
    record Unfinished(CompletableFuture<String> future) implements Future<String> {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return future.cancel(mayInterruptIfRunning);
        }

        @Override
        public boolean isCancelled() {
            return future.isCancelled();
        }

        @Override
        public boolean isDone() {
            return future.isDone();
        }

        @Override
        public String get() throws InterruptedException, ExecutionException {
            return future.get();
        }

        @Override
        public String get(long timeout, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            return future.get(timeout, unit);
        }
    }

    @CoordinatedTask("desks")
    interface Desk {
        String work(String what) throws IOException, IllegalArgumentException;

        CompletableFuture<String> future(CompletableFuture<String> returned);

        CompletionStage<String> stage(CompletableFuture<String> returned);

        Future<String> plain(Future<String> returned);

        TaskHandle<String> handle(CompletableFuture<String> returned);

        CompletableFuture<String> throwing(RuntimeException thrown);

        CompletableFuture<String> futureBlocked(Block block);

        TaskHandle<String> handleBlocked(Block block);

        @CoordinatedTask(timeout = "50ms")
        String limitedAndDeclared(Block block) throws TimeoutException;

        @CoordinatedTask(timeout = "${limit:50ms}")
        String limited(Block block);

        @CoordinatedTask(timeout = "50ms")
        CompletableFuture<String> limitedFuture(Block block);

        @CoordinatedTask(timeout = "50ms")
        TaskHandle<String> limitedHandle(Block block);

        @CoordinatedTask(taskTimeout = "50ms")
        String taskLimited(Block block);

        @CoordinatedTask(prefer = "#name")
        String preferring(String name);

        @CoordinatedTask(require = "#name")
        String requiring(String name);
    }

    static class Anna implements Desk {
        @Override
        public String work(String what) throws IOException {
            switch (what) {
                case "io" -> throw new IOException("io");
                case "argument" -> throw new IllegalArgumentException();
                case "unchecked" -> throw new ArithmeticException();
                case "error" -> throw new StackOverflowError();
                default -> {
                    return what + " done";
                }
            }
        }

        @Override
        public CompletableFuture<String> future(CompletableFuture<String> returned) {
            return returned;
        }

        @Override
        public CompletionStage<String> stage(CompletableFuture<String> returned) {
            return returned;
        }

        @Override
        public Future<String> plain(Future<String> returned) {
            return returned;
        }

        @Override
        public TaskHandle<String> handle(CompletableFuture<String> returned) {
            Coordinator<String, String> other =
                    Coordinator.<String, String>builder().build();
            other.addWorker("one", task -> returned.join());
            TaskHandle<String> handle = other.submit("task").map(dev.fairway.Completed::result);
            var unused = handle.completion()
                    .whenComplete((result, failure) -> start(() -> {
                        other.close();
                        return null;
                    }));
            return returned.isCompletedExceptionally() ? failed(returned) : handle;
        }

        private static TaskHandle<String> failed(CompletableFuture<String> returned) {
            return TaskHandle.completed("").map(nothing -> {
                try {
                    return returned.join();
                } catch (CompletionException e) {
                    throw (RuntimeException) e.getCause();
                }
            });
        }

        @Override
        public CompletableFuture<String> throwing(RuntimeException thrown) {
            throw thrown;
        }

        @Override
        public CompletableFuture<String> futureBlocked(Block block) {
            return CompletableFuture.completedFuture(block.run());
        }

        @Override
        public TaskHandle<String> handleBlocked(Block block) {
            return TaskHandle.completed(block.run());
        }

        @Override
        public String limitedAndDeclared(Block block) {
            return block.run();
        }

        @Override
        public String limited(Block block) {
            return block.run();
        }

        @Override
        public CompletableFuture<String> limitedFuture(Block block) {
            return CompletableFuture.completedFuture(block == null ? "quick" : block.run());
        }

        @Override
        public TaskHandle<String> limitedHandle(Block block) {
            return TaskHandle.completed(block.run());
        }

        @Override
        public String taskLimited(Block block) {
            return block.run();
        }

        @Override
        public String preferring(String name) {
            return String.valueOf(name);
        }

        @Override
        public String requiring(String name) {
            return name;
        }
    }
}
