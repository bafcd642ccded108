package dev.fairway.concurrency.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.CancelOption;
import dev.fairway.DrainReport;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import dev.fairway.scheduler.CancelReport;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.scheduler.Fairness;
import dev.fairway.scheduler.Overload;
import dev.fairway.scheduler.SchedulerStats;
import dev.fairway.scheduler.TaskListener;
import dev.fairway.scheduler.TaskOptions;
import dev.fairway.scheduler.TopBy;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/** The fair scheduler: tenants that come and go, producers of all kinds, and somebody who steers without rest. */
final class SchedulerChaos extends Chaos {
    private static final int PRODUCERS = 4;
    private static final int TENANTS = 10;
    private static final int MOST_WORKERS = 5;

    private final boolean dropsOldest = random.nextInt(4) == 0;
    private final boolean abrupt = random.nextInt(3) == 0;
    private final FairScheduler<ChaosTask, Integer> scheduler;
    private final AtomicReferenceArray<Tenant> tenants = new AtomicReferenceArray<>(TENANTS);
    private final AtomicLong names = new AtomicLong();

    /** Orders acceptances and cancels. */
    private final AtomicLong time = new AtomicLong();

    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder byName = new LongAdder();
    private final LongAdder handles = new LongAdder();
    private final LongAdder handlesEnded = new LongAdder();
    private final LongAdder processed = new LongAdder();
    private final LongAdder committed = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder cancels = new LongAdder();
    private final LongAdder settled = new LongAdder();
    private final LongAdder opened = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final AtomicInteger inWorkers = new AtomicInteger();

    SchedulerChaos(String name, long seed) {
        super(name, seed);
        FairScheduler.Builder<ChaosTask, Integer> builder = FairScheduler.<ChaosTask, Integer>processing(this::process)
                .committing((task, result) -> commit(task))
                .name(name)
                .workers(1 + random.nextInt(MOST_WORKERS))
                .channelDefaults(ChannelOptions.capacity(16).idleTimeout(Duration.ofMillis(2)))
                .drainTimeout(LIMIT);
        if (random.nextBoolean()) {
            builder.turn(Duration.ZERO);
        }
        if (random.nextInt(3) == 0) {
            builder.capacity(20 + random.nextInt(100));
        }
        if (random.nextInt(3) == 0) {
            builder.cost(task -> 1 + task.number % 7);
        } else if (random.nextInt(3) == 0) {
            builder.fairness(Fairness.RUN_TIME);
        }
        if (random.nextInt(3) == 0) {
            builder.listener(new TaskListener<ChaosTask>() {});
        }
        scheduler = builder.build();
    }

    /** A task, which knows what has been done with it. */
    private static final class ChaosTask {
        final Tenant tenant;
        final int producer;
        final long number;
        final int kind;
        final AtomicInteger timesProcessed = new AtomicInteger();
        final AtomicInteger timesCommitted = new AtomicInteger();

        /** After its acceptance has returned; 0 before. */
        volatile long acceptedAt;

        ChaosTask(Tenant tenant, int producer, long number, int kind) {
            this.tenant = tenant;
            this.producer = producer;
            this.number = number;
            this.kind = kind;
        }
    }

    /** A channel, and what must hold in it. */
    private final class Tenant {
        final ChannelOptions options;
        final int mostParallel;
        final Channel<ChaosTask, Integer> channel;
        final AtomicInteger running = new AtomicInteger();

        /** The last that started of each producer, where one at a time starts and nobody overtakes. */
        final long[] last = new long[PRODUCERS];

        final boolean inOrder;

        /** When the last cancel began that has returned, and after which nothing was left to commit. */
        final AtomicLong cancelledAt = new AtomicLong();

        Tenant(Random random) {
            Overload overload = switch (random.nextInt(dropsOldest ? 4 : 3)) {
                case 0 -> Overload.reject();
                case 1 -> Overload.callerRuns();
                case 2 -> Overload.waitUpTo(Duration.ofNanos(1 + random.nextInt(200_000)));
                default -> Overload.dropOldest();
            };
            mostParallel = 1 + random.nextInt(3);
            inOrder = mostParallel == 1 && overload != Overload.callerRuns();
            ChannelOptions chosen = ChannelOptions.capacity(1 + random.nextInt(random.nextBoolean() ? 4 : 200))
                    .weight(1 + random.nextInt(4))
                    .maxParallel(mostParallel)
                    .overload(overload);
            options = random.nextInt(4) == 0 ? chosen.idleTimeout(Duration.ofMillis(1 + random.nextInt(5))) : chosen;
            channel = scheduler.openChannel(name + "-tenant-" + names.incrementAndGet(), options);
            opened.increment();
            channel.terminated().whenComplete((nothing, failure) -> ended.increment());
        }
    }

