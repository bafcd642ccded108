package dev.fairway.spring.autoconfigure.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.coordinator.Coordinator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cancelling reaches the task, or what its method returned: also between the one and the other. */
class TaskFutureTest {
    private static final long LIMIT_SECONDS = 50;

    private final CompletableFuture<@Nullable Object> inner = new CompletableFuture<>();

    /** Interleaving: the task is decided; cancel; then the future is told what was returned. */
    @Test
    void cancellingAfterTheDecisionReachesWhatWasReturned() {
        Decided task = new Decided(inner);
        TaskFuture future = TaskFuture.of(task);
        assertThat(future.cancel(false)).isTrue();
        assertThat(inner).isCancelled();
        task.tell();
        assertThat(future).isCancelled();
    }

    @Test
    void aHandleThatWasReturnedIsCancelledToo() {
        Decided later = new Decided(inner);
        TaskFuture future = TaskFuture.of(new Decided(later));
        assertThat(future.cancel(true)).isTrue();
        assertThat(later.cancelled).isTrue();
    }

    @Test
    void aPlainFutureIsCancelledToo() {
        Decided task = new Decided(new Plain(inner));
        Future<?> future = ChainedFuture.of(task, null, TimeoutException::new);
        assertThat(future.cancel(true)).isTrue();
        assertThat(inner).isCancelled();
    }

    @Test
    void aResultThatIsThereIsNotCancelled() {
        Decided task = new Decided("done");
        TaskFuture future = TaskFuture.of(task);
        assertThat(future.cancel(true)).isFalse();
        task.tell();
        assertThat(future).isCompletedWithValue("done");
        assertThat(future.cancel(true)).isFalse();
    }

    @Test
    void aStageThatIsOnlyToBeReadDoesNotKeepTheFutureFromBeingCancelled() {
        Decided task = new Decided(inner.minimalCompletionStage());
        TaskFuture future = TaskFuture.of(task);
        task.tell();
        assertThat(future.cancel(true)).isTrue();
        assertThat(inner).isNotDone();
    }

    /** Interleaving: the time is over after the task is decided, before the future is told. */
    @Test
    void aTimeoutReachesWhatWasReturned() throws Exception {
        Decided task = new Decided(inner);
        TaskFuture future = TaskFuture.of(task);
        future.limit(Duration.ofNanos(1), TimeoutException::new);
        CountDownLatch cancelled = new CountDownLatch(1);
        CompletionStage<?> unused = inner.whenComplete((value, failure) -> cancelled.countDown());
        assertThat(cancelled.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(inner).isCancelled();
        assertThat(future).isCompletedExceptionally().isNotCancelled();
    }

    /** The same with a real task, at whatever moment the two meet. */
    @Test
    void whoeverIsFirstNothingGoesOnThatWasCancelled() throws Exception {
        try (Coordinator<CompletableFuture<@Nullable Object>, @Nullable Object> coordinator =
                Coordinator.<CompletableFuture<@Nullable Object>, @Nullable Object>builder()
                        .build()) {
            coordinator.addWorker("one", returned -> returned);
            for (int i = 0; i < 2_000; i++) {
                CompletableFuture<@Nullable Object> returned = new CompletableFuture<>();
                TaskHandle<@Nullable Object> task = coordinator.submit(returned).map(Completed::result);
                TaskFuture future = TaskFuture.of(task);
                for (int spin = 0; spin < i % 200; spin++) {
                    Thread.onSpinWait();
                }
                assertThat(future.cancel(true)).isTrue();
                assertThat(task.state() == TaskState.CANCELLED || returned.isCancelled())
                        .as("one of the two is cancelled")
                        .isTrue();
            }
        }
    }

    /** The end of a task that nobody has been told of. */
    private static final class Decided implements TaskHandle<@Nullable Object> {
        private final @Nullable Object value;
        private final CompletableFuture<@Nullable Object> told = new CompletableFuture<>();
        boolean cancelled;

        Decided(@Nullable Object value) {
            this.value = value;
        }

        void tell() {
            told.complete(value);
        }

        @Override
        public @Nullable Object join() {
            return value;
        }

        @Override
        public @Nullable Object join(Duration timeout) {
            return value;
        }

        @Override
        public boolean cancel(CancelOption... options) {
            cancelled = true;
            return false;
        }

        @Override
        public <U extends @Nullable Object> TaskHandle<U> map(
                Function<? super @Nullable Object, ? extends U> function) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<@Nullable Object> completion() {
            return told;
        }

        @Override
        public TaskState state() {
            return TaskState.COMPLETED;
        }
    }

    /** A future that tells nobody of its end. */
    private record Plain(CompletableFuture<@Nullable Object> future) implements Future<@Nullable Object> {
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
        public @Nullable Object get() {
            return future.join();
        }

        @Override
        public @Nullable Object get(long timeout, TimeUnit unit) {
            return future.join();
        }
    }
}
