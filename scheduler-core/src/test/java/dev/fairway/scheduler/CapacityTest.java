package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much fits into a channel, and into a scheduler. */
class CapacityTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 100, 1_000})
    void theCapacityIsExact(int capacity) {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(capacity));
            channel.pause();
            assertThat(channel.capacity()).isEqualTo(capacity);
            for (int i = 0; i < capacity; i++) {
                assertThat(channel.offer(Job.named("a"))).as("offer %s", i).isTrue();
                assertThat(channel.size()).isEqualTo(i + 1);
            }
            assertThat(channel.offer(Job.named("one too many"))).isFalse();
            assertThat(channel.size()).isEqualTo(capacity);
            assertThat(channel.stats().rejected()).isEqualTo(1);
            channel.resume();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 64})
    void theCapacityIsExactAgainAfterEachTimeTheChannelWasEmptied(int capacity) {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(capacity));
            for (int round = 0; round < 50; round++) {
                channel.pause();
                TaskHandle<String> last = null;
                for (int i = 0; i < capacity; i++) {
                    last = channel.submit(Job.named("a"));
                }
                assertThat(channel.offer(Job.named("one too many"))).isFalse();
                if (round % 3 == 0) {
                    channel.cancelAll();
                    channel.resume();
                } else {
                    channel.resume();
                    last.join();
                    Threads.awaitThat(() -> channel.size() == 0);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 13, 100})
    void theCapacityIsExactWithManyProducers(int capacity) {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            for (int round = 0; round < 20; round++) {
                Channel<Job, String> channel = scheduler.openChannel("bulk" + round, ChannelOptions.capacity(capacity));
                channel.pause();
                AtomicInteger accepted = new AtomicInteger();
                Job job = Job.named("a");
                threads.startTogether(8, p -> {
                    for (int i = 0; i < capacity; i++) {
                        accepted.addAndGet(channel.offer(job) ? 1 : 0);
                    }
                });
                threads.join();
                assertThat(accepted).hasValue(capacity);
                assertThat(channel.size()).isEqualTo(capacity);
                assertThat(channel.stats().rejected()).isEqualTo(7L * capacity);
                channel.resume();
                channel.close();
                channel.terminated().toCompletableFuture().join();
                assertThat(job.committed).hasValue(capacity);
            }
        }
    }

    @Test
    void aTaskThatRunsTakesNoRoom() throws Exception {
        Gate gate = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(1));
            assertThat(channel.offer(Job.at(gate))).isTrue();
            gate.awaitArrivals(1);
            assertThat(channel.offer(Job.named("waiting"))).isTrue();
            assertThat(channel.offer(Job.named("one too many"))).isFalse();
            gate.open();
        }
    }

    @Test
    void aFullChannelRefusesASubmitAndSaysSo() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(2_500));
            channel.pause();
            for (int i = 0; i < 2_500; i++) {
                channel.offer(Job.named("a"));
            }
            assertThatExceptionOfType(RejectedTaskException.class)
                    .isThrownBy(() -> channel.submit(Job.named("b")))
                    .withMessage("channel 'bulk' is full (capacity 2500)")
                    .extracting(RejectedTaskException::reason)
                    .isEqualTo(Reason.CHANNEL_FULL);
            channel.cancelAll();
        }
    }

    @Test
    void theSchedulersCapacityBoundsTheBacklogsOfAllChannelsTogether() {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().name("desk").capacity(5).build()) {
            Channel<Job, String> a = paused(scheduler, "a");
            Channel<Job, String> b = paused(scheduler, "b");
            for (int i = 0; i < 3; i++) {
                assertThat(a.offer(Job.named("a"))).isTrue();
            }
            assertThat(b.offer(Job.named("b"))).isTrue();
            assertThat(b.offer(Job.named("b"))).isTrue();
            assertThat(a.offer(Job.named("a"))).isFalse();
            assertThat(b.offer(Job.named("b"))).isFalse();
            assertThatExceptionOfType(RejectedTaskException.class)
                    .isThrownBy(() -> a.submit(Job.named("a")))
                    .withMessageContaining("'desk'")
                    .withMessageContaining("capacity 5")
                    .extracting(RejectedTaskException::reason)
                    .isEqualTo(Reason.SCHEDULER_FULL);
            a.cancelAll();
            assertThat(b.offer(Job.named("b"))).isTrue();
            b.cancelAll();
        }
    }

    @Test
    void aChannelWithNothingWaitingAlwaysGetsOneTaskIn() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().capacity(2).build()) {
            Channel<Job, String> busy = paused(scheduler, "busy");
            assertThat(busy.offer(Job.named("a"))).isTrue();
            assertThat(busy.offer(Job.named("a"))).isTrue();
            for (int i = 0; i < 10; i++) {
                Channel<Job, String> quiet = paused(scheduler, "quiet" + i);
                assertThat(quiet.offer(Job.named("b"))).isTrue();
                assertThat(quiet.offer(Job.named("b"))).isFalse();
                assertThat(busy.offer(Job.named("a"))).isFalse();
            }
            assertThat(scheduler.stats().waiting()).isEqualTo(12);
            scheduler.channels().forEach(ChannelControl::cancelAll);
        }
    }

    @Test
    void theTwoBoundsAreToldApart() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().capacity(3).build()) {
            Channel<Job, String> small = scheduler.openChannel("small", ChannelOptions.capacity(2));
            small.pause();
            small.offer(Job.named("a"));
            small.offer(Job.named("a"));
            assertThat(reasonOf(small)).isEqualTo(Reason.CHANNEL_FULL);
            Channel<Job, String> large = paused(scheduler, "large");
            large.offer(Job.named("a"));
            assertThat(reasonOf(large)).isEqualTo(Reason.SCHEDULER_FULL);
            scheduler.channels().forEach(ChannelControl::cancelAll);
        }
    }

    @Test
    void roomInTheSchedulerComesBackHoweverATaskLeavesItsQueue() throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(1).capacity(2).build()) {
            Channel<Job, String> a = scheduler.openChannel("a");
            for (int round = 0; round < 30; round++) {
                a.pause();
                List<TaskHandle<String>> handles = new ArrayList<>();
                handles.add(a.submit(Job.named("a")));
                handles.add(a.submit(Job.named("a")));
                assertThat(a.offer(Job.named("a"))).isFalse();
                switch (round % 3) {
                    case 0 -> a.cancelAll();
                    case 1 -> handles.forEach(TaskHandle::cancel);
                    default -> {}
                }
                a.resume();
                Threads.awaitThat(() -> scheduler.stats().waiting() == 0);
            }
            Channel<Job, String> closing = paused(scheduler, "closing");
            closing.offer(Job.named("a"));
            closing.offer(Job.named("a"));
            closing.close();
            closing.cancelAll();
            closing.terminated().toCompletableFuture().join();
            a.pause();
            assertThat(a.offer(Job.named("a"))).isTrue();
            assertThat(a.offer(Job.named("a"))).isTrue();
            assertThat(a.offer(Job.named("a"))).isFalse();
            a.resume();
        }
    }

    @Test
    void theSchedulersCapacityIsExactWithManyProducers() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().capacity(20).build()) {
            for (int round = 0; round < 50; round++) {
                AtomicInteger accepted = new AtomicInteger();
                List<Channel<Job, String>> channels = new ArrayList<>();
                for (int c = 0; c < 4; c++) {
                    Channel<Job, String> channel = paused(scheduler, "c" + c + "-" + round);
                    channel.offer(Job.named("first"));
                    channels.add(channel);
                }
                threads.startTogether(8, p -> {
                    for (int i = 0; i < 10; i++) {
                        accepted.addAndGet(channels.get(p % 4).offer(Job.named("a")) ? 1 : 0);
                    }
                });
                threads.join();
                assertThat(accepted).hasValue(16);
                for (Channel<Job, String> channel : channels) {
                    channel.close();
                    channel.cancelAll();
                    channel.terminated().toCompletableFuture().join();
                }
            }
        }
    }

    /** One channel's producers were first, three of them; as room comes one by one, the other channel's get every other. */
    @Test
    void producersThatWaitForRoomInTheSchedulerGetItInTurnsOfTheirChannels() throws Exception {
        List<String> got = new CopyOnWriteArrayList<>();
        try (FairScheduler<Job, String> scheduler = Job.strict().capacity(8).build()) {
            Channel<Job, String> filler = paused(scheduler, "filler");
            List<TaskHandle<String>> fillers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                fillers.add(filler.submit(Job.named("filler")));
            }
            Channel<Job, String> a = paused(scheduler, "a");
            Channel<Job, String> b = paused(scheduler, "b");
            a.offer(Job.named("a"));
            b.offer(Job.named("b"));
            for (Channel<Job, String> channel : List.of(a, a, a, b, b, b)) {
                Threads.awaitBlocked(threads.start(() -> {
                    channel.put(Job.named("waited"));
                    got.add(channel.name());
                }));
            }
            for (int i = 0; i < 6; i++) {
                int expected = i + 1;
                assertThat(fillers.get(i).cancel()).isTrue();
                Threads.awaitThat(() -> got.size() == expected);
            }
            threads.join();
            scheduler.channels().forEach(ChannelControl::cancelAll);
        }
        for (int i = 0; i < 6; i += 2) {
            assertThat(got.subList(i, i + 2)).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void producersOfManyChannelsAllGetThroughASmallScheduler() {
        AtomicInteger ran = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(2).capacity(3).build()) {
            threads.startTogether(8, p -> {
                Channel<Job, String> channel = scheduler.channel("c" + p % 5);
                for (int i = 0; i < 500; i++) {
                    if (i % 7 == 0) {
                        while (!channel.offer(Job.of(ran::incrementAndGet), Duration.ofMillis(5))) {
                            Thread.onSpinWait();
                        }
                    } else {
                        channel.put(Job.of(ran::incrementAndGet));
                    }
                }
            });
            threads.join();
        }
        assertThat(ran).hasValue(4_000);
    }

    private static Channel<Job, String> paused(FairScheduler<Job, String> scheduler, String name) {
        Channel<Job, String> channel = scheduler.openChannel(name);
        channel.pause();
        return channel;
    }

    private static Reason reasonOf(Channel<Job, String> full) {
        try {
            full.submit(Job.named("refused"));
            throw new AssertionError("accepted");
        } catch (RejectedTaskException e) {
            return e.reason();
        }
    }

    /** Three places come free at once: each goes to a channel whose producers wait, though only one of them could ask for it. */
    @Test
    void placesThatComeFreeAtOnceLetProducersOfAllChannelsIn() throws Exception {
        List<String> got = new CopyOnWriteArrayList<>();
        try (FairScheduler<Job, String> scheduler = Job.strict().capacity(6).build()) {
            Channel<Job, String> filler = paused(scheduler, "filler");
            for (int i = 0; i < 3; i++) {
                filler.offer(Job.named("filler"));
            }
            for (String name : List.of("a", "b", "c")) {
                paused(scheduler, name).offer(Job.named("first"));
            }
            for (String name : List.of("a", "b", "c")) {
                Threads.awaitBlocked(threads.start(() -> {
                    scheduler.channel(name).put(Job.named("waited"));
                    got.add(name);
                }));
            }
            assertThat(filler.cancelAll().dropped()).isEqualTo(3);
            threads.join();
            assertThat(scheduler.stats().waiting()).isEqualTo(6);
            scheduler.channels().forEach(ChannelControl::cancelAll);
        }
        assertThat(got).containsExactlyInAnyOrder("a", "b", "c");
    }

    /** The place is granted to a channel whose producer has just given up: the others must get it. */
    @Test
    void aPlaceGrantedToAProducerThatGaveUpGoesToTheNextChannel() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().capacity(3).build()) {
            Channel<Job, String> filler = paused(scheduler, "filler");
            TaskHandle<String> place = filler.submit(Job.named("filler"));
            Channel<Job, String> a = paused(scheduler, "a");
            Channel<Job, String> b = paused(scheduler, "b");
            a.offer(Job.named("first"));
            b.offer(Job.named("first"));
            Thread givesUp = threads.start(() -> {
                try {
                    a.put(Job.named("given up"));
                    throw new AssertionError("let in");
                } catch (InterruptedException expected) {
                    assertThat(a.size()).isEqualTo(1);
                }
            });
            Threads.awaitBlocked(givesUp);
            Threads.awaitBlocked(threads.start(() -> b.put(Job.named("waited"))));
            givesUp.interrupt();
            Threads.awaitThat(() -> !givesUp.isAlive());
            assertThat(place.cancel()).isTrue();
            threads.join();
            assertThat(b.size()).isEqualTo(2);
            scheduler.channels().forEach(ChannelControl::cancelAll);
        }
    }

    /** What one channel's tasks free is not for that channel alone: the other's producers get every other place. */
    @Test
    void aChannelThatRunsDoesNotKeepTheRoomThatItFrees() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (FairScheduler<Job, String> scheduler = Job.strict().capacity(10).build()) {
            Channel<Job, String> runs = paused(scheduler, "runs");
            Channel<Job, String> waits = paused(scheduler, "waits");
            waits.offer(Job.named("first"));
            for (int i = 0; i < 9; i++) {
                runs.offer(Job.named("first"));
            }
            for (int i = 0; i < 3; i++) {
                Threads.awaitBlocked(threads.start(() -> {
                    while (!stop.get()) {
                        runs.put(Job.named("again"));
                    }
                }));
                Threads.awaitBlocked(threads.start(() -> {
                    for (int put = 0; put < 2; put++) {
                        waits.put(Job.named("again"));
                    }
                }));
            }
            runs.resume();
            Threads.awaitThat(() -> waits.size() == 7);
            stop.set(true);
            threads.join();
            waits.cancelAll();
        }
    }

    /** Both channels have producers that wait; the second place that the running one frees is for the other. */
    @Test
    void theRoomThatAChannelFreesGoesRoundTheChannels() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().capacity(4).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Gate first = new Gate();
            Gate second = new Gate();
            Channel<Job, String> runs = scheduler.openChannel("runs");
            Channel<Job, String> waits = paused(scheduler, "waits");
            runs.offer(Job.at(first));
            runs.offer(Job.at(second));
            runs.offer(Job.named("third"));
            waits.offer(Job.named("waits"));
            for (Channel<Job, String> channel : List.of(runs, waits, runs)) {
                Threads.awaitBlocked(threads.start(() -> channel.put(Job.named("put"))));
            }
            gate.open();
            first.awaitArrivals(1);
            assertThat(runs.size()).isEqualTo(3);
            assertThat(waits.size()).isEqualTo(1);
            first.open();
            second.awaitArrivals(1);
            Threads.awaitThat(() -> runs.size() + waits.size() == 4);
            assertThat(waits.size()).isEqualTo(2);
            second.open();
            threads.join();
            waits.cancelAll();
        }
    }

    @Test
    void aChannelMayHaveItsNextTaskInAsSoonAsItsOnlyOneHasStarted() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().capacity(1).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> full = paused(scheduler, "full");
            full.offer(Job.named("a"));
            Channel<Job, String> quiet = scheduler.openChannel("quiet");
            quiet.offer(Job.named("first"));
            Threads.awaitBlocked(threads.start(() -> quiet.put(Job.named("second"))));
            gate.open();
            threads.join();
            full.cancelAll();
        }
    }
}
