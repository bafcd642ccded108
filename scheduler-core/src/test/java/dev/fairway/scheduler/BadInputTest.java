package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.fairway.CancelOption;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input fails at once, before anything has changed, and names the object and the value. */
class BadInputTest {
    private static FairScheduler.Builder<String, Integer> builder() {
        return FairScheduler.processing(String::length);
    }

    private static void assertNullRefused(String parameter, Threads.Code code) {
        assertThatNullPointerException().isThrownBy(code::run).withMessageContaining(parameter);
    }

    @Test
    void nullIsRefusedByTheParametersName() {
        assertNullRefused("process", () -> FairScheduler.processing(null));
        assertNullRefused("commit", () -> builder().committing(null));
        assertNullRefused("name", () -> builder().name(null));
        assertNullRefused("options", () -> builder().channelDefaults(null));
        assertNullRefused("turn", () -> builder().turn(null));
        assertNullRefused("cost", () -> builder().cost(null));
        assertNullRefused("fairness", () -> builder().fairness(null));
        assertNullRefused("drainTimeout", () -> builder().drainTimeout(null));
        assertNullRefused("listener", () -> builder().listener(null));
        assertNullRefused("listener", () -> builder().addListener(null));
        assertNullRefused("contextPropagator", () -> builder().contextPropagator(null));
        assertNullRefused("idleTimeout", () -> ChannelOptions.defaults().idleTimeout(null));
        assertNullRefused("overload", () -> ChannelOptions.defaults().overload(null));
        assertNullRefused("timeout", () -> Overload.waitUpTo(null));
        assertNullRefused("wait", () -> TaskOptions.expiresAfter(null));
        try (FairScheduler<String, Integer> scheduler = builder().build()) {
            assertNullRefused("name", () -> scheduler.openChannel(null));
            assertNullRefused("name", () -> scheduler.openChannel(null, ChannelOptions.defaults()));
            assertNullRefused("options", () -> scheduler.openChannel("a", null));
            assertNullRefused("name", () -> scheduler.channel(null));
            assertNullRefused("name", () -> scheduler.findChannel(null));
            assertNullRefused("channel", () -> scheduler.cancel(null));
            assertNullRefused("name", () -> scheduler.submit(null, "task"));
            assertNullRefused("task", () -> scheduler.submit("a", null));
            assertNullRefused("options", () -> scheduler.submit("a", "task", null));
            assertNullRefused("by", () -> scheduler.busiest(null, 1));
            assertNullRefused("drainTimeout", () -> scheduler.close(null));
            assertThat(scheduler.isClosed()).isFalse();
            Channel<String, Integer> channel = scheduler.channel("b");
            assertNullRefused("task", () -> channel.offer(null));
            assertNullRefused("task", () -> channel.offer(null, Duration.ZERO));
            assertNullRefused("timeout", () -> channel.offer("task", null));
            assertNullRefused("task", () -> channel.put(null));
            assertNullRefused("task", () -> channel.submit(null));
            assertNullRefused("options", () -> channel.submit("task", null));
            assertNullRefused("", () -> channel.cancelAll((CancelOption[]) null));
            assertThat(channel.stats().accepted()).isZero();
            assertThat(channel.stats().rejected()).isZero();
            TaskHandle<Integer> handle = channel.submit("task");
            assertNullRefused("timeout", () -> handle.join(null));
            assertNullRefused("function", () -> handle.map(null));
            assertThat(scheduler.findChannel("a"))
                    .as("nothing was opened by a bad call")
                    .isEmpty();
        }
        try (FairExecutor executor = FairExecutor.builder().build()) {
            assertNullRefused("name", () -> executor.channel(null));
            assertNullRefused("options", () -> executor.openChannel("a", null));
            assertNullRefused("process", () -> executor.submit("a", (Callable<Object>) null));
            assertNullRefused("commit", () -> executor.submit("a", () -> 1, (CommitAction<Integer>) null));
            assertNullRefused("options", () -> executor.submit("a", () -> 1, (TaskOptions) null));
            assertThat(executor.channels()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void blankNamesAreRefused(String blank) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().name(blank))
                .withMessageContaining("scheduler")
                .withMessageContaining("'" + blank + "'");
        try (FairScheduler<String, Integer> scheduler = builder().build();
                FairExecutor executor = FairExecutor.builder().build()) {
            for (Threads.Code code : new Threads.Code[] {
                () -> scheduler.openChannel(blank),
                () -> scheduler.openChannel(blank, ChannelOptions.defaults()),
                () -> scheduler.channel(blank),
                () -> scheduler.submit(blank, "task"),
                () -> executor.channel(blank),
                () -> executor.openChannel(blank, ChannelOptions.defaults()),
                () -> executor.submit(blank, () -> 1)
            }) {
                assertThatIllegalArgumentException()
                        .isThrownBy(code::run)
                        .withMessageContaining("channel")
                        .withMessageContaining("blank");
            }
            assertThat(scheduler.channels()).isEmpty();
            assertThat(executor.channels()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void numbersBelowOneAreRefusedAndChangeNothing(int number) {
        assertBelowOneRefused("capacity", number, () -> ChannelOptions.capacity(number));
        assertBelowOneRefused(
                "capacity", number, () -> ChannelOptions.defaults().withCapacity(number));
        assertBelowOneRefused("weight", number, () -> ChannelOptions.defaults().weight(number));
        assertBelowOneRefused(
                "maxParallel", number, () -> ChannelOptions.defaults().maxParallel(number));
        assertBelowOneRefused("workers", number, () -> builder().workers(number));
        assertBelowOneRefused("capacity", number, () -> builder().capacity(number));
        try (FairScheduler<String, Integer> scheduler = builder().workers(3).build()) {
            Channel<String, Integer> channel = scheduler.openChannel(
                    "a", ChannelOptions.defaults().weight(2).maxParallel(5));
            assertBelowOneRefused("workers", number, () -> scheduler.workers(number));
            assertBelowOneRefused("weight", number, () -> channel.weight(number));
            assertBelowOneRefused("maxParallel", number, () -> channel.maxParallel(number));
            assertBelowOneRefused("limit", number, () -> scheduler.busiest(TopBy.WAITING, number));
            assertThat(scheduler.workers()).isEqualTo(3);
            assertThat(channel.weight()).isEqualTo(2);
            assertThat(channel.maxParallel()).isEqualTo(5);
        }
    }

    private static void assertBelowOneRefused(String what, int number, Threads.Code code) {
        assertThatIllegalArgumentException()
                .isThrownBy(code::run)
                .withMessageContaining(what)
                .withMessageContaining(String.valueOf(number));
    }

    @Test
    void negativeAndZeroTimesInSettingsAreRefused() {
        for (Duration bad : new Duration[] {Duration.ZERO, Duration.ofMillis(-5)}) {
            assertTimeRefused(
                    "idleTimeout", bad, () -> ChannelOptions.defaults().idleTimeout(bad));
            assertTimeRefused("timeout", bad, () -> Overload.waitUpTo(bad));
            assertTimeRefused("expiry", bad, () -> TaskOptions.expiresAfter(bad));
            assertTimeRefused("expiry", bad, () -> TaskOptions.urgent().withExpiry(bad));
        }
        Duration negative = Duration.ofMillis(-5);
        assertTimeRefused("turn", negative, () -> builder().turn(negative));
        assertTimeRefused("drainTimeout", negative, () -> builder().drainTimeout(negative));
    }

    private static void assertTimeRefused(String what, Duration bad, Threads.Code code) {
        assertThatIllegalArgumentException()
                .isThrownBy(code::run)
                .withMessageContaining(what)
                .withMessageContaining(bad.toString());
    }

    @Test
    void timesOfAnyLengthAreAccepted() {
        Duration eternal = Duration.ofSeconds(Long.MAX_VALUE);
        try (FairScheduler<String, Integer> scheduler = builder()
                .turn(eternal)
                .drainTimeout(eternal)
                .channelDefaults(ChannelOptions.defaults().idleTimeout(eternal).overload(Overload.waitUpTo(eternal)))
                .build()) {
            assertThat(scheduler
                            .submit("a", "task", TaskOptions.expiresAfter(eternal))
                            .join())
                    .isEqualTo(4);
        }
    }

    @Test
    void contradictorySettingsAreRefusedByBuild() {
        FairScheduler.Builder<String, Integer> contradictory =
                builder().cost(String::length).fairness(Fairness.RUN_TIME);
        assertThatIllegalArgumentException()
                .isThrownBy(contradictory::build)
                .withMessageContaining("cost")
                .withMessageContaining("RUN_TIME");
        contradictory.fairness(Fairness.TURNS).build().close();
    }

    @Test
    void aMessageListsAtMostTenNames() {
        try (FairScheduler<String, Integer> scheduler = builder().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scheduler.cancel("x"))
                    .withMessageContaining("[]");
            for (int i = 10; i < 20; i++) {
                scheduler.openChannel("c" + i);
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scheduler.cancel("x"))
                    .withMessageContaining("[c10, c11, c12, c13, c14, c15, c16, c17, c18, c19]");
            for (int i = 20; i < 1_234; i++) {
                scheduler.openChannel("c" + i);
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scheduler.cancel("x"))
                    .withMessageContaining("c10, ")
                    .withMessageContaining("… of 1224")
                    .satisfies(e -> assertThat(e.getMessage().split(", ")).hasSizeLessThanOrEqualTo(11));
        }
    }

    @Test
    void anUnknownChannelIsNotFound() {
        try (FairScheduler<String, Integer> scheduler = builder().build()) {
            assertThat(scheduler.findChannel("nobody")).isEmpty();
            assertThat(scheduler.channels()).as("asking opens nothing").isEmpty();
        }
    }

    @Test
    void steeringAClosedSchedulerHarmsNobody() {
        FairScheduler<String, Integer> scheduler = builder().workers(2).build();
        Channel<String, Integer> channel = scheduler.openChannel("a");
        channel.submit("task").join();
        scheduler.close();
        channel.pause();
        channel.resume();
        channel.weight(3);
        channel.maxParallel(2);
        channel.close();
        scheduler.workers(5);
        assertThat(channel.cancelAll().dropped()).isZero();
        assertThat(channel.size()).isZero();
        assertThat(channel.stats().completed()).isEqualTo(1);
        assertThat(scheduler.stats().completed()).isEqualTo(1);
        assertThat(scheduler.busiest(TopBy.WAITING, 3)).isEmpty();
        assertThat(scheduler.terminated().toCompletableFuture()).isDone();
    }

    @Test
    void nullTasksOfAViewAreRefused() {
        try (FairExecutor executor = FairExecutor.builder().build()) {
            ExecutorService view = executor.channel("a");
            assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> view.execute(null));
            assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> view.submit((Runnable) null));
            assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> view.submit((Runnable) null, 1));
            assertThatExceptionOfType(NullPointerException.class)
                    .isThrownBy(() -> view.submit((Callable<Object>) null));
        }
    }
}
