package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskHandle;
import dev.fairway.internal.BriefLock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pausing, the number of workers, and {@code maxParallel}, at run time: they hold as soon as the call has returned. */
class SteeringTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    /** Lets every worker find whatever it could start: nobody is idle while a runnable channel exists. */
    private static void letOthersRun(FairScheduler<Job, String> scheduler) {
        for (int i = 0; i < 10; i++) {
            scheduler.submit("others", Job.named("other")).join();
        }
    }

    @Test
    void nothingOfAPausedChannelStartsUntilItIsResumed() throws Exception {
        Job job = Job.named("a");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            assertThat(channel.isPaused()).isTrue();
            assertThat(channel.offer(job)).isTrue();
            assertThat(channel.offer(job, Duration.ofSeconds(1))).isTrue();
            channel.put(job);
            TaskHandle<String> last = channel.submit(job);
            letOthersRun(scheduler);
            assertThat(job.processed).hasValue(0);
            assertThat(channel.size()).isEqualTo(4);
            assertThat(channel.stats().started()).isZero();

            channel.resume();
            assertThat(channel.isPaused()).isFalse();
            last.join();
        }
        assertThat(job.committed).hasValue(4);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "100, 0", "1, 1000000"})
    void aPauseTakesEffectInsideATurn(int weight, int turnMicros) {
        AtomicInteger started = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler = Job.scheduler()
                .workers(1)
                .turn(Duration.ofNanos(turnMicros * 1_000L))
                .build()) {
            Channel<Job, String> channel =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(weight));
            channel.pause();
            List<TaskHandle<String>> handles = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                handles.add(channel.submit(Job.of(() -> {
                    started.incrementAndGet();
                    if (number % 10 == 9) {
                        channel.pause();
                    }
                })));
            }
            for (int expected = 10; expected <= 100; expected += 10) {
                channel.resume();
                handles.get(expected - 1).join();
                letOthersRun(scheduler);
                assertThat(started).hasValue(expected);
                assertThat(channel.size()).isEqualTo(100 - expected);
            }
        }
    }

    @Test
    void whatRunsWhenItsChannelIsPausedGoesOnAndCommits() throws Exception {
        Job job = Job.at(gate);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(job);
            gate.awaitArrivals(1);
            channel.pause();
            gate.open();
            handle.join();
        }
        assertThat(job.committed).hasValue(1);
    }

    /** The pause comes while workers are about to take the next task; the count of starts must not move afterwards. */
    @Test
    void afterPauseReturnedNothingStartsHoweverItMeetsTheWorkers() {
        AtomicBoolean stop = new AtomicBoolean();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(3).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(64));
            threads.start(() -> {
                while (!stop.get()) {
                    channel.offer(Job.named("a"), Duration.ofMillis(1));
                }
            });
            try {
                for (int i = 0; i < 300; i++) {
                    channel.pause();
                    long started = channel.stats().started();
                    letOthersRun(scheduler);
                    assertThat(channel.stats().started()).isEqualTo(started);
                    channel.resume();
                    for (int spin = 0; spin < i * 10; spin++) {
                        Thread.onSpinWait();
                    }
                }
            } finally {
                stop.set(true);
                threads.join();
            }
        }
    }

    @Test
    void pausingAndResumingTwiceIsLikeOnce() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            channel.pause();
            channel.pause();
            TaskHandle<String> handle = channel.submit(Job.named("a"));
            channel.resume();
            assertThat(handle.join()).isEqualTo("a");
            channel.resume();
            assertThat(channel.submit(Job.named("b")).join()).isEqualTo("b");
        }
    }

    @Test
    void pauseAndResumeRacingWithOffersLoseNothing() {
        AtomicBoolean stop = new AtomicBoolean();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(8));
            threads.start(() -> {
                while (!stop.get()) {
                    channel.pause();
                    Thread.onSpinWait();
                    channel.resume();
                }
            });
            try {
                for (int i = 0; i < 5_000; i++) {
                    channel.submit(Job.named("a")).join();
                }
            } finally {
                stop.set(true);
                threads.join();
            }
        }
    }

    @Test
    void moreWorkersStartMoreTasksAtOnce() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            for (int i = 0; i < 3; i++) {
                channel.offer(Job.at(gate));
            }
            gate.awaitArrivals(1);
            scheduler.workers(3);
            assertThat(scheduler.workers()).isEqualTo(3);
            gate.awaitArrivals(2);
            gate.open();
        }
    }

    /** Four run when the number goes down to two: the next may start only when the third of them has ended. */
    @Test
    void afterFewerWorkersNothingStartsWhileAsManyRun() throws Exception {
        Semaphore mayEnd = new Semaphore(0);
        Semaphore started = new Semaphore(0);
        List<TaskHandle<String>> handles = new ArrayList<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(4).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            for (int i = 0; i < 12; i++) {
                handles.add(channel.submit(Job.of(() -> {
                    started.release();
                    mayEnd.acquire();
                })));
            }
            assertThat(started.tryAcquire(4, 20, TimeUnit.SECONDS)).isTrue();
            scheduler.workers(2);
            for (int stillRunning = 3; stillRunning >= 2; stillRunning--) {
                int expected = stillRunning;
                mayEnd.release();
                Threads.awaitThat(() -> channel.stats().running() == expected);
                assertThat(channel.stats().started()).isEqualTo(4);
            }
            mayEnd.release();
            assertThat(started.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            assertThat(channel.stats().started()).isEqualTo(5);
            assertThat(channel.stats().running()).isEqualTo(2);
            mayEnd.release(20);
            handles.forEach(TaskHandle::join);
        }
    }

    /** Once no more run than the new number allows, never again do more run. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theNumberOfWorkersIsNeverExceededAfterItWentDown(int fewer) {
        AtomicBoolean stop = new AtomicBoolean();
        Concurrency concurrency = new Concurrency();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(4).build()) {
            threads.startTogether(3, p -> {
                while (!stop.get()) {
                    scheduler.channel("c" + p).offer(concurrency.job(), Duration.ofMillis(1));
                }
            });
            try {
                for (int i = 0; i < 300; i++) {
                    scheduler.workers(fewer);
                    Threads.awaitThat(() -> scheduler.stats().running() <= fewer);
                    concurrency.restart();
                    letOthersRun(scheduler);
                    assertThat(concurrency.most()).isLessThanOrEqualTo(fewer);
                    scheduler.workers(4);
                    letOthersRun(scheduler);
                }
            } finally {
                stop.set(true);
                threads.join();
            }
        }
    }

    /**
     * A worker has found that the turn may go on and is about to start its next task: a call that lowers the number returns after
     * that start. The clock, which is asked whether the task has expired, keeps the worker there, with the channel's lock.
     */
    @Test
    void fewerWorkersHoldWhenTheCallReturnsAlsoForAWorkerThatIsJustStarting() throws Exception {
        Gate starting = new Gate();
        Gate inTurn = new Gate();
        AtomicReference<BriefLock> held = new AtomicReference<>();
        LongSupplier clock = () -> {
            BriefLock lock = held.get();
            if (lock != null && Thread.currentThread().getName().contains("-worker-")) {
                if (lock.tryLock()) {
                    lock.unlock();
                } else if (held.compareAndSet(lock, null)) {
                    starting.passUninterruptibly();
                }
            }
            return System.nanoTime();
        };
        AtomicBoolean returned = new AtomicBoolean();
        try (FairScheduler<Job, String> scheduler =
                Job.strict().workers(2).ticker(clock).build()) {
            Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel =
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(10));
            channel.pause();
            channel.offer(Job.at(inTurn));
            for (int i = 0; i < 3; i++) {
                channel.submit(Job.named("next"), TaskOptions.expiresAfter(Duration.ofHours(1)));
            }
            channel.resume();
            inTurn.awaitArrivals(1);
            held.set(((DefaultChannel<?, ?>) channel).lock);
            inTurn.open();
            starting.awaitArrivals(1);
            Thread steers = threads.start(() -> {
                scheduler.workers(1);
                returned.set(true);
            });
            Threads.awaitThat(() -> returned.get() || steers.getState() == Thread.State.TIMED_WAITING);
            boolean returnedTooEarly = returned.get();
            starting.open();
            threads.join();
            scheduler.shutdownNow();
            assertThat(returnedTooEarly).isFalse();
        }
    }

    /** Idle threads go at once, busy ones when they have finished; those that stay still work. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fewerWorkersLeaveFewerThreads(boolean busy) throws Exception {
        String name = "fewer-" + busy;
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().name(name).workers(6).build()) {
            for (int i = 0; i < 6; i++) {
                scheduler.submit("a", Job.at(gate));
            }
            gate.awaitArrivals(6);
            assertThat(Threads.named(name + "-worker-")).hasSize(6);
            if (!busy) {
                Gates.openAndDrain(gate, scheduler);
                Threads.awaitThat(() -> scheduler.stats().busyWorkers() == 0);
            }
            scheduler.workers(2);
            gate.open();
            Threads.awaitThat(() -> Threads.named(name + "-worker-").size() <= 2);
            Gate both = new Gate();
            scheduler.submit("a", Job.at(both));
            scheduler.submit("a", Job.at(both));
            both.awaitArrivals(2);
            both.open();
        }
    }

    @Test
    void workersUpAndDownLoseNoTask() {
        AtomicBoolean stop = new AtomicBoolean();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            threads.start(() -> {
                for (int i = 0; !stop.get(); i++) {
                    scheduler.workers(1 + i % 4);
                }
            });
            try {
                for (int i = 0; i < 3_000; i++) {
                    scheduler.submit("c" + i % 3, Job.named("a")).join();
                }
            } finally {
                stop.set(true);
                threads.join();
            }
        }
    }

    /** How many run at once. */
    private static final class Concurrency {
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicReference<AtomicInteger> most = new AtomicReference<>(new AtomicInteger());

        /** Forgets what was; what tasks that have started before find out is not counted any more. */
        void restart() {
            most.set(new AtomicInteger());
        }

        int most() {
            return most.get().get();
        }

        Job job() {
            return Job.of(() -> {
                        AtomicInteger mine = most.get();
                        mine.accumulateAndGet(running.incrementAndGet(), Math::max);
                        for (int i = 0; i < 50; i++) {
                            Thread.onSpinWait();
                        }
                    })
                    .committing(running::decrementAndGet);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "2, 4", "3, 3", "3, 2"})
    void maxParallelIsNeverExceededProcessAndCommitCounted(int maxParallel, int workers) {
        Concurrency concurrency = new Concurrency();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(workers).build()) {
            Channel<Job, String> channel = scheduler.openChannel(
                    "a", ChannelOptions.defaults().maxParallel(maxParallel).weight(3));
            threads.startTogether(8, p -> {
                for (int i = 0; i < 1_000; i++) {
                    channel.put(concurrency.job());
                }
            });
            threads.join();
        }
        assertThat(concurrency.most()).isBetween(1, Math.min(maxParallel, workers));
    }

    @Test
    void asManyAsMaxParallelRunAtOnceAndTheOtherWorkersServeOtherChannels() throws Exception {
        Gate commits = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(4).build()) {
            Channel<Job, String> channel =
                    scheduler.openChannel("a", ChannelOptions.defaults().maxParallel(2));
            Job third = Job.named("third");
            channel.offer(Job.at(gate));
            channel.offer(Job.committingAt(commits));
            TaskHandle<String> handle = channel.submit(third);
            gate.awaitArrivals(1);
            commits.awaitArrivals(1);
            letOthersRun(scheduler);
            assertThat(third.processed).as("one processes and one commits").hasValue(0);
            commits.open();
            handle.join();
            gate.open();
        }
    }

    @Test
    void aHigherMaxParallelStartsMoreAtOnce() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(3).build()) {
            Channel<Job, String> channel =
                    scheduler.openChannel("a", ChannelOptions.defaults().maxParallel(1));
            for (int i = 0; i < 3; i++) {
                channel.offer(Job.at(gate));
            }
            gate.awaitArrivals(1);
            letOthersRun(scheduler);
            assertThat(gate.arrivals()).isZero();
            channel.maxParallel(2);
            gate.awaitArrivals(1);
            letOthersRun(scheduler);
            assertThat(gate.arrivals()).isZero();
            channel.maxParallel(ChannelOptions.UNLIMITED);
            gate.awaitArrivals(1);
            gate.open();
        }
    }

    @Test
    void aLowerMaxParallelLetsWhatRunsGoOnAndStartsNothingUntilFewerRun() throws Exception {
        Semaphore mayEnd = new Semaphore(0);
        Semaphore started = new Semaphore(0);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(4).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            for (int i = 0; i < 6; i++) {
                channel.offer(Job.of(() -> {
                    started.release();
                    mayEnd.acquire();
                }));
            }
            assertThat(started.tryAcquire(4, 20, TimeUnit.SECONDS)).isTrue();
            channel.maxParallel(1);
            for (int stillRunning = 3; stillRunning >= 1; stillRunning--) {
                int expected = stillRunning;
                mayEnd.release();
                Threads.awaitThat(() -> channel.stats().running() == expected);
                letOthersRun(scheduler);
                assertThat(channel.stats().started()).isEqualTo(4);
            }
            mayEnd.release();
            assertThat(started.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            mayEnd.release(10);
        }
    }

    @Test
    void aLowerMaxParallelHoldsHoweverItMeetsTheWorkers() {
        AtomicBoolean stop = new AtomicBoolean();
        Concurrency concurrency = new Concurrency();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(4).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            threads.start(() -> {
                while (!stop.get()) {
                    channel.offer(concurrency.job(), Duration.ofMillis(1));
                }
            });
            try {
                for (int i = 0; i < 300; i++) {
                    channel.maxParallel(1);
                    Threads.awaitThat(() -> channel.stats().running() <= 1);
                    concurrency.restart();
                    letOthersRun(scheduler);
                    assertThat(concurrency.most()).isLessThanOrEqualTo(1);
                    channel.maxParallel(3);
                    letOthersRun(scheduler);
                }
            } finally {
                stop.set(true);
                threads.join();
            }
        }
    }

    @Test
    void oneWorkerServesAllChannelsThatAreAtMaxParallelOneAfterTheOther() {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            for (int i = 0; i < 50; i++) {
                Channel<Job, String> channel =
                        scheduler.openChannel("c" + i, ChannelOptions.defaults().maxParallel(1));
                for (int j = 0; j < 20; j++) {
                    channel.offer(Job.of(() -> ran.add("x")));
                }
            }
        }
        assertThat(ran).hasSize(1_000);
    }
}
