package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting for room. */
class PutTest {
    @RegisterExtension
    final Threads threads = new Threads();

    /** A paused channel with no room left. */
    private static Channel<Job, String> full(FairScheduler<Job, String> scheduler) {
        Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(1));
        channel.pause();
        assertThat(channel.offer(Job.named("first"))).isTrue();
        return channel;
    }

    @Test
    void aPutWaitsUntilThereIsRoom() {
        Job second = Job.named("second");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = full(scheduler);
            Threads.awaitBlocked(threads.start(() -> channel.put(second)));
            assertThat(channel.size()).isEqualTo(1);
            assertThat(channel.stats().accepted()).isEqualTo(1);
            channel.resume();
            threads.join();
        }
        assertThat(second.committed).hasValue(1);
    }

    @Test
    void cancelAllMakesRoomForAWaitingPut() {
        Job second = Job.named("second");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = full(scheduler);
            Threads.awaitBlocked(threads.start(() -> channel.put(second)));
            assertThat(channel.cancelAll().dropped()).isEqualTo(1);
            threads.join();
            assertThat(channel.size()).isEqualTo(1);
            channel.resume();
        }
        assertThat(second.committed).hasValue(1);
    }

    @Test
    void cancellingATaskByItsHandleMakesRoomForAWaitingPut() {
        Job second = Job.named("second");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(1));
            channel.pause();
            TaskHandle<String> first = channel.submit(Job.named("first"));
            Threads.awaitBlocked(threads.start(() -> channel.put(second)));
            assertThat(first.cancel()).isTrue();
            threads.join();
            channel.resume();
        }
        assertThat(second.committed).hasValue(1);
    }

    @Test
    void anInterruptedPutHasNotAcceptedItsTaskAndIsNotCountedAsRejected() {
        Job second = Job.named("second");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = full(scheduler);
            AtomicBoolean flag = new AtomicBoolean(true);
            Thread putter = threads.start(() -> {
                assertThatThrownBy(() -> channel.put(second)).isInstanceOf(InterruptedException.class);
                flag.set(Thread.currentThread().isInterrupted());
            });
            Threads.awaitBlocked(putter);
            putter.interrupt();
            threads.join();
            assertThat(flag).isFalse();
            assertThat(channel.size()).isEqualTo(1);
            assertThat(channel.stats().accepted()).isEqualTo(1);
            assertThat(channel.stats().rejected()).isZero();

            channel.cancelAll();
            assertThat(channel.offer(Job.named("third")))
                    .as("the room is not kept for the one that left")
                    .isTrue();
            channel.resume();
        }
        assertThat(second.processed).hasValue(0);
    }

    @Test
    void anInterruptedOneAmongWaitingPutsCostsTheOthersNothing() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            for (int round = 0; round < 100; round++) {
                Channel<Job, String> channel = scheduler.openChannel("bulk" + round, ChannelOptions.capacity(1));
                channel.pause();
                channel.offer(Job.named("first"));
                AtomicInteger accepted = new AtomicInteger();
                Thread victim = threads.start(() -> {
                    try {
                        channel.put(Job.named("victim"));
                        accepted.incrementAndGet();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                for (int i = 0; i < 2; i++) {
                    threads.start(() -> {
                        channel.put(Job.named("other"));
                        accepted.incrementAndGet();
                    });
                }
                Threads.awaitBlocked(victim);
                channel.resume();
                victim.interrupt();
                threads.join();
                channel.close();
                channel.terminated().toCompletableFuture().join();
                assertThat(channel.stats().completed()).isEqualTo(1 + accepted.get());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 1_000_000})
    void aTimedOfferGivesUpWhenThereIsNoRoomInTime(long nanos) throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = full(scheduler);
            assertThat(channel.offer(Job.named("second"), Duration.ofNanos(nanos)))
                    .isFalse();
            assertThat(channel.size()).isEqualTo(1);
            assertThat(channel.stats().rejected()).isEqualTo(1);
            channel.cancelAll();
            assertThat(channel.offer(Job.named("third"), Duration.ofNanos(nanos)))
                    .isTrue();
            channel.cancelAll();
        }
    }

    @Test
    void aTimedOfferGetsInWhenRoomComesInTime() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = full(scheduler);
            AtomicBoolean inTime = new AtomicBoolean();
            Threads.awaitBlocked(
                    threads.start(() -> inTime.set(channel.offer(Job.named("second"), Duration.ofHours(1)))));
            channel.resume();
            threads.join();
            assertThat(inTime).isTrue();
        }
    }

    @Test
    void aTimedOfferWaitsForAsLongAsADurationCanSay() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = full(scheduler);
            Threads.awaitBlocked(threads.start(
                    () -> assertThat(channel.offer(Job.named("second"), Duration.ofSeconds(Long.MAX_VALUE)))
                            .isTrue()));
            channel.resume();
            threads.join();
        }
    }

    @Test
    void anInterruptedTimedOfferHasNotAcceptedItsTask() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Channel<Job, String> channel = full(scheduler);
            Thread offering = threads.start(
                    () -> assertThatThrownBy(() -> channel.offer(Job.named("second"), Duration.ofHours(1)))
                            .isInstanceOf(InterruptedException.class));
            Threads.awaitBlocked(offering);
            offering.interrupt();
            threads.join();
            assertThat(channel.stats().accepted()).isEqualTo(1);
            channel.cancelAll();
        }
    }

    @ParameterizedTest
    @CsvSource({"false, CHANNEL_CLOSED", "true, SCHEDULER_CLOSED"})
    void aPutThatWaitsWhenItsChannelClosesIsRefusedAtOnce(boolean wholeScheduler, Reason reason) {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().name("desk").build()) {
            Channel<Job, String> channel = full(scheduler);
            for (int i = 0; i < 3; i++) {
                boolean timed = i == 0;
                Threads.awaitBlocked(threads.start(() -> assertThatExceptionOfType(RejectedTaskException.class)
                        .isThrownBy(() -> {
                            if (timed) {
                                channel.offer(Job.named("second"), Duration.ofHours(1));
                            } else {
                                channel.put(Job.named("second"));
                            }
                        })
                        .extracting(RejectedTaskException::reason)
                        .isEqualTo(reason)));
            }
            if (wholeScheduler) {
                scheduler.shutdownNow();
            } else {
                channel.close();
            }
            threads.join();
            channel.cancelAll();
        }
    }

    @Test
    void offersMayOvertakeAWaitingPutButNotForEver() {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger put = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(2));
            threads.startTogether(3, p -> {
                while (!stop.get()) {
                    channel.offer(Job.named("overtakes"));
                }
            });
            threads.start(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        channel.put(Job.named("waits"));
                        put.incrementAndGet();
                    }
                } finally {
                    stop.set(true);
                }
            });
            threads.join();
        }
        assertThat(put).hasValue(100);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "2, 2", "3, 1", "64, 2"})
    void manyPutsThroughASmallChannelLoseNothing(int capacity, int workers) {
        AtomicIntegerArray runs = new AtomicIntegerArray(8 * 1_000);
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(workers).build()) {
            Channel<Job, String> channel = scheduler.openChannel("bulk", ChannelOptions.capacity(capacity));
            threads.startTogether(8, p -> {
                for (int i = 0; i < 1_000; i++) {
                    int id = p * 1_000 + i;
                    channel.put(Job.of(() -> runs.incrementAndGet(id)));
                }
            });
            threads.join();
        }
        for (int id = 0; id < runs.length(); id++) {
            assertThat(runs.get(id)).as("runs of task %s", id).isEqualTo(1);
        }
    }
}
