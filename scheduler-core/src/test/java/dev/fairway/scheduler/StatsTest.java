package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The counters. */
class StatsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final FakeClock clock = new FakeClock();

    private static Map<String, Long> counts(ChannelStats stats) {
        return Map.of(
                "accepted", stats.accepted(),
                "rejected", stats.rejected(),
                "started", stats.started(),
                "completed", stats.completed(),
                "failed", stats.failed(),
                "cancelled", stats.cancelled(),
                "suppressed", stats.suppressed(),
                "expired", stats.expired(),
                "waiting", (long) stats.waiting(),
                "running", (long) stats.running());
    }

    private static Map<String, Long> counts(SchedulerStats stats) {
        return Map.of(
                "accepted", stats.accepted(),
                "rejected", stats.rejected(),
                "started", stats.started(),
                "completed", stats.completed(),
                "failed", stats.failed(),
                "cancelled", stats.cancelled(),
                "suppressed", stats.suppressed(),
                "expired", stats.expired(),
                "waiting", stats.waiting(),
                "running", (long) stats.running());
    }

    private static void assertBalance(ChannelStats stats) {
        assertThat(stats.completed()
                        + stats.failed()
                        + stats.cancelled()
                        + stats.suppressed()
                        + stats.expired()
                        + stats.waiting())
                .as("%s", stats)
                .isEqualTo(stats.accepted());
    }

    @Test
    void everyOutcomeHasItsCounter() throws Exception {
        Gate running = new Gate();
        Gate suppressed = new Gate();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().name("desk").workers(2).ticker(clock).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(4));
            channel.submit(Job.named("completes")).join();
            channel.submit(Job.named("completes")).join();
            TaskHandle<String> failing = channel.submit(Job.of(() -> {
                throw new IllegalStateException("no");
            }));
            assertThatThrownBy(failing::join).hasRootCauseMessage("no");
            TaskHandle<String> victim = channel.submit(Job.at(suppressed));
            suppressed.awaitArrivals(1);
            victim.cancel();
            channel.submit(Job.at(running));
            running.awaitArrivals(1);
            TaskHandle<String> expiring =
                    channel.submit(Job.named("e"), TaskOptions.expiresAfter(Duration.ofMillis(1)));
            channel.submit(Job.named("dropped")).cancel();
            channel.offer(Job.named("w"));
            channel.offer(Job.named("w"));
            channel.offer(Job.named("w"));
            assertThat(channel.offer(Job.named("refused"))).isFalse();
            assertThat(channel.offer(Job.named("refused"), Duration.ZERO)).isFalse();
            assertThatThrownBy(() -> channel.submit(Job.named("refused"))).isInstanceOf(RejectedTaskException.class);
            clock.advance(Duration.ofSeconds(3));

            assertThat(counts(channel.stats()))
                    .isEqualTo(Map.of(
                            "accepted", 10L,
                            "rejected", 3L,
                            "started", 5L,
                            "completed", 2L,
                            "failed", 1L,
                            "cancelled", 1L,
                            "suppressed", 1L,
                            "expired", 0L,
                            "waiting", 4L,
                            "running", 2L));
            assertThat(channel.stats().channel()).isEqualTo("a");
            assertThat(counts(scheduler.stats())).isEqualTo(counts(channel.stats()));
            SchedulerStats whole = scheduler.stats();
            assertThat(whole.scheduler()).isEqualTo("desk");
            assertThat(whole.workers()).isEqualTo(2);
            assertThat(whole.busyWorkers()).isEqualTo(2);
            assertThat(whole.channels()).isEqualTo(1);

            channel.pause();
            suppressed.open();
            running.open();
            Threads.awaitThat(() -> channel.stats().running() == 0);
            assertBalance(channel.stats());
            channel.resume();
            Threads.awaitThat(
                    () -> channel.stats().waiting() == 0 && channel.stats().running() == 0);
            assertThat(expiring.state().isFinal()).isTrue();
            assertThat(channel.stats().expired()).isEqualTo(1);
            assertBalance(channel.stats());
        }
    }

    @Test
    void theAgeOfTheOldestWaitingTaskIsKnown() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            assertThat(channel.stats().oldestWait()).isZero();
            channel.pause();
            TaskHandle<String> oldest = channel.submit(Job.named("oldest"));
            clock.advance(Duration.ofSeconds(2));
            channel.offer(Job.named("younger"));
            clock.advance(Duration.ofSeconds(3));
            assertThat(channel.stats().oldestWait()).isEqualTo(Duration.ofSeconds(5));
            oldest.cancel();
            assertThat(channel.stats().oldestWait()).isEqualTo(Duration.ofSeconds(3));
            channel.cancelAll();
            assertThat(channel.stats().oldestWait()).isZero();
        }
    }

    @Test
    void theSchedulersOldestWaitIsThatOfAChannelThatWaitsForAWorker() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            assertThat(scheduler.stats().oldestWait()).isZero();
            Gate gate = Gates.holdingWorkerOf(scheduler);
            TaskHandle<String> handle = scheduler.submit("a", Job.named("a"));
            clock.advance(Duration.ofSeconds(7));
            assertThat(scheduler.stats().oldestWait()).isEqualTo(Duration.ofSeconds(7));
            assertThat(scheduler.stats().runnableChannels()).isEqualTo(1);
            assertThat(scheduler.stats().sinceLastTurn()).isEqualTo(Duration.ofSeconds(7));
            gate.open();
            handle.join();
        }
    }

    @Test
    void closedChannelsStayInTheSchedulersSums() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            for (int i = 0; i < 10; i++) {
                Channel<Job, String> channel = scheduler.openChannel("a" + i, ChannelOptions.capacity(1));
                channel.pause();
                channel.submit(Job.named("a"));
                channel.offer(Job.named("refused"));
                channel.resume();
                channel.close();
                channel.terminated().toCompletableFuture().join();
            }
            SchedulerStats stats = scheduler.stats();
            assertThat(stats.accepted()).isEqualTo(10);
            assertThat(stats.completed()).isEqualTo(10);
            assertThat(stats.rejected()).isEqualTo(10);
            assertThat(stats.channels()).isZero();
        }
    }

    @Test
    void whatAClosedChannelRefusesLaterIsCountedToo() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.close();
            channel.terminated().toCompletableFuture().join();
            assertThatThrownBy(() -> channel.offer(Job.named("late"))).isInstanceOf(RejectedTaskException.class);
            assertThat(channel.stats().rejected()).isEqualTo(1);
        }
    }

    /**
     * A task's outcome is counted before it stops counting as running: so, in every snapshot, nothing that was accepted is
     * missing from the sum.
     */
    @Test
    void everySnapshotAccountsForEveryAcceptedTask() {
        AtomicBoolean stop = new AtomicBoolean();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(3).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(16));
            threads.startTogether(2, p -> {
                for (int i = 0; !stop.get(); i++) {
                    if (channel.offer(
                            i % 3 == 0
                                    ? Job.of(() -> {
                                        throw new IllegalStateException("no");
                                    })
                                    : Job.named("a"))) {
                        continue;
                    }
                    if (i % 100 == 0) {
                        channel.cancelAll();
                    }
                }
            });
            try {
                for (int i = 0; i < 20_000; i++) {
                    ChannelStats stats = channel.stats();
                    assertThat(stats.completed()
                                    + stats.failed()
                                    + stats.cancelled()
                                    + stats.suppressed()
                                    + stats.expired()
                                    + stats.waiting()
                                    + stats.running())
                            .as("%s", stats)
                            .isGreaterThanOrEqualTo(stats.accepted());
                    assertThat(stats.started()).as("%s", stats).isLessThanOrEqualTo(stats.accepted());
                    assertThat(stats.waiting()).isBetween(0, 16);
                    assertThat(stats.running()).isBetween(0, 3);
                }
            } finally {
                stop.set(true);
                threads.join();
            }
            Threads.awaitThat(
                    () -> channel.stats().running() == 0 && channel.stats().waiting() == 0);
            assertBalance(channel.stats());
            assertThat(counts(scheduler.stats())).isEqualTo(counts(channel.stats()));
        }
    }

    @Test
    void sizeIsTheNumberThatWaits() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            for (int i = 1; i <= 40; i++) {
                channel.offer(Job.named("a"));
                assertThat(channel.size()).isEqualTo(i);
                assertThat(channel.stats().waiting()).isEqualTo(i);
            }
            channel.cancelAll();
            assertThat(channel.size()).isZero();
        }
    }
}