    @Override
    void start() {
        for (int i = 0; i < TENANTS; i++) {
            tenants.set(i, new Tenant(random));
        }
        for (int i = 0; i < PRODUCERS; i++) {
            int producer = i;
            AtomicLong numbers = new AtomicLong();
            hammer("producer", own -> produce(own, producer, numbers));
        }
        hammer("steerer", this::steer);
        hammer("opener", this::openAndClose);
        interruptNowAndThen();
    }

    // ---- the tasks

    private int process(ChaosTask task) throws Exception {
        processed.increment();
        assertOnce(task.timesProcessed, "processed");
        Tenant tenant = task.tenant;
        boolean inWorker = Thread.currentThread().getName().startsWith(name + "-worker");
        try {
            check(!inWorker || inWorkers.incrementAndGet() <= MOST_WORKERS, "more run than workers there ever were");
            if (tenant != null) {
                check(
                        tenant.running.incrementAndGet() <= tenant.mostParallel,
                        tenant.channel + " runs more at once than " + tenant.mostParallel);
                if (tenant.inOrder) {
                    check(
                            tenant.last[task.producer] < task.number,
                            tenant.channel + " started " + task.number + " after " + tenant.last[task.producer]);
                    tenant.last[task.producer] = task.number;
                }
            }
            behave(task);
            return task.kind;
        } finally {
            if (tenant != null) {
                tenant.running.decrementAndGet();
            }
            if (inWorker) {
                inWorkers.decrementAndGet();
            }
        }
    }

    private void behave(ChaosTask task) throws Exception {
        switch (task.kind) {
            case 0 -> throw new IllegalStateException("thrown by a process");
            case 1 -> throw new AssertionError("an error thrown by a process");
            case 2 -> Thread.currentThread().interrupt();
            case 3 -> Thread.sleep(0, 1 + (int) (task.number % 100_000));
            case 4 -> Thread.yield();
            case 5 -> offerInside(task);
            default -> {}
        }
    }

    private void offerInside(ChaosTask task) {
        Tenant other = tenants.get((int) (task.number % TENANTS));
        try {
            ChaosTask inner = new ChaosTask(null, 0, task.number, 9);
            count(other.channel.offer(inner), inner);
        } catch (RejectedTaskException e) {
            refused.increment();
        }
    }

    private void commit(ChaosTask task) {
        assertOnce(task.timesCommitted, "committed");
        long acceptedAt = task.acceptedAt;
        check(
                task.tenant == null || acceptedAt == 0 || acceptedAt >= task.tenant.cancelledAt.get(),
                "a commit began after a cancel had returned that came after the task");
        if (task.kind == 6) {
            throw new IllegalArgumentException("thrown by a commit");
        }
        committed.increment();
    }

    private void assertOnce(AtomicInteger times, String what) {
        check(times.incrementAndGet() == 1, "a task was " + what + " " + times + " times");
    }

    /** A failure of a task is none of the test, so this tells. */
    private void check(boolean holds, String otherwise) {
        if (!holds) {
            fail(new AssertionError(otherwise));
        }
    }

    // ---- the producers

    private void produce(Random own, int producer, AtomicLong numbers) throws InterruptedException {
        Tenant tenant = tenants.get(own.nextInt(TENANTS));
        int kind = own.nextInt(own.nextInt(8) == 0 ? 8 : 200);
        boolean overtakes = own.nextInt(8) == 0;
        ChaosTask task =
                new ChaosTask(overtakes ? null : tenant, producer, numbers.incrementAndGet(), kind > 6 ? 7 : kind);
        try {
            switch (own.nextInt(8)) {
                case 0, 1, 2 -> count(tenant.channel.offer(task), task);
                case 3 -> count(tenant.channel.offer(task, Duration.ofNanos(own.nextInt(500_000) - 10_000)), task);
                case 4 -> {
                    tenant.channel.put(task);
                    count(true, task);
                }
                case 5, 6 -> follow(own, tenant.channel.submit(task, options(own, overtakes)), task);
                default -> submitByName(own, producer);
            }
        } catch (RejectedTaskException e) {
            refused.increment();
        }
    }

    private static TaskOptions options(Random own, boolean urgent) {
        TaskOptions options = urgent ? TaskOptions.urgent() : TaskOptions.defaults();
        return own.nextInt(4) == 0 ? options.withExpiry(Duration.ofNanos(1 + own.nextInt(2_000_000))) : options;
    }

    /** To a channel that opens itself, and closes itself when it is idle. */
    private void submitByName(Random own, int producer) {
        ChaosTask task = new ChaosTask(null, producer, 0, 7);
        byName.increment();
        follow(own, scheduler.submit(name + "-visitor-" + own.nextInt(50), task), task);
    }

    private void count(boolean in, ChaosTask task) {
        if (in) {
            task.acceptedAt = time.incrementAndGet();
            accepted.increment();
        } else {
            refused.increment();
        }
    }

