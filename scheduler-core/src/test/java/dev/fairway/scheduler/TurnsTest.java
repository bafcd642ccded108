package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskHandle;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose turn it is, with strict turns. */
class TurnsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    private Job recorded(String name) {
        return Job.named(name).processing(() -> order.add(name));
    }

    private void offer(FairScheduler<Job, String> scheduler, String channel, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(scheduler.channel(channel).offer(recorded(channel + i))).isTrue();
        }
    }

    @Test
    void withOneWorkerChannelsAreServedInTurnsInTheOrderInWhichTheyBecameRunnable() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            offer(scheduler, "c", 3);
            offer(scheduler, "a", 4);
            offer(scheduler, "b", 2);
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("c0", "a0", "b0", "c1", "a1", "b1", "c2", "a2", "a3");
    }

    @Test
    void aChannelOpenedLastAndFilledFirstIsServedFirst() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            scheduler.channel("a");
            scheduler.channel("b");
            offer(scheduler, "b", 2);
            offer(scheduler, "a", 2);
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("b0", "a0", "b1", "a1");
    }

    @Test
    void tasksOfAChannelStartInTheOrderOfAcceptance() throws Exception {
        List<String> accepted = new ArrayList<>();
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            offer(scheduler, "a", 1_000);
            for (int i = 0; i < 1_000; i++) {
                accepted.add("a" + i);
            }
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).isEqualTo(accepted);
    }

    @Test
    void tasksOfEachOfManyProducersStartInTheOrderInWhichItPutThemIn() throws Exception {
        int perProducer = 5_000;
        int[] last = new int[8];
        List<String> outOfOrder = new ArrayList<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a", ChannelOptions.capacity(7));
            threads.startTogether(8, producer -> {
                for (int i = 1; i <= perProducer; i++) {
                    int number = i;
                    channel.put(Job.of(() -> {
                        if (last[producer] != number - 1) {
                            outOfOrder.add(producer + ": " + number + " after " + last[producer]);
                        }
                        last[producer] = number;
                    }));
                }
            });
            threads.join();
        }
        assertThat(outOfOrder).isEmpty();
        assertThat(last).containsOnly(perProducer);
    }

    @Test
    void oneTaskOfAQuietTenantDoesNotWaitForTheBacklogOfABusyOne() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Channel<Job, String> bulk = scheduler.openChannel("bulk", ChannelOptions.capacity(100_000));
            Gate gate = Gates.holdingWorkerOf(scheduler);
            AtomicInteger bulkStarts = new AtomicInteger();
            for (int i = 0; i < 100_000; i++) {
                assertThat(bulk.offer(Job.of(bulkStarts::incrementAndGet))).isTrue();
            }
            AtomicInteger startsBefore = new AtomicInteger();
            TaskHandle<String> live = scheduler.submit("live", Job.of(() -> startsBefore.set(bulkStarts.get())));
            gate.open();
            live.join();
            assertThat(startsBefore).hasValueLessThanOrEqualTo(1);
            bulk.cancelAll();
        }
    }

    /** The new channel's task must wait for one task of each other channel at the most, and not overtake those before it. */
    @Test
    void aChannelThatBecomesRunnableJoinsTheEndOfTheCurrentRound() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            scheduler.channel("a").offer(Job.named("a0").processing(() -> {
                order.add("a0");
                offer(scheduler, "d", 2);
            }));
            for (int i = 1; i < 10; i++) {
                scheduler.channel("a").offer(recorded("a" + i));
            }
            offer(scheduler, "b", 10);
            offer(scheduler, "c", 10);
            Gates.openAndDrain(gate, scheduler);
        }
        int joined = order.indexOf("d0");
        assertThat(order.indexOf("b0")).isLessThan(joined);
        assertThat(order.indexOf("c0")).isLessThan(joined);
        assertThat(joined).isLessThan(order.indexOf("b1"));
        assertThat(joined).isLessThan(order.indexOf("a2"));
        assertThat(order.indexOf("d1")).isEqualTo(joined + 4);
    }

    @Test
    void aChannelDoesNotGetAheadByHavingBeenIdle() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            for (int i = 0; i < 50; i++) {
                scheduler.submit("b", Job.named("early")).join();
            }
            scheduler.submit("idle", Job.named("early")).join();
            for (int i = 0; i < 50; i++) {
                scheduler.submit("b", Job.named("early")).join();
            }
            Gate gate = Gates.holdingWorkerOf(scheduler);
            offer(scheduler, "b", 3);
            offer(scheduler, "idle", 3);
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(order).containsExactly("b0", "idle0", "b1", "idle1", "b2", "idle2");
    }

    /**
     * The counts are read when all workers are known to run a task, so they are exact, and the bound is 1 + workers at the
     * beginning + workers at the end of each interval.
     */
    @Test
    void withSeveralWorkersNoChannelGetsFurtherAheadThanTheWorkersThatRun() throws Exception {
        int workers = 3;
        int steps = 150;
        AtomicIntegerArray starts = new AtomicIntegerArray(3);
        Semaphore started = new Semaphore(0);
        Semaphore mayEnd = new Semaphore(0);
        List<int[]> counts = new ArrayList<>();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(workers).turn(Duration.ZERO).build()) {
            for (int c = 0; c < 3; c++) {
                int index = c;
                Channel<Job, String> channel = scheduler.openChannel("c" + c);
                channel.pause();
                for (int i = 0; i < steps; i++) {
                    channel.offer(Job.of(() -> {
                        starts.incrementAndGet(index);
                        started.release();
                        mayEnd.acquire();
                    }));
                }
            }
            scheduler.channels().forEach(Channel::resume);
            assertThat(started.tryAcquire(workers, 20, TimeUnit.SECONDS)).isTrue();
            for (int step = 0; step < steps; step++) {
                counts.add(new int[] {starts.get(0), starts.get(1), starts.get(2)});
                mayEnd.release();
                assertThat(started.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            }
            mayEnd.release(1_000);
        }
        int bound = 1 + workers + workers;
        for (int from = 0; from < steps; from++) {
            for (int to = from; to < steps; to++) {
                assertThat(spread(counts.get(from), counts.get(to)))
                        .as("lead from step %s to step %s", from, to)
                        .isLessThanOrEqualTo(bound);
            }
        }
    }

    /**
     * A worker writes a start down a moment after it: so at each end of an interval the counts may be wrong by the workers,
     * once more than the true bound allows for.
     */
    @Test
    void withFreelyRunningWorkersTheLeadDoesNotGrow() throws Exception {
        int workers = 4;
        int tasks = 20_000;
        AtomicInteger next = new AtomicInteger();
        byte[] log = new byte[2 * tasks];
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(workers).turn(Duration.ZERO).build()) {
            for (byte c = 0; c < 2; c++) {
                byte index = c;
                Channel<Job, String> channel = scheduler.openChannel("c" + c, ChannelOptions.capacity(tasks));
                channel.pause();
                for (int i = 0; i < tasks; i++) {
                    channel.offer(Job.of(() -> log[next.getAndIncrement()] = index));
                }
            }
            scheduler.workers(1);
            Gate gate = Gates.holdingWorkerOf(scheduler);
            scheduler.channels().forEach(Channel::resume);
            scheduler.workers(workers);
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(next).hasValue(2 * tasks);
        int lead = 0;
        int highest = 0;
        int lowest = 0;
        int[] count = new int[2];
        for (byte channel : log) {
            count[channel]++;
            if (count[channel] == tasks) {
                break;
            }
            lead += channel == 0 ? 1 : -1;
            highest = Math.max(highest, lead);
            lowest = Math.min(lowest, lead);
        }
        assertThat(highest - lowest).isLessThanOrEqualTo(1 + 2 * workers + 2 * workers);
    }

    /** A worker may be preempted wherever it is, also with the lock of a channel: the others wait for that channel's turn. */
    @Test
    void aChannelThatIsHeldUpDoesNotLoseItsTurns() throws Exception {
        int workers = 3;
        AtomicInteger others = new AtomicInteger();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().name("held-up").workers(1).turn(Duration.ZERO).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            for (int i = 0; i < 1_000; i++) {
                scheduler.channel("a").offer(Job.named("a"));
                scheduler.channel("b").offer(Job.of(others::incrementAndGet));
            }
            DefaultChannel<?, ?> held = (DefaultChannel<?, ?>) scheduler.channel("a");
            held.lock.lock();
            try {
                scheduler.workers(workers);
                Threads.awaitThat(() -> Threads.named("held-up-worker").size() == workers);
                Threads.awaitThat(() -> others.get() > workers
                        || Threads.named("held-up-worker").stream()
                                .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING
                                        || thread.getState() == Thread.State.WAITING));
                assertThat(others).hasValueLessThanOrEqualTo(workers);
            } finally {
                held.lock.unlock();
            }
            Gates.openAndDrain(gate, scheduler);
        }
        assertThat(others).hasValue(1_000);
    }

    private static int spread(int[] from, int[] to) {
        int most = Integer.MIN_VALUE;
        int least = Integer.MAX_VALUE;
        for (int c = 0; c < from.length; c++) {
            most = Math.max(most, to[c] - from[c]);
            least = Math.min(least, to[c] - from[c]);
        }
        return most - least;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void oneChannelMayUseAllTheWorkers(int workers) throws Exception {
        Gate gate = new Gate();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().workers(workers).build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            for (int i = 0; i < workers; i++) {
                channel.offer(Job.at(gate));
            }
            gate.awaitArrivals(workers);
            Gates.openAndDrain(gate, scheduler);
        }
    }

    @Test
    void aTaskOfferedWhileAWorkerIsFreeStartsWhateverTheOthersDo() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(4).build()) {
            for (int round = 0; round < 300; round++) {
                Gate open = new Gate();
                List<TaskHandle<String>> handles = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    handles.add(scheduler.submit("c" + (round + i) % 3, Job.at(open)));
                    open.awaitArrivals(1);
                }
                open.open();
                handles.forEach(TaskHandle::join);
            }
        }
    }

    @Test
    void aTaskThatOffersAndGoesOnRunningIsNotWaitedFor() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            for (int round = 0; round < 500; round++) {
                CountDownLatch second = new CountDownLatch(1);
                Channel<Job, String> channel = scheduler.channel("c" + round % 2);
                TaskHandle<String> first = scheduler.submit("c0", Job.of(() -> {
                    channel.offer(Job.of(second::countDown));
                    Threads.await(second);
                }));
                first.join();
            }
        }
    }

    /** An offer that meets a worker on its way to sleep must wake it, or the producer waits for ever. */
    @Test
    void noOfferIsOverlookedByWorkersThatGoToSleep() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            threads.startTogether(3, producer -> {
                for (int i = 0; i < 3_000; i++) {
                    scheduler.submit("c" + (producer + i) % 4, Job.named("a")).join();
                }
            });
            threads.join();
        }
    }

    @Test
    void whatIsOfferedByManyProducersToManyChannelsRunsExactlyOnce() {
        AtomicIntegerArray runs = new AtomicIntegerArray(8 * 5_000);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(4).build()) {
            threads.startTogether(8, producer -> {
                for (int i = 0; i < 5_000; i++) {
                    int id = producer * 5_000 + i;
                    scheduler.channel("c" + i % 5).put(Job.of(() -> runs.incrementAndGet(id)));
                }
            });
            threads.join();
        }
        for (int id = 0; id < runs.length(); id++) {
            assertThat(runs.get(id)).as("runs of task %s", id).isEqualTo(1);
        }
    }

    @Test
    void whatAProducerDidHappensBeforeTheTask() {
        try (FairScheduler<int[], Integer> scheduler = FairScheduler.<int[], Integer>processing(box -> box[0])
                .workers(2)
                .build()) {
            threads.startTogether(2, producer -> {
                for (int i = 1; i <= 5_000; i++) {
                    int[] box = new int[1];
                    box[0] = i;
                    assertThat(scheduler.submit("a", box).join()).isEqualTo(i);
                }
            });
            threads.join();
        }
    }

    /** Being empty ends its place in the round, however it became empty. */
    @ParameterizedTest
    @ValueSource(strings = {"cancel", "cancelAll", "expire"})
    void aChannelThatWasEmptiedByACancelJoinsTheEndAgain(String how) throws Exception {
        FakeClock clock = new FakeClock();
        try (FairScheduler<Job, String> scheduler = Job.strict().ticker(clock).build()) {
            Gate gate = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> a = scheduler.openChannel("a");
            TaskHandle<String> first = a.submit(recorded("gone"), TaskOptions.expiresAfter(Duration.ofSeconds(1)));
            offer(scheduler, "b", 2);
            if (how.equals("cancel")) {
                first.cancel();
            } else if (how.equals("cancelAll")) {
                a.cancelAll();
            } else {
                clock.advance(Duration.ofSeconds(2));
                scheduler.channel("b").cancelAll();
                scheduler.channel("c").offer(Job.named("c0").processing(() -> {
                    order.add("c0");
                    offer(scheduler, "b", 2);
                    offer(scheduler, "a", 2);
                }));
            }
            if (!how.equals("expire")) {
                assertThat(scheduler.stats().runnableChannels()).isEqualTo(1);
                offer(scheduler, "a", 2);
            }
            Gates.openAndDrain(gate, scheduler);
        }
        order.remove("c0");
        assertThat(order).containsExactly("b0", "a0", "b1", "a1");
    }
}
