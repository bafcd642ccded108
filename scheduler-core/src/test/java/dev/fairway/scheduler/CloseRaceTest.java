package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.DrainReport;
import dev.fairway.RejectedTaskException;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Producers race with a close. A task is either accepted, and then it runs or is reported, or its producer is told. The
 * dangerous moment is an offer that has found the channel open and puts its task in after the last worker has looked.
 */
class CloseRaceTest {
    private static final int PRODUCERS = 4;

    @RegisterExtension
    final Threads threads = new Threads();

    private enum How {
        OFFER,
        PUT,
        TIMED_OFFER,
        SUBMIT
    }

    private static boolean accepted(Channel<Job, String> channel, How how, Job job) throws InterruptedException {
        return switch (how) {
            case OFFER -> channel.offer(job);
            case TIMED_OFFER -> channel.offer(job, Duration.ofMillis(1));
            case PUT -> {
                channel.put(job);
                yield true;
            }
            case SUBMIT -> {
                try {
                    channel.submit(job);
                    yield true;
                } catch (RejectedTaskException e) {
                    if (e.reason() == RejectedTaskException.Reason.CHANNEL_FULL) {
                        yield false;
                    }
                    throw e;
                }
            }
        };
    }

    /** Offers until refused for good, and counts what was accepted. */
    private void produce(Channel<Job, String> channel, How how, Job job, AtomicInteger accepted) {
        threads.startTogether(PRODUCERS, p -> {
            try {
                while (true) {
                    if (accepted(channel, how, job)) {
                        accepted.incrementAndGet();
                    } else {
                        Thread.yield();
                    }
                }
            } catch (RejectedTaskException e) {
                assertThat(e.reason())
                        .isIn(
                                RejectedTaskException.Reason.CHANNEL_CLOSED,
                                RejectedTaskException.Reason.SCHEDULER_CLOSED);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"OFFER, 1", "OFFER, 64", "PUT, 1", "PUT, 3", "TIMED_OFFER, 2", "SUBMIT, 8"})
    void everyTaskThatAClosingChannelAcceptsRuns(How how, int capacity) {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            for (int iteration = 0; iteration < 60; iteration++) {
                Channel<Job, String> channel =
                        scheduler.openChannel("c" + iteration, ChannelOptions.capacity(capacity));
                Job job = Job.named("a");
                AtomicInteger accepted = new AtomicInteger();
                produce(channel, how, job, accepted);
                while (accepted.get() < iteration % 20) {
                    Thread.yield();
                }
                channel.close();
                threads.join();
                channel.terminated().toCompletableFuture().join();
                assertThat(job.committed).hasValue(accepted.get());
                assertThat(scheduler.findChannel("c" + iteration)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"OFFER, 1, 2", "OFFER, 64, 1", "PUT, 1, 1", "PUT, 3, 2", "SUBMIT, 8, 2"})
    void everyTaskThatAClosingSchedulerAcceptsRuns(How how, int capacity, int workers) {
        for (int iteration = 0; iteration < 60; iteration++) {
            FairScheduler<Job, String> scheduler =
                    Job.scheduler().workers(workers).build();
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(capacity));
            Job job = Job.named("a");
            AtomicInteger accepted = new AtomicInteger();
            produce(channel, how, job, accepted);
            while (accepted.get() < iteration % 20) {
                Thread.yield();
            }
            DrainReport report = scheduler.close(Duration.ofSeconds(20));
            threads.join();
            assertThat(report.isClean()).isTrue();
            assertThat(job.committed).hasValue(accepted.get());
        }
    }

    @ParameterizedTest
    @CsvSource({"OFFER, 5", "PUT, 2"})
    void everyTaskThatASchedulerAcceptsBeforeItsDrainTimeoutRunsOrIsReported(How how, int capacity) {
        for (int iteration = 0; iteration < 60; iteration++) {
            FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(capacity));
            Job job = Job.named("a");
            AtomicInteger accepted = new AtomicInteger();
            produce(channel, how, job, accepted);
            while (accepted.get() < iteration % 20) {
                Thread.yield();
            }
            DrainReport report = scheduler.close(Duration.ZERO);
            threads.join();
            scheduler.terminated().toCompletableFuture().join();
            assertThat(job.processed.get() + report.neverRan()).isEqualTo(accepted.get());
            ChannelStats stats = channel.stats();
            assertThat(stats.completed() + stats.suppressed() + stats.cancelled())
                    .isEqualTo(accepted.get());
            assertThat(stats.cancelled()).isEqualTo(report.neverRan());
        }
    }

    /** Names are reused at once, so an open meets the last moments of the old channel of that name. */
    @ParameterizedTest
    @CsvSource({"1", "3"})
    void openingANameThatIsJustBeingClosedLosesNothing(int workers) {
        Job job = Job.named("a");
        AtomicInteger accepted = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(workers).build()) {
            threads.startTogether(3, t -> {
                for (int i = 0; i < 1_500; i++) {
                    try {
                        Channel<Job, String> channel = scheduler.channel("same");
                        accepted.addAndGet(channel.offer(job) ? 1 : 0);
                        if (i % 2 == 0) {
                            channel.close();
                        }
                    } catch (IllegalStateException | RejectedTaskException e) {
                        Thread.yield();
                    }
                }
            });
            threads.join();
        }
        assertThat(accepted).hasPositiveValue();
        assertThat(job.committed).hasValue(accepted.get());
    }

    /** The caller has found the channel full, and runs its task itself, or finds it closed: never after the channel's end. */
    @Test
    void aTaskThatItsCallerRunsIsNotRunAfterTheEndOfItsChannel() throws Exception {
        AtomicInteger late = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            for (int i = 0; i < 1_000; i++) {
                Channel<Job, String> channel = scheduler.openChannel(
                        "a" + i, ChannelOptions.capacity(1).overload(Overload.callerRuns()));
                channel.offer(Job.named("fills"));
                Job job = Job.of(() -> {
                    ran.incrementAndGet();
                    late.addAndGet(channel.terminated().toCompletableFuture().isDone() ? 1 : 0);
                });
                threads.startTogether(2, p -> {
                    if (p == 0) {
                        channel.close();
                        channel.cancelAll();
                    } else {
                        try {
                            channel.submit(job);
                        } catch (RejectedTaskException e) {
                            refused.incrementAndGet();
                        }
                    }
                });
                threads.join();
            }
            gate.open();
        }
        assertThat(late).hasValue(0);
        assertThat(ran.get() + refused.get()).isEqualTo(1_000);
    }
}
