package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Opening and closing channels. */
class ChannelLifecycleTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    private static void await(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static boolean isDone(CompletionStage<Void> stage) {
        return stage.toCompletableFuture().isDone();
    }

    @Test
    void aClosedChannelDrainsAndThenDisappears() throws Exception {
        Job waiting = Job.named("waiting");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> running = channel.submit(Job.at(gate));
            gate.awaitArrivals(1);
            channel.offer(waiting);
            channel.offer(waiting);

            channel.close();

            assertThat(channel.isClosed()).isTrue();
            assertThat(isDone(channel.terminated())).isFalse();
            assertThat(scheduler.findChannel("a")).isPresent();
            gate.open();
            await(channel.terminated());
            assertThat(running.state()).isEqualTo(TaskState.COMPLETED);
            assertThat(waiting.committed).hasValue(2);
            assertThat(scheduler.findChannel("a")).isEmpty();
            assertThat(scheduler.channels()).isEmpty();
            channel.close();
        }
    }

    @Test
    void anEmptyChannelThatIsClosedDisappearsAtOnce() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> never = scheduler.openChannel("never used");
            never.close();
            await(never.terminated());
            assertThat(scheduler.findChannel("never used")).isEmpty();
            Channel<Job, String> used = scheduler.openChannel("used");
            used.submit(Job.named("a")).join();
            used.close();
            await(used.terminated());
            assertThat(scheduler.channels()).isEmpty();
        }
    }

    @Test
    void aClosedChannelRefusesInEveryWayAndSaysSo() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(1));
            channel.pause();
            channel.offer(Job.named("fills it"));
            channel.close();
            Job job = Job.named("refused");
            for (Threads.Code attempt : new Threads.Code[] {
                () -> channel.offer(job),
                () -> channel.offer(job, Duration.ZERO),
                () -> channel.offer(job, Duration.ofHours(1)),
                () -> channel.put(job),
                () -> channel.submit(job),
                () -> channel.submit(job, TaskOptions.urgent())
            }) {
                assertThatExceptionOfType(RejectedTaskException.class)
                        .isThrownBy(attempt::run)
                        .withMessageContaining("'bulk'")
                        .withMessageContaining("closed")
                        .extracting(RejectedTaskException::reason)
                        .isEqualTo(Reason.CHANNEL_CLOSED);
            }
            assertThat(channel.stats().rejected()).isEqualTo(6);
            channel.cancelAll();
        }
    }

    @Test
    void aNameThatIsOpenCannotBeOpenedAgain() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk");
            assertThatIllegalStateException()
                    .isThrownBy(() -> scheduler.openChannel("bulk"))
                    .withMessageContaining("'bulk'");
            assertThatIllegalStateException()
                    .isThrownBy(() -> scheduler.openChannel("bulk", ChannelOptions.capacity(3)))
                    .withMessageContaining("'bulk'");
            assertThat(channel.submit(Job.named("a")).join()).isEqualTo("a");
        }
    }

    @Test
    void aNameWhoseClosedChannelStillDrainsCannotBeOpened() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> old = scheduler.openChannel("bulk");
            TaskHandle<String> handle = old.submit(Job.at(gate));
            gate.awaitArrivals(1);
            old.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> scheduler.openChannel("bulk"))
                    .withMessageContaining("'bulk'");
            assertThatIllegalStateException()
                    .isThrownBy(() -> scheduler.channel("bulk"))
                    .withMessageContaining("'bulk'");
            gate.open();
            await(old.terminated());
            assertThat(handle.join()).isEqualTo("gated");
            Channel<Job, String> next = scheduler.openChannel("bulk");
            assertThat(next).isNotSameAs(old);
            assertThat(next.submit(Job.named("a")).join()).isEqualTo("a");
            assertThat(next.stats().accepted()).isEqualTo(1);
        }
    }

    @Test
    void channelOpensTheNameOnceForAllThreads() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .channelDefaults(ChannelOptions.capacity(7).weight(2))
                .build()) {
            for (int round = 0; round < 200; round++) {
                String name = "c" + round;
                Set<Channel<Job, String>> seen =
                        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
                threads.startTogether(4, t -> seen.add(scheduler.channel(name)));
                threads.join();
                assertThat(seen).hasSize(1);
                assertThat(seen).allMatch(channel -> channel.capacity() == 7 && channel.weight() == 2);
                assertThat(scheduler.findChannel(name))
                        .containsSame(seen.iterator().next());
            }
            assertThat(scheduler.channels()).hasSize(200);
        }
    }

    @Test
    void aPausedChannelThatIsClosedStaysPausedAndDrainsWhenResumed() throws Exception {
        Job job = Job.named("a");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            channel.offer(job);
            channel.close();
            assertThat(channel.isPaused()).isTrue();
            for (int i = 0; i < 10; i++) {
                scheduler.submit("others", Job.named("other")).join();
            }
            assertThat(job.processed).hasValue(0);
            assertThat(isDone(channel.terminated())).isFalse();
            channel.resume();
            await(channel.terminated());
            assertThat(job.committed).hasValue(1);
        }
    }

    @Test
    void aPausedChannelThatIsClosedEndsWhenItIsCancelled() throws Exception {
        Job job = Job.named("a");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            TaskHandle<String> handle = channel.submit(job);
            channel.close();
            assertThat(channel.cancelAll().dropped()).isEqualTo(1);
            await(channel.terminated());
            assertThat(handle.state()).isEqualTo(TaskState.CANCELLED);
            assertThat(scheduler.findChannel("a")).isEmpty();
        }
        assertThat(job.processed).hasValue(0);
    }

    @Test
    void aClosedChannelEndsWhenItsLastWaitingTaskIsCancelledByItsHandle() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            TaskHandle<String> handle = channel.submit(Job.named("a"));
            channel.close();
            assertThat(handle.cancel()).isTrue();
            await(channel.terminated());
        }
    }

    @Test
    void aChannelHasNotEndedWhileASuppressedTaskStillRuns() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.submit(Job.at(gate));
            gate.awaitArrivals(1);
            channel.close();
            channel.cancelAll();
            assertThat(scheduler.findChannel("a")).isPresent();
            assertThat(channel.stats().running()).isEqualTo(1);
            gate.open();
            Threads.awaitThat(() -> scheduler.findChannel("a").isEmpty());
        }
    }

    @Test
    void aTaskMayCloseItsOwnChannel() throws Exception {
        Job waiting = Job.named("waiting");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            channel.offer(Job.of(channel::close));
            channel.offer(waiting);
            channel.resume();
            await(channel.terminated());
            assertThat(waiting.committed).hasValue(1);
        }
    }

    @Test
    void channelsComeAndGoByTheThousands() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Job job = Job.named("a");
            for (int i = 0; i < 5_000; i++) {
                Channel<Job, String> channel = scheduler.openChannel("same name");
                channel.offer(job);
                channel.close();
                await(channel.terminated());
            }
            assertThat(job.committed).hasValue(5_000);
            assertThat(scheduler.channels()).isEmpty();
            Threads.awaitThat(() -> scheduler.stats().running() == 0);
            assertThat(scheduler.stats().completed()).isEqualTo(5_000);
        }
    }

    /** It has ended when all who wait for its cancelled tasks have been told, in whatever thread. */
    @Test
    void aChannelHasNotEndedWhileADependentOfACancelledTaskStillRuns() throws Exception {
        Gate dependent = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            TaskHandle<String> handle = channel.submit(Job.named("a"));
            CompletionStage<String> unused =
                    handle.completion().whenComplete((value, failure) -> dependent.passUninterruptibly());
            threads.start(handle::cancel);
            dependent.awaitArrivals(1);
            channel.close();
            assertThat(channel.terminated().toCompletableFuture()).isNotDone();
            assertThat(scheduler.findChannel("a")).isPresent();
            dependent.open();
            threads.join();
            assertThat(channel.terminated().toCompletableFuture()).isDone();
        }
    }

    /** Who hears that the last task of a closed channel has ended may open the name again, and the old one's counts stay. */
    @Test
    void aNameOpenedAgainAtTheVeryEndOfTheOldChannelLosesNoCounts() throws Exception {
        Gate gate = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.offer(Job.at(gate));
            gate.awaitArrivals(1);
            channel.close();
            CompletionStage<Channel<Job, String>> reopened =
                    channel.cancelAll().settled().thenApply(settled -> scheduler.openChannel("a"));
            gate.open();
            Channel<Job, String> next = reopened.toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(next.submit(Job.named("b")).join()).isEqualTo("b");
            Threads.awaitThat(() -> channel.terminated().toCompletableFuture().isDone()
                    && scheduler.stats().running() == 0);
            assertThat(scheduler.stats().suppressed()).isEqualTo(1);
            assertThat(scheduler.stats().accepted()).isEqualTo(2);
            assertThat(scheduler.findChannel("a")).containsSame(next);
        }
    }
}