    private void follow(Random own, TaskHandle<Integer> handle, ChaosTask task) {
        count(true, task);
        handles.increment();
        handle.completion().whenComplete((result, failure) -> handlesEnded.increment());
        if (own.nextInt(4) == 0) {
            boolean decided = own.nextBoolean() ? handle.cancel() : handle.cancel(CancelOption.INTERRUPT_RUNNING);
            cancelled.add(decided ? 1 : 0);
        } else if (own.nextInt(4) == 0) {
            try {
                handle.join(Duration.ofNanos(own.nextInt(300_000)));
            } catch (Exception e) {
                Thread.onSpinWait(); // all its ends are fine here
            }
        }
    }

    // ---- steering

    private void steer(Random own) {
        Tenant tenant = tenants.get(own.nextInt(TENANTS));
        switch (own.nextInt(9)) {
            case 0 -> tenant.channel.pause();
            case 1, 2 -> tenant.channel.resume();
            case 3 -> tenant.channel.weight(1 + own.nextInt(5));
            case 4 -> tenant.channel.maxParallel(1 + own.nextInt(tenant.mostParallel));
            case 5 -> scheduler.workers(1 + own.nextInt(MOST_WORKERS));
            case 6 -> cancel(own, tenant);
            case 7 -> look(tenant);
            default -> pause(own, 300);
        }
    }

    private void cancel(Random own, Tenant tenant) {
        long begins = time.incrementAndGet();
        CancelReport report = own.nextBoolean()
                ? tenant.channel.cancelAll()
                : tenant.channel.cancelAll(CancelOption.INTERRUPT_RUNNING);
        if (report.committing() == 0) {
            tenant.cancelledAt.accumulateAndGet(begins, Math::max);
        }
        cancelled.add(report.dropped() + report.suppressed());
        cancels.increment();
        report.settled().whenComplete((nothing, failure) -> settled.increment());
    }

    private void look(Tenant tenant) {
        int waiting = tenant.channel.size();
        check(waiting >= 0 && waiting <= tenant.channel.capacity(), waiting + " wait in " + tenant.channel);
        check(tenant.channel.stats().running() <= tenant.mostParallel, "the statistics of " + tenant.channel);
        check(scheduler.stats().waiting() >= 0, "the statistics of " + name);
        check(scheduler.busiest(TopBy.WAITING, 3).size() <= 3, "the busiest of " + name);
    }

    private void openAndClose(Random own) {
        int place = own.nextInt(TENANTS);
        Tenant tenant = tenants.get(place);
        pause(own, 2_000);
        if (tenant.channel.isClosed() || own.nextInt(8) == 0) {
            tenants.set(place, new Tenant(own));
            tenant.channel.close();
            if (own.nextBoolean()) {
                tenant.channel.resume();
            } else {
                cancel(own, tenant);
            }
            tenant.channel.resume(); // the steerer may have been at it
        }
    }

    // ---- the end

    @Override
    void end() throws InterruptedException {
        scheduler.channels().forEach(Channel::resume);
        if (abrupt) {
            cancelled.add(scheduler.shutdownNow().size());
        }
        DrainReport report = scheduler.close(LIMIT);
        assertThat(report.isClean()).as("%s", report).isTrue();
        await("all channels have ended", () -> ended.sum() == opened.sum());
        await("all cancels have settled", () -> settled.sum() == cancels.sum());
        await("all handles have ended", () -> handlesEnded.sum() == handles.sum());
        noThreadIsLeft(name + "-worker");
        SchedulerStats stats = scheduler.stats();
        String books = stats + ", refused " + refused + ", by name " + byName;
        assertThat(stats.waiting() + stats.running()).as(books).isZero();
        assertThat(stats.accepted()).as(books).isEqualTo(accepted.sum());
        assertThat(stats.rejected()).as(books).isBetween(refused.sum(), refused.sum() + byName.sum());
        assertThat(stats.started()).as(books).isEqualTo(processed.sum());
        assertThat(stats.accepted()).as(books).isEqualTo(stats.started() + stats.cancelled() + stats.expired());
        assertThat(stats.started()).as(books).isEqualTo(stats.completed() + stats.failed() + stats.suppressed());
        assertThat(stats.completed()).as(books).isEqualTo(committed.sum());
        if (!dropsOldest && !abrupt) { // both cancel without telling how many
            assertThat(stats.cancelled() + stats.suppressed()).as(books).isEqualTo(cancelled.sum());
        }
    }

    @Override
    public String toString() {
        SchedulerStats stats = scheduler.stats();
        return name + ": " + stats.accepted() + " tasks in " + opened + " channels, " + stats.rejected() + " rejected, "
                + stats.completed() + " completed, " + stats.failed() + " failed, " + stats.cancelled() + " cancelled, "
                + stats.suppressed() + " suppressed, " + stats.expired() + " expired";
    }
}
