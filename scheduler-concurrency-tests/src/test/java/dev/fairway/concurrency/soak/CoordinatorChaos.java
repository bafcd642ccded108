package dev.fairway.concurrency.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.CancelOption;
import dev.fairway.Completed;
import dev.fairway.DrainReport;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.CoordinatorStats;
import dev.fairway.coordinator.LoadBalance;
import dev.fairway.coordinator.NoSuchWorkerException;
import dev.fairway.coordinator.WorkerFunction;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;

/** A coordinator whose workers are added, replaced, removed, put aside and released, and fail. */
final class CoordinatorChaos extends Chaos {
    private static final int WORKERS = 6;
    private static final int SUBMITTERS = 3;

    private final Coordinator<ChaosTask, String> coordinator;
    private final boolean abrupt = random.nextInt(3) == 0;
    private final AtomicIntegerArray inside = new AtomicIntegerArray(WORKERS);

    /** Of each worker's name: plain, since one task happens-before the next. */
    private final long[] plain = new long[WORKERS];

    private final LongAdder[] runsOf = new LongAdder[WORKERS];
    private final LongAdder accepted = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder decided = new LongAdder();

    CoordinatorChaos(String name, long seed) {
        super(name, seed);
        for (int i = 0; i < WORKERS; i++) {
            runsOf[i] = new LongAdder();
        }
        Coordinator.Builder<ChaosTask, String> builder = Coordinator.<ChaosTask, String>builder()
                .name(name)
                .capacity(1 + random.nextInt(random.nextBoolean() ? 5 : 300))
                .queueThreshold(random.nextInt(4))
                .failuresToQuarantine(1 + random.nextInt(5))
                .quarantineBackOff(Duration.ofNanos(100_000), Duration.ofMillis(2))
                .drainTimeout(LIMIT);
        switch (random.nextInt(4)) {
            case 0 -> builder.loadBalance(LoadBalance.ROUND_ROBIN);
            case 1 -> builder.loadBalance(LoadBalance.LEAST_LOADED);
            default -> builder.loadBalance(LoadBalance.EXPECTED_DELAY);
        }
        if (random.nextInt(3) == 0) {
            builder.taskTimeout(Duration.ofMillis(1));
        }
        coordinator = builder.build();
    }

    /** A task, which knows how often it ran. */
    private record ChaosTask(int kind, AtomicInteger runs) {}

    @Override
    void start() {
        for (int i = 0; i < SUBMITTERS; i++) {
            hammer("submitter", this::submit);
        }
        hammer("steerer", this::steer);
        interruptNowAndThen();
    }

    private static String worker(int index) {
        return "w" + index;
    }

    // ---- the tasks

    private WorkerFunction<ChaosTask, String> function(int index) {
        return task -> {
            if (!isWithin(index)) {
                check(inside.incrementAndGet(index) == 1, "two threads in " + worker(index));
                long before = plain[index];
                try {
                    return run(task, index);
                } finally {
                    plain[index] = before + 1;
                    runsOf[index].increment();
                    inside.decrementAndGet(index);
                }
            }
            return run(task, index);
        };
    }

    private final ThreadLocal<boolean[]> within = ThreadLocal.withInitial(() -> new boolean[WORKERS]);

    /** A worker's own thread may come back to it, when its task waits for another. */
    private boolean isWithin(int index) {
        return within.get()[index];
    }

    private String run(ChaosTask task, int index) throws Exception {
        check(task.runs.incrementAndGet() == 1, "a task ran twice");
        boolean before = within.get()[index];
        within.get()[index] = true;
        try {
            switch (task.kind) {
                case 0 -> throw new IllegalStateException("thrown by a task");
                case 1 -> throw new AssertionError("an error thrown by a task");
                case 2 -> Thread.currentThread().interrupt();
                case 3 -> Thread.sleep(0, 200_000);
                case 4 -> Thread.yield();
                case 5 -> submitInside(index);
                default -> {}
            }
            return worker(index);
        } finally {
            within.get()[index] = before;
        }
    }

    /** Any task that a worker's task waits for is run, if need be by its own thread. */
    private void submitInside(int index) {
        try {
            TaskHandle<Completed<String>> handle = coordinator.submit(new ChaosTask(9, new AtomicInteger()));
            book(handle);
            if (index % 2 == 0) {
                handle.join();
            }
        } catch (RejectedTaskException e) {
            rejected.increment();
        } catch (TaskFailedException | NoSuchWorkerException | IllegalStateException e) {
            Thread.onSpinWait(); // booked where it ended
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            fail(new AssertionError(otherwise));
        }
    }

    // ---- the submitters

    private void submit(Random own) throws InterruptedException {
        int kind = own.nextInt(own.nextInt(8) == 0 ? 7 : 200);
        ChaosTask task = new ChaosTask(kind > 5 ? 7 : kind, new AtomicInteger());
        TaskHandle<Completed<String>> handle;
        try {
            handle = own.nextInt(30) == 0
                    ? coordinator.submit(task, affinity(own), Duration.ofNanos(1 + own.nextInt(2_000_000)))
                    : coordinator.submit(task, affinity(own));
        } catch (RejectedTaskException e) {
            rejected.increment();
            return;
        }
        book(handle);
        switch (own.nextInt(8)) {
            case 0 -> decided.add(handle.cancel() ? 1 : 0);
            case 1 -> decided.add(handle.cancel(CancelOption.INTERRUPT_RUNNING) ? 1 : 0);
            case 2 -> join(own, handle);
            default -> {}
        }
    }

