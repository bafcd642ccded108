package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ending a scheduler at once. */
class ShutdownNowTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    private static void awaitEnd(FairScheduler<?, ?> scheduler) throws Exception {
        scheduler.terminated().toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void itReturnsTheTasksThatNeverRanOfAllChannels() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        scheduler.submit("a", Job.at(gate));
        gate.awaitArrivals(1);
        List<Job> waiting = new ArrayList<>();
        List<TaskHandle<String>> handles = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(Job.named("waiting" + i));
            handles.add(scheduler.submit("c" + i % 3, waiting.get(i)));
        }
        Channel<Job, String> paused = scheduler.openChannel("paused");
        paused.pause();
        waiting.add(Job.named("paused"));
        paused.offer(waiting.get(10));

        assertThat(scheduler.shutdownNow()).containsExactlyInAnyOrderElementsOf(waiting);

        assertThat(handles).allMatch(handle -> handle.state() == TaskState.CANCELLED);
        assertThat(scheduler.isClosed()).isTrue();
        assertThat(scheduler.shutdownNow()).isEmpty();
        assertThatExceptionOfType(RejectedTaskException.class)
                .isThrownBy(() -> scheduler.submit("a", Job.named("late")));
        awaitEnd(scheduler);
        assertThat(waiting).allMatch(job -> job.processed.get() == 0);
        assertThat(paused.terminated().toCompletableFuture()).isDone();
    }

    /** The interrupted task's worker is free at once, while other channels still have to be emptied. */
    @Test
    void nothingStartsAnyMoreInAnyChannel() throws Exception {
        for (int iteration = 0; iteration < 50; iteration++) {
            Gate running = new Gate();
            Job waiting = Job.named("waiting");
            FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build();
            scheduler.submit("busy", Job.at(running));
            scheduler.submit("busy", Job.at(running));
            running.awaitArrivals(2);
            for (int i = 0; i < 50; i++) {
                scheduler.submit("c" + i, waiting);
            }
            assertThat(scheduler.shutdownNow()).hasSize(50);
            awaitEnd(scheduler);
            assertThat(waiting.processed).hasValue(0);
        }
    }

    @Test
    void itInterruptsWhatRunsAndDoesNotWaitForIt() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        Gate afterInterrupt = new Gate();
        Job running = Job.of(() -> {
            try {
                gate.pass();
            } catch (InterruptedException e) {
                interrupted.set(true);
                afterInterrupt.passUninterruptibly();
            }
        });
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        TaskHandle<String> handle = scheduler.submit("a", running);
        gate.awaitArrivals(1);
        assertThat(scheduler.shutdownNow()).isEmpty();
        assertThat(handle.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(scheduler.terminated().toCompletableFuture()).isNotDone();
        afterInterrupt.awaitArrivals(1);
        afterInterrupt.open();
        awaitEnd(scheduler);
        assertThat(interrupted).isTrue();
        assertThat(running.committed).hasValue(0);
    }

    @Test
    void aCommitThatHasBegunIsNotInterruptedAndCompletes() throws Exception {
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        TaskHandle<String> handle = scheduler.submit("a", Job.named("a").committing(() -> {
            gate.passUninterruptibly();
            interrupted.set(Thread.currentThread().isInterrupted());
        }));
        gate.awaitArrivals(1);
        assertThat(scheduler.shutdownNow()).isEmpty();
        assertThat(handle.state()).isEqualTo(TaskState.COMMITTING);
        gate.open();
        assertThat(handle.join()).isEqualTo("a");
        awaitEnd(scheduler);
        assertThat(interrupted).hasValue(false);
    }

    /** Every task accepted is run to its commit, suppressed, or returned, and commits are decided once the call returned. */
    @Test
    void afterItReturnedNoCommitBeginsAndNothingIsLost() throws Exception {
        for (int iteration = 0; iteration < 300; iteration++) {
            FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build();
            AtomicInteger accepted = new AtomicInteger();
            List<TaskHandle<String>> handles = Collections.synchronizedList(new ArrayList<>());
            threads.startTogether(2, p -> {
                try {
                    for (int i = 0; i < 200; i++) {
                        handles.add(scheduler.submit("c" + p, Job.named("a")));
                        accepted.incrementAndGet();
                    }
                } catch (RejectedTaskException e) {
                    assertThat(e.reason()).isEqualTo(RejectedTaskException.Reason.SCHEDULER_CLOSED);
                }
            });
            while (accepted.get() < iteration % 50) {
                Thread.onSpinWait();
            }
            List<Job> neverRan = scheduler.shutdownNow();
            threads.join();
            List<TaskHandle<String>> undecided = new ArrayList<>();
            for (TaskHandle<String> handle : handles) {
                if (!handle.state().isFinal()) {
                    assertThat(handle.state()).isEqualTo(TaskState.COMMITTING);
                    undecided.add(handle);
                }
            }
            assertThat(undecided).hasSizeLessThanOrEqualTo(2);
            awaitEnd(scheduler);
            SchedulerStats stats = scheduler.stats();
            assertThat(stats.accepted()).isEqualTo(accepted.get());
            assertThat(stats.cancelled()).isEqualTo(neverRan.size());
            assertThat(stats.completed() + stats.suppressed() + stats.cancelled())
                    .isEqualTo(accepted.get());
            assertThat(handles).allMatch(handle -> handle.state().isFinal());
        }
    }

    @Test
    void calledInsideATaskItSuppressesThatTaskToo() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        Channel<Job, String> channel = scheduler.openChannel("a");
        channel.pause();
        AtomicReference<List<Job>> neverRan = new AtomicReference<>();
        Job own = Job.of(() -> neverRan.set(scheduler.shutdownNow()));
        Job waiting = Job.named("waiting");
        TaskHandle<String> handle = channel.submit(own);
        channel.offer(waiting);
        channel.resume();
        awaitEnd(scheduler);
        assertThat(neverRan.get()).containsExactly(waiting);
        assertThat(handle.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(own.committed).hasValue(0);
    }

    @Test
    void aCloseThatWaitsEndsWhenTheSchedulerIsShutDown() throws Exception {
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        Job waiting = Job.named("waiting");
        scheduler.submit("a", Job.at(gate));
        gate.awaitArrivals(1);
        scheduler.submit("a", waiting);
        Threads.awaitBlocked(threads.start(scheduler::close));
        assertThat(scheduler.shutdownNow()).containsExactly(waiting);
        threads.join();
        awaitEnd(scheduler);
    }

    /**
     * The first channel's task runs code of its own when it is interrupted, and keeps the shutdown there until the worker is back:
     * it must not begin with the channels that are still to be emptied.
     */
    @Test
    void aWorkerThatIsInterruptedStartsNothingFromTheChannelsThatAreStillToBeEmptied() throws Exception {
        AtomicReference<Thread> worker = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        Job waiting = Job.named("waiting");
        FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build();
        for (int i = 0; i < 300; i++) {
            scheduler.openChannel("c" + i);
        }
        class Slow extends AbstractInterruptibleChannel {
            @Override
            protected void implCloseChannel() {
                closed.countDown();
                Threads.awaitThat(() -> worker.get().getState() == Thread.State.BLOCKED // in end(), until this returns
                        || worker.get().getState() == Thread.State.WAITING
                        || worker.get().getState() == Thread.State.TERMINATED
                        || waiting.processed.get() > 0);
            }

            void read() throws Exception {
                begin();
                try {
                    gate.pass();
                } finally {
                    Threads.await(closed);
                    end(true);
                }
            }
        }
        Channel<Job, String> first = scheduler.channels().get(0);
        first.offer(Job.of(() -> {
            worker.set(Thread.currentThread());
            new Slow().read();
        }));
        gate.awaitArrivals(1);
        for (Channel<Job, String> channel : scheduler.channels()) {
            if (channel != first) {
                channel.offer(waiting);
            }
        }
        assertThat(scheduler.shutdownNow()).hasSize(299);
        awaitEnd(scheduler);
        assertThat(waiting.processed).hasValue(0);
    }
}
