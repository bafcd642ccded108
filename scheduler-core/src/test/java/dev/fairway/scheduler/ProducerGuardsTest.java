package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.TaskHandle;
import dev.fairway.internal.BriefLock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What producers may only do with the channel's lock, or with that and the intake's; see {@link GuardsTest}. */
class ProducerGuardsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();
    private final AtomicReference<Thread> worker = new AtomicReference<>();

    private static DefaultChannel<Job, String> open(FairScheduler<Job, String> scheduler, ChannelOptions options) {
        return (DefaultChannel<Job, String>) scheduler.openChannel("a", options);
    }

    /** Takes both locks, and gives back one after the other. */
    private void needsBothLocks(DefaultChannel<Job, String> channel, Threads.Code step, BooleanSupplier tooEarly) {
        BriefLock intake = channel.backlog.intake;
        channel.lock.lock();
        Thread thread = threads.start(step);
        boolean heldUpByOne = Threads.isHeldUp(channel.lock, thread, tooEarly);
        intake.lock();
        channel.lock.unlock();
        boolean heldUpByOther = Threads.isHeldUp(intake, thread, tooEarly);
        intake.unlock();
        assertThat(heldUpByOne).as("with the channel's lock held by another").isTrue();
        assertThat(heldUpByOther).as("with the intake's lock held by another").isTrue();
    }

    @Test
    void aTaskForWhichThereIsNoSlotIsPutInOnlyWithBothLocks() {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = open(scheduler, ChannelOptions.defaults());
            needsBothLocks(channel, () -> channel.offer(Job.named("first")), () -> channel.backlog.intake.appended > 0);
            threads.join();
        }
    }

    @Test
    void aProducerBeginsToWaitForRoomOnlyWithBothLocks() {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = open(scheduler, ChannelOptions.capacity(1));
            channel.pause();
            channel.offer(Job.named("fills it"));
            needsBothLocks(channel, () -> channel.put(Job.named("waits")), () -> channel.putters != null);
            channel.resume();
            threads.join();
        }
    }

    @Test
    void theOldestTaskIsDroppedForTheNextOnlyWithBothLocks() {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel =
                    open(scheduler, ChannelOptions.capacity(1).overload(Overload.dropOldest()));
            channel.pause();
            channel.offer(Job.named("oldest"));
            needsBothLocks(channel, () -> channel.submit(Job.named("next")), () -> channel.backlog.left() > 0);
            threads.join();
            channel.resume();
        }
    }

    /** Room that came free while a producer was on its way to those that wait is nobody else's concern. */
    @Test
    void whoIsAboutToWaitForRoomLooksOnceMore() throws Exception {
        Job put = Job.named("put");
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            DefaultChannel<Job, String> channel = open(scheduler, ChannelOptions.capacity(1));
            channel.pause();
            TaskHandle<String> waits = channel.submit(Job.named("fills it"));
            TaskHandle<String> producer;
            synchronized (channel.scheduler.waits) { // where a worker says that it is about to wait
                producer = scheduler.submit("other", Job.of(() -> {
                    worker.set(Thread.currentThread());
                    channel.put(put);
                }));
                Threads.awaitThat(() -> worker.get() != null);
                assertThat(Threads.isHeldUpAtMonitor(worker.get(), () -> false)).isTrue();
                assertThat(waits.cancel()).isTrue();
            }
            producer.join(Threads.LIMIT);
            channel.resume();
        }
        assertThat(put.processed).hasValue(1);
    }

    /** Who waits for room is known under the channel's lock only; who wakes takes himself out, and lets in the next. */
    @Test
    void aProducerStopsWaitingForRoomOnlyWithTheLockOfItsChannel() {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel =
                    (DefaultChannel<Job, String>) scheduler.openChannel("a", ChannelOptions.capacity(1));
            channel.pause();
            assertThat(channel.offer(Job.named("first"))).isTrue();
            Thread putter = threads.start(() -> assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> channel.put(Job.named("second"))));
            Threads.awaitThat(() -> LockSupport.getBlocker(putter) == channel);
            channel.lock.lock();
            try {
                putter.interrupt();
                Threads.awaitAt(channel.lock, putter, () -> false);
                assertThat(putter.isAlive()).as("with the lock held by another").isTrue();
            } finally {
                channel.lock.unlock();
            }
            threads.join();
            channel.resume();
        }
    }

    /** Room that comes free in one channel goes to who waits at another. */
    @Test
    void aProducerIsLetInByAnotherChannelOnlyWithTheLockOfItsOwn() {
        try (FairScheduler<Job, String> scheduler = Job.strict().capacity(2).build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            Channel<Job, String> other = scheduler.openChannel("b");
            channel.pause();
            other.pause();
            assertThat(channel.offer(Job.named("first"))).isTrue();
            TaskHandle<String> room = other.submit(Job.named("takes room"));
            Thread putter = threads.start(() -> channel.put(Job.named("second")));
            Threads.awaitThat(() -> LockSupport.getBlocker(putter) == channel);
            channel.lock.lock();
            try {
                Thread canceller = threads.start(room::cancel);
                Threads.awaitAt(channel.lock, canceller, () -> channel.backlog.intake.appended > 1);
                assertThat(channel.backlog.intake.appended)
                        .as("accepted with the lock held by another")
                        .isEqualTo(1);
            } finally {
                channel.lock.unlock();
            }
            threads.join();
            channel.resume();
            other.resume();
        }
    }

    @Test
    void aWorkerLetsAProducerInOnlyWithTheLockOfTheIntake() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = open(scheduler, ChannelOptions.capacity(2));
            Intake intake = channel.backlog.intake;
            channel.offer(Job.of(() -> {
                worker.set(Thread.currentThread());
                gate.pass();
            }));
            gate.awaitArrivals(1);
            channel.offer(Job.named("second"));
            channel.offer(Job.named("third"));
            Thread putter = threads.start(() -> channel.put(Job.named("fourth")));
            Threads.awaitThat(() -> LockSupport.getBlocker(putter) == channel);
            intake.lock();
            gate.open();
            boolean heldUp = Threads.isHeldUp(intake, worker.get(), () -> intake.appended > 3);
            intake.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
            threads.join();
        }
    }

    /** Holds up threads of the test when they read the clock. */
    private long gatedTime() {
        if (Thread.currentThread().getName().startsWith("test-")) {
            gate.passUninterruptibly();
        }
        return System.nanoTime();
    }

    @Test
    void aCallerStartsItsTaskOnlyWithTheLockOfItsChannelAndCountsItOnlyWithThatOfTheIntake() throws Exception {
        Gate other = new Gate();
        Job run = Job.named("run by its caller");
        LongSupplier ticker = this::gatedTime;
        try (FairScheduler<Job, String> scheduler = Job.strict().ticker(ticker).build()) {
            scheduler.openChannel("other").offer(Job.at(other));
            other.awaitArrivals(1);
            DefaultChannel<Job, String> channel =
                    open(scheduler, ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            Intake intake = channel.backlog.intake;
            channel.offer(Job.named("fills it"));
            channel.lock.lock();
            Thread caller = threads.start(() -> channel.submit(run));
            boolean heldUpAtChannel = Threads.isHeldUp(channel.lock, caller, () -> gate.arrivals() > 0);
            channel.lock.unlock();
            gate.awaitArrivals(1); // with the channel's lock
            intake.lock();
            gate.open();
            boolean heldUpAtIntake = Threads.isHeldUp(intake, caller, () -> intake.callerRuns > 0);
            intake.unlock();
            assertThat(heldUpAtChannel)
                    .as("with the channel's lock held by another")
                    .isTrue();
            assertThat(heldUpAtIntake)
                    .as("with the intake's lock held by another")
                    .isTrue();
            threads.join();
            assertThat(run.committed).hasValue(1);
            other.open();
        }
    }

    /** What was decided about the task is read, and who is about to interrupt it waited for, before its run is taken out. */
    @Test
    void aCallersTaskEndsOnlyWithTheLockOfItsChannel() throws Exception {
        Gate other = new Gate();
        TaskListener<Job> listener = new TaskListener<>() {
            @Override
            public void committed(TaskEvent<Job> event) {
                if (Thread.currentThread().getName().startsWith("test-")) {
                    gate.passUninterruptibly();
                }
            }
        };
        try (FairScheduler<Job, String> scheduler =
                Job.strict().listener(listener).build()) {
            scheduler.openChannel("other").offer(Job.at(other));
            other.awaitArrivals(1);
            DefaultChannel<Job, String> channel =
                    open(scheduler, ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            channel.offer(Job.named("fills it"));
            Thread caller = threads.start(() -> channel.submit(Job.named("run by its caller")));
            gate.awaitArrivals(1);
            channel.lock.lock();
            Run<Job, String> run = channel.firstRun();
            gate.open();
            boolean heldUp = Threads.isHeldUp(channel.lock, caller, () -> run.isIn(Run.Phase.IDLE));
            channel.lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
            threads.join();
            other.open();
        }
    }
}
