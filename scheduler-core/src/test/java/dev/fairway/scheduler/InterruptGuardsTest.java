package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.CancelOption;
import dev.fairway.TaskHandle;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Interruptible;
import dev.fairway.testing.Threads;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left alone while somebody is about to interrupt a task; see {@link GuardsTest}. */
class InterruptGuardsTest {
    private static final int LOOKS = 2_000;

    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();
    private final AtomicReference<Thread> worker = new AtomicReference<>();
    private final AtomicBoolean interrupted = new AtomicBoolean();

    private Job gated() {
        return Job.of(() -> {
            worker.set(Thread.currentThread());
            gate.passUninterruptibly();
        });
    }

    private void noteInterrupt() {
        interrupted.set(Thread.currentThread().isInterrupted());
    }

    /** As if somebody had announced an interrupt of the task that is at the gate, and interrupted it late. */
    private void openWhileInterrupted(DefaultChannel<Job, String> channel, BooleanSupplier after) {
        channel.lock.lock();
        Run<Job, String> run = requireNonNull(channel.firstRun());
        run.interruptFollows();
        channel.lock.unlock();
        gate.open();
        boolean tooEarly = false;
        for (int i = 0; i < LOOKS && !tooEarly; i++) {
            channel.lock.lock();
            tooEarly = after.getAsBoolean();
            channel.lock.unlock();
            Thread.yield();
        }
        worker.get().interrupt();
        channel.lock.lock();
        run.interrupters--;
        channel.lock.unlock();
        assertThat(tooEarly).as("with an interrupt announced").isFalse();
        Threads.awaitThat(after::getAsBoolean);
        assertThat(interrupted).as("interrupted for the task before").isFalse();
    }

    @Test
    void noTaskIsStartedBehindOneThatSomebodyIsAboutToInterrupt() throws Exception {
        Job next = Job.of(this::noteInterrupt);
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            channel.offer(gated());
            gate.awaitArrivals(1);
            channel.offer(next);
            openWhileInterrupted(channel, () -> next.committed.get() > 0);
        }
    }

    /** It never begins to commit, where somebody else would be waited for as well. */
    @Test
    void noTaskIsStartedBehindOneThatFailsWhileSomebodyIsAboutToInterruptIt() throws Exception {
        Job next = Job.of(this::noteInterrupt);
        Job failing = Job.of(() -> {
            worker.set(Thread.currentThread());
            gate.passUninterruptibly();
            throw new IllegalStateException("on purpose");
        });
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            channel.offer(failing);
            gate.awaitArrivals(1);
            channel.offer(next);
            openWhileInterrupted(channel, () -> next.committed.get() > 0);
        }
    }

    @Test
    void noCommitBeginsWhileSomebodyIsAboutToInterruptItsTask() throws Exception {
        Job job = gated().committing(this::noteInterrupt);
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(job);
            gate.awaitArrivals(1);
            openWhileInterrupted(channel, () -> job.committed.get() > 0);
            assertThat(handle.join()).isEqualTo("job");
        }
    }

    /** Whoever is about to interrupt a task counts as such: a count that is lost would keep its worker for ever. */
    @Test
    void whoHasInterruptedATaskSaysSoOnlyWithTheLockOfItsChannel() throws Exception {
        Interruptible code = new Interruptible();
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(Job.of(code::work));
            code.working.awaitArrivals(1);
            Thread canceller = threads.start(() -> handle.cancel(CancelOption.INTERRUPT_RUNNING));
            code.interrupting.awaitArrivals(1);
            channel.lock.lock();
            Run<Job, String> run = requireNonNull(channel.firstRun());
            code.interrupting.open();
            boolean heldUp = Threads.isHeldUp(channel.lock, canceller, () -> run.interrupters != 1);
            channel.lock.unlock();
            code.working.open();
            assertThat(heldUp).as("with the lock held by another").isTrue();
        }
    }
}
