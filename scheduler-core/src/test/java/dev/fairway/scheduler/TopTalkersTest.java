package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.fairway.RejectedTaskException;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The busiest channels. The order is exact to a factor of two, so the tests are three apart. */
class TopTalkersTest {
    private static List<String> names(List<ChannelStats> busiest) {
        return busiest.stream().map(ChannelStats::channel).toList();
    }

    private static Channel<Job, String> paused(FairScheduler<Job, String> scheduler, String name) {
        Channel<Job, String> channel = scheduler.openChannel(name, ChannelOptions.capacity(10_000));
        channel.pause();
        return channel;
    }

    private static void offer(Channel<Job, String> channel, int count) {
        for (int i = 0; i < count; i++) {
            channel.offer(Job.named("a"));
        }
    }

    /** What a look does, step by step: it asks the channel for its value, which settles its place; then a task comes. */
    @Test
    void aBacklogThatGrowsWhileSomebodyLooksIsNotForgotten() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = paused(scheduler, "a");
            offer(channel, 1);
            channel.cancelAll();
            DefaultChannel<?, ?> looked = (DefaultChannel<?, ?>) channel;
            assertThat(looked.value(TopBy.WAITING, System.nanoTime())).isZero();
            offer(channel, 1);
            assertThat(names(scheduler.busiest(TopBy.WAITING, 5))).containsExactly("a");
            channel.cancelAll();
        }
    }

    @Test
    void theBusiestByWaitingComeFirstAndThoseWithoutAnyAreLeftOut() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            for (int i = 0; i < 100; i++) {
                paused(scheduler, "quiet" + i);
            }
            offer(paused(scheduler, "fifty"), 50);
            offer(paused(scheduler, "thousand"), 1_000);
            offer(paused(scheduler, "ten"), 10);
            offer(paused(scheduler, "two hundred"), 200);
            List<ChannelStats> busiest = scheduler.busiest(TopBy.WAITING, 10);
            assertThat(names(busiest)).containsExactly("thousand", "two hundred", "fifty", "ten");
            assertThat(busiest.get(0).waiting()).isEqualTo(1_000);
            assertThat(names(scheduler.busiest(TopBy.WAITING, 2))).containsExactly("thousand", "two hundred");
            scheduler.channels().forEach(ChannelControl::cancelAll);
        }
    }

    @Test
    void aSmallBacklogCountsToo() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            offer(paused(scheduler, "three"), 3);
            offer(paused(scheduler, "one"), 1);
            paused(scheduler, "none");
            assertThat(names(scheduler.busiest(TopBy.WAITING, 10))).containsExactly("three", "one");
            scheduler.channels().forEach(ChannelControl::cancelAll);
        }
    }

    @Test
    void theOrderFollowsWhatHappens() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> a = paused(scheduler, "a");
            Channel<Job, String> b = paused(scheduler, "b");
            offer(a, 100);
            offer(b, 10);
            assertThat(names(scheduler.busiest(TopBy.WAITING, 5))).containsExactly("a", "b");
            offer(b, 990);
            assertThat(names(scheduler.busiest(TopBy.WAITING, 5))).containsExactly("b", "a");
            b.cancelAll();
            assertThat(names(scheduler.busiest(TopBy.WAITING, 5))).containsExactly("a");
            a.resume();
            Threads.awaitThat(() -> a.stats().completed() == 100);
            assertThat(scheduler.busiest(TopBy.WAITING, 5)).isEmpty();
        }
    }

    @Test
    void theBusiestByRejectionsComeFirst() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            for (int refusals : new int[] {1, 100, 10}) {
                Channel<Job, String> channel = scheduler.openChannel("refuses" + refusals, ChannelOptions.capacity(1));
                channel.pause();
                offer(channel, 1 + refusals);
            }
            paused(scheduler, "never");
            assertThat(names(scheduler.busiest(TopBy.REJECTED, 10)))
                    .containsExactly("refuses100", "refuses10", "refuses1");
            scheduler.channels().forEach(ChannelControl::cancelAll);
            assertThat(names(scheduler.busiest(TopBy.REJECTED, 1)))
                    .as("refusals are counted for ever")
                    .containsExactly("refuses100");
        }
    }

    @Test
    void theBusiestByWaitComeFirst() throws Exception {
        FakeClock clock = new FakeClock();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            offer(scheduler.openChannel("long"), 1);
            clock.advance(Duration.ofSeconds(90));
            offer(scheduler.openChannel("middle"), 1);
            clock.advance(Duration.ofSeconds(9));
            offer(scheduler.openChannel("short"), 1);
            clock.advance(Duration.ofSeconds(1));
            assertThat(names(scheduler.busiest(TopBy.WAIT, 3))).containsExactly("long", "middle", "short");
            gate.open();
        }
    }

    @Test
    void aChannelThatEndedIsNoneOfThem() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(20));
            channel.pause();
            offer(channel, 50);
            channel.close();
            assertThat(names(scheduler.busiest(TopBy.WAITING, 1))).containsExactly("a");
            channel.cancelAll();
            channel.terminated().toCompletableFuture().join();
            for (TopBy by : TopBy.values()) {
                assertThat(scheduler.busiest(by, 10)).isEmpty();
            }
        }
    }

    @Test
    void aLimitBelowOneIsRefused() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> scheduler.busiest(TopBy.WAIT, 0))
                    .withMessageContaining("0");
        }
    }

    @Test
    void aChannelThatEndedDoesNotComeBackByWhatItRefuses() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.close();
            channel.terminated().toCompletableFuture().join();
            for (int i = 0; i < 5; i++) {
                assertThatExceptionOfType(RejectedTaskException.class)
                        .isThrownBy(() -> channel.offer(Job.named("late")));
            }
            assertThat(scheduler.stats().rejected()).isEqualTo(5);
            for (TopBy by : TopBy.values()) {
                assertThat(scheduler.busiest(by, 10)).isEmpty();
            }
        }
    }

    /** Twenty channels were busy once; they stand high until somebody looks, and hide nobody who is busy now. */
    @Test
    void channelsThatWereBusyDoNotHideThoseThatAre() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            for (int i = 0; i < 20; i++) {
                Channel<Job, String> channel = paused(scheduler, "was busy " + i);
                offer(channel, 40);
                channel.resume();
            }
            Threads.awaitThat(() -> scheduler.stats().waiting() == 0);
            offer(paused(scheduler, "seven"), 7);
            assertThat(names(scheduler.busiest(TopBy.WAITING, 3))).containsExactly("seven");
            scheduler.channels().forEach(ChannelControl::cancelAll);
        }
    }
}