    private static void join(Random own, TaskHandle<?> handle) throws InterruptedException {
        try {
            handle.join(Duration.ofNanos(own.nextInt(1_000_000)));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            Thread.onSpinWait(); // all its ends are fine here
        }
    }

    private static Affinity affinity(Random own) {
        String worker = worker(own.nextInt(WORKERS));
        return switch (own.nextInt(6)) {
            case 0 -> Affinity.require(worker);
            case 1 -> Affinity.requireWithin(worker, Duration.ofNanos(1 + own.nextInt(3_000_000)));
            case 2 -> Affinity.prefer(worker);
            default -> Affinity.any();
        };
    }

    private void book(TaskHandle<Completed<String>> handle) {
        accepted.increment();
        AtomicBoolean once = new AtomicBoolean();
        handle.completion().whenComplete((result, failure) -> {
            check(once.compareAndSet(false, true), "a handle ended twice");
            outcome(failure).increment();
        });
    }

    private LongAdder outcome(Throwable failure) {
        if (failure == null) {
            return completed;
        }
        Throwable bare = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (bare instanceof CancellationException) {
            return cancelled;
        }
        if (bare instanceof NoSuchWorkerException) {
            return refused;
        }
        check(bare instanceof TaskFailedException, "a handle ended with " + bare);
        return failed;
    }

    // ---- steering

    private void steer(Random own) {
        int index = own.nextInt(WORKERS);
        try {
            switch (own.nextInt(10)) {
                case 0, 1, 2 -> coordinator.addWorker(worker(index), function(index));
                case 3, 4 -> coordinator.removeWorker(worker(index));
                case 5 -> coordinator.quarantine(worker(index));
                case 6, 7 -> coordinator.release(worker(index));
                case 8 -> look(index);
                default -> pause(own, 1_000);
            }
        } catch (NoSuchWorkerException e) {
            pause(own, 100);
        }
    }

    private void look(int index) {
        CoordinatorStats stats = coordinator.stats();
        check(
                stats.accepted()
                        == stats.completed()
                                + stats.failed()
                                + stats.cancelled()
                                + stats.refused()
                                + stats.waiting()
                                + stats.running(),
                "it does not add up: " + stats);
        // What was given to a worker that had no thread yet, and is removed or put aside, waits again, whoever came in
        // meanwhile.
        check(stats.waiting() <= stats.capacity() + WORKERS, "more wait than may: " + stats);
        coordinator.stats(worker(index));
    }

    // ---- the end

    @Override
    void end() throws InterruptedException {
        for (int i = 0; i < WORKERS; i++) {
            coordinator.addWorker(worker(i), function(i));
            coordinator.release(worker(i));
        }
        if (abrupt) {
            coordinator.shutdownNow();
        }
        DrainReport report = coordinator.close(LIMIT);
        assertThat(report.isClean()).as("%s", report).isTrue();
        noThreadIsLeft(name);
        CoordinatorStats stats = coordinator.stats();
        String books = stats + ", handles " + accepted + ", rejected " + rejected + ", completed " + completed
                + ", failed " + failed + ", cancelled " + cancelled + ", refused " + refused;
        assertThat(stats.waiting() + stats.running()).as(books).isZero();
        assertThat(stats.accepted()).as(books).isEqualTo(accepted.sum());
        assertThat(stats.rejected()).as(books).isEqualTo(rejected.sum());
        assertThat(stats.completed()).as(books).isEqualTo(completed.sum());
        assertThat(stats.failed()).as(books).isEqualTo(failed.sum());
        assertThat(stats.cancelled()).as(books).isEqualTo(cancelled.sum());
        assertThat(stats.refused()).as(books).isEqualTo(refused.sum());
        if (!abrupt) {
            assertThat(stats.cancelled()).as(books).isEqualTo(decided.sum());
        }
        assertThat(stats.accepted())
                .as(books)
                .isEqualTo(stats.completed() + stats.failed() + stats.cancelled() + stats.refused());
        assertThat(stats.any().completed()
                        + stats.prefer().completed()
                        + stats.require().completed())
                .as(books)
                .isEqualTo(stats.completed());
        for (int i = 0; i < WORKERS; i++) {
            assertThat(plain[i])
                    .as("seen by one task after the other in w%s", i)
                    .isEqualTo(runsOf[i].sum());
        }
    }

    @Override
    public String toString() {
        CoordinatorStats stats = coordinator.stats();
        return name + ": " + stats.accepted() + " tasks, " + stats.rejected() + " rejected, " + stats.completed()
                + " completed, " + stats.failed() + " failed, " + stats.cancelled() + " cancelled, " + stats.refused()
                + " refused";
    }
}
