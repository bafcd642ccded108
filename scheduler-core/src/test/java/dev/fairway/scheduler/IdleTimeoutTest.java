package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskHandle;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels that close themselves when nobody uses them. */
class IdleTimeoutTest {
    private static final ChannelOptions SHORT = ChannelOptions.defaults().idleTimeout(Duration.ofMillis(10));

    @RegisterExtension
    final Threads threads = new Threads();

    private static void awaitEnd(ChannelControl channel) throws Exception {
        channel.terminated().toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** Several channels with the same timeout come and go. */
    private static void letOthersEnd(FairScheduler<Job, String> scheduler) throws Exception {
        for (int i = 0; i < 3; i++) {
            awaitEnd(scheduler.openChannel("other", SHORT));
        }
    }

    /** An idle close and a task race: who submits by name or through a view gets a new channel, or is in before. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoComesDuringAnIdleCloseIsNotRefused(boolean throughView) {
        FakeClock clock = new FakeClock();
        try (FairExecutor executor = FairExecutor.builder()
                .workers(1)
                .ticker(clock)
                .channelDefaults(ChannelOptions.defaults().idleTimeout(Duration.ofHours(1)))
                .build()) {
            ExecutorService view = executor.channel("acme");
            for (int round = 0; round < 500; round++) {
                executor.submit("acme", () -> 1).join();
                Threads.awaitThat(() -> executor.stats().running() == 0);
                clock.advance(Duration.ofHours(2));
                DefaultChannel<?, ?> channel =
                        (DefaultChannel<?, ?>) executor.findChannel("acme").orElseThrow();
                threads.start(() -> channel.closeIfIdle(clock.getAsLong()));
                threads.start(() -> {
                    if (throughView) {
                        view.submit(() -> 1).get();
                    } else {
                        executor.submit("acme", () -> 1).join();
                    }
                });
                threads.join();
            }
        }
    }

    /** Its channel was idle when the executor closed: the view will not open it again, so it has terminated. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aViewWhoseChannelWasIdleHasTerminatedWhenItsExecutorHas(boolean now) throws Exception {
        FakeClock clock = new FakeClock();
        FairExecutor executor = FairExecutor.builder()
                .workers(1)
                .ticker(clock)
                .channelDefaults(ChannelOptions.defaults().idleTimeout(Duration.ofHours(1)))
                .build();
        ExecutorService view = executor.channel("acme");
        clock.advance(Duration.ofHours(2));
        ((DefaultChannel<?, ?>) executor.findChannel("acme").orElseThrow()).closeIfIdle(clock.getAsLong());
        assertThat(view.isShutdown()).isFalse();
        if (now) {
            executor.shutdownNow();
        }
        executor.close();
        assertThatExceptionOfType(RejectedTaskException.class).isThrownBy(() -> view.execute(() -> {}));
        assertThat(view.isShutdown()).isTrue();
        assertThat(view.isTerminated()).isTrue();
        assertThat(view.awaitTermination(0, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aChannelThatNobodyUsesClosesAndSaysThatItWasIdle() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("quiet", SHORT);
            awaitEnd(channel);
            assertThat(channel.isClosed()).isTrue();
            assertThat(scheduler.findChannel("quiet")).isEmpty();
            assertThat(scheduler.channels()).isEmpty();
            assertThatExceptionOfType(RejectedTaskException.class)
                    .isThrownBy(() -> channel.offer(Job.named("late")))
                    .withMessageContaining("'quiet'")
                    .withMessageContaining("idle")
                    .extracting(RejectedTaskException::reason)
                    .isEqualTo(Reason.CHANNEL_CLOSED);
        }
    }

    @Test
    void aChannelThatWasUsedClosesWhenItIsIdleAgain() throws Exception {
        Job job = Job.named("a");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("quiet", SHORT);
            try {
                for (int i = 0; i < 20; i++) {
                    channel.submit(job).join();
                }
            } catch (RejectedTaskException e) {
                assertThat(e).hasMessageContaining("idle");
            }
            awaitEnd(channel);
            assertThat(channel.stats().completed()).isEqualTo(job.committed.get());
        }
    }

    @Test
    void aChannelInWhichSomethingWaitsOrRunsStaysOpen() throws Exception {
        Gate gate = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> waiting =
                    scheduler.openChannel("waiting", ChannelOptions.defaults().idleTimeout(Duration.ofMillis(100)));
            waiting.pause();
            assertThat(waiting.offer(Job.named("waits"))).isTrue();
            Channel<Job, String> running =
                    scheduler.openChannel("running", ChannelOptions.defaults().idleTimeout(Duration.ofMillis(100)));
            assertThat(running.offer(Job.at(gate))).isTrue();
            gate.awaitArrivals(1);
            for (int i = 0; i < 3; i++) {
                awaitEnd(
                        scheduler.openChannel("other", ChannelOptions.defaults().idleTimeout(Duration.ofMillis(100))));
            }
            assertThat(waiting.isClosed()).isFalse();
            assertThat(running.isClosed()).isFalse();
            waiting.resume();
            gate.open();
            awaitEnd(waiting);
            awaitEnd(running);
            assertThat(waiting.stats().completed()).isEqualTo(1);
            assertThat(running.stats().completed()).isEqualTo(1);
        }
    }

    @Test
    void aChannelWithoutAnIdleTimeoutStaysOpen() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("patient");
            letOthersEnd(scheduler);
            assertThat(channel.isClosed()).isFalse();
            assertThat(channel.submit(Job.named("a")).join()).isEqualTo("a");
        }
    }

    @Test
    void theDefaultsOfTheSchedulerMayHaveAnIdleTimeout() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().channelDefaults(SHORT).build()) {
            awaitEnd(scheduler.openChannel("a"));
            awaitEnd(scheduler.channel("b"));
            scheduler.submit("c", Job.named("c")).join();
            Threads.awaitThat(() -> scheduler.channels().isEmpty());
        }
    }

    @Test
    void submittingByNameOpensAChannelThatWasIdleAgain() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().channelDefaults(SHORT).build()) {
            for (int i = 0; i < 3; i++) {
                assertThat(scheduler.submit("a", Job.named("a")).join()).isEqualTo("a");
                Threads.awaitThat(() -> scheduler.findChannel("a").isEmpty());
            }
            assertThat(scheduler.stats().completed())
                    .as("closed channels included")
                    .isEqualTo(3);
        }
    }

    @Test
    void aViewOpensItsChannelAgainByItself() throws Exception {
        try (FairExecutor executor =
                FairExecutor.builder().workers(1).channelDefaults(SHORT).build()) {
            ExecutorService view = executor.channel("acme");
            for (int i = 0; i < 3; i++) {
                assertThat(view.submit(() -> 1).get(20, TimeUnit.SECONDS)).isEqualTo(1);
                Threads.awaitThat(() -> executor.findChannel("acme").isEmpty());
                assertThat(view.isShutdown()).isFalse();
                assertThat(view.isTerminated()).isFalse();
            }
            assertThat(executor.submit("acme", () -> 2).join()).isEqualTo(2);
        }
    }

    @Test
    void aViewOpensItsChannelAgainWithTheOptionsItWasOpenedWith() throws Exception {
        try (FairExecutor executor = FairExecutor.builder().workers(1).build()) {
            ExecutorService view =
                    executor.openChannel("acme", SHORT.withCapacity(7).weight(3));
            Threads.awaitThat(() -> executor.findChannel("acme").isEmpty());
            Gate gate = new Gate();
            view.execute(() -> {
                try {
                    gate.pass();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            gate.awaitArrivals(1);
            ChannelControl channel = executor.findChannel("acme").orElseThrow();
            assertThat(channel.capacity()).isEqualTo(7);
            assertThat(channel.weight()).isEqualTo(3);
            gate.open();
        }
    }

    @Test
    void afterAnExplicitShutdownAViewStaysShutDownAndTheNameGivesANewOne() throws Exception {
        try (FairExecutor executor =
                FairExecutor.builder().workers(1).channelDefaults(SHORT).build()) {
            ExecutorService old = executor.channel("acme");
            old.submit(() -> 1).get(20, TimeUnit.SECONDS);
            Threads.awaitThat(() -> executor.findChannel("acme").isEmpty());
            old.shutdown();
            assertThat(old.isShutdown()).isTrue();
            assertThat(old.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThatExceptionOfType(RejectedTaskException.class).isThrownBy(() -> old.execute(() -> {}));
            ExecutorService next = executor.channel("acme");
            assertThat(next.submit(() -> 2).get(20, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(old.isShutdown()).isTrue();
            assertThatExceptionOfType(RejectedTaskException.class).isThrownBy(() -> old.execute(() -> {}));
        }
    }

    /** The idle close meets producers that are just about to use the channel: none of them may be refused. */
    @Test
    void producersByNameAndViewsAreNeverRefusedBecauseTheChannelWasIdle() {
        AtomicInteger ran = new AtomicInteger();
        try (FairExecutor executor = FairExecutor.builder()
                .workers(2)
                .channelDefaults(ChannelOptions.defaults().idleTimeout(Duration.ofNanos(1)))
                .build()) {
            ExecutorService view = executor.channel("acme");
            threads.startTogether(3, p -> {
                for (int i = 0; i < 1_000; i++) {
                    if (p == 0) {
                        executor.submit("acme", ran::incrementAndGet).join();
                    } else {
                        Future<?> future = view.submit(ran::incrementAndGet);
                        future.get(20, TimeUnit.SECONDS);
                    }
                }
            });
            threads.join();
        }
        assertThat(ran).hasValue(3_000);
    }

    @Test
    void finishWhenIdleEndsASchedulerWhoseLastChannelWasIdle() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().finishWhenIdle().build();
        scheduler.openChannel("a", SHORT);
        scheduler.terminated().toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(scheduler.isClosed()).isTrue();
    }

    @Test
    void aShorterTimeoutAfterALongerOneHoldsToo() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> patient =
                    scheduler.openChannel("patient", ChannelOptions.defaults().idleTimeout(Duration.ofDays(1)));
            Channel<Job, String> lessSo =
                    scheduler.openChannel("less so", ChannelOptions.defaults().idleTimeout(Duration.ofMillis(20)));
            awaitEnd(lessSo);
            awaitEnd(scheduler.openChannel("quiet", SHORT));
            assertThat(patient.isClosed()).isFalse();
        }
    }

    /**
     * The view is just opening its channel again when it is shut down: what it opens must be shut down as well. The clock, which
     * a channel reads when it is opened, keeps it there.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aViewThatIsShutDownWhileItOpensItsChannelAgainStaysShutDown(boolean now) throws Exception {
        Gate opening = new Gate();
        AtomicReference<Thread> reopens = new AtomicReference<>();
        FakeClock clock = new FakeClock();
        LongSupplier gatedClock = () -> {
            if (reopens.compareAndSet(Thread.currentThread(), null)) {
                opening.passUninterruptibly();
            }
            return clock.getAsLong();
        };
        try (FairExecutor executor = FairExecutor.builder()
                .workers(1)
                .channelDefaults(ChannelOptions.defaults().idleTimeout(Duration.ofHours(1)))
                .ticker(gatedClock)
                .build()) {
            ExecutorService view = executor.channel("acme");
            clock.advance(Duration.ofHours(2));
            ((DefaultChannel<?, ?>) executor.findChannel("acme").orElseThrow()).closeIfIdle(clock.getAsLong());
            assertThat(executor.findChannel("acme")).isEmpty();
            threads.start(() -> {
                reopens.set(Thread.currentThread());
                try {
                    view.execute(() -> {});
                } catch (RejectedTaskException expected) {
                    assertThat(expected.reason()).isEqualTo(Reason.CHANNEL_CLOSED);
                }
            });
            opening.awaitArrivals(1);
            Thread shutsDown = threads.start(() -> {
                if (now) {
                    view.shutdownNow();
                } else {
                    view.shutdown();
                }
            });
            Threads.awaitThat(
                    () -> shutsDown.getState() != Thread.State.NEW && shutsDown.getState() != Thread.State.RUNNABLE);
            opening.open();
            threads.join();
            assertThat(view.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            Threads.awaitThat(() -> executor.findChannel("acme").isEmpty());
        }
    }

    /** The channel was open when the task went to it, and closes before it arrives: while the producer is asked for its cost. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChannelThatClosesWhileATaskIsOnItsWayIsOpenedAgainForIt(boolean throughView) throws Exception {
        FakeClock clock = new FakeClock();
        AtomicReference<DefaultChannel<?, ?>> closing = new AtomicReference<>();
        try (FairExecutor executor = FairExecutor.builder()
                .workers(1)
                .ticker(clock)
                .channelDefaults(ChannelOptions.defaults().idleTimeout(Duration.ofHours(1)))
                .cost(task -> {
                    DefaultChannel<?, ?> channel = closing.getAndSet(null);
                    if (channel != null) {
                        clock.advance(Duration.ofHours(2));
                        channel.closeIfIdle(clock.getAsLong());
                        assertThat(channel.isEnded()).isTrue();
                    }
                    return 1;
                })
                .build()) {
            ExecutorService view = executor.channel("acme");
            for (int i = 0; i < 3; i++) {
                closing.set((DefaultChannel<?, ?>) executor.findChannel("acme").orElseThrow());
                Future<Integer> future = throughView
                        ? view.submit(() -> 1)
                        : executor.submit("acme", () -> 1).completion().toCompletableFuture();
                assertThat(future.get(20, TimeUnit.SECONDS)).isEqualTo(1);
                assertThat(closing).hasNullValue();
                Threads.awaitThat(() -> executor.stats().running() == 0);
            }
        }
    }

    /** What was put in and cancelled never ran, but somebody has used the channel. */
    @Test
    void aTaskThatWasCancelledBeforeItsStartWasAUseToo() {
        FakeClock clock = new FakeClock();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().ticker(clock).build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>)
                    scheduler.openChannel("a", ChannelOptions.defaults().idleTimeout(Duration.ofHours(1)));
            channel.pause();
            clock.advance(Duration.ofMinutes(50));
            assertThat(channel.offer(Job.named("a"))).isTrue();
            channel.cancelAll();
            clock.advance(Duration.ofMinutes(50));
            channel.closeIfIdle(clock.getAsLong());
            assertThat(channel.isClosed()).isFalse();
            clock.advance(Duration.ofMinutes(10));
            channel.closeIfIdle(clock.getAsLong());
            assertThat(channel.isClosed()).isTrue();
        }
    }

    @Test
    void aChannelWhoseDependentsStillRunIsNotIdle() {
        FakeClock clock = new FakeClock();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().ticker(clock).build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>)
                    scheduler.openChannel("a", ChannelOptions.defaults().idleTimeout(Duration.ofHours(1)));
            channel.pause();
            AtomicReference<Boolean> closedMeanwhile = new AtomicReference<>();
            TaskHandle<String> handle = channel.submit(Job.named("a"));
            CompletionStage<String> unused = handle.completion().whenComplete((value, failure) -> {
                clock.advance(Duration.ofHours(2));
                channel.closeIfIdle(clock.getAsLong());
                closedMeanwhile.set(channel.isClosed());
            });
            assertThat(handle.cancel()).isTrue();
            assertThat(closedMeanwhile).hasValue(false);
        }
    }
}
