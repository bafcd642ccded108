package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.internal.BriefLock;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What may only be done with a certain lock. The test holds it, and sees that the other thread waits for it before it has done
 * anything: no race has to be won for that.
 */
class GuardsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    /** So that none is the last when it starts, which would end the turn. */
    private static void offerAtOnce(Channel<Job, String> channel, Job... jobs) {
        channel.pause();
        for (Job job : jobs) {
            assertThat(channel.offer(job)).isTrue();
        }
        channel.resume();
    }

    static List<Named<Function<DefaultChannel<Job, String>, BriefLock>>> locks() {
        return List.of(
                Named.of("the channel's", channel -> channel.lock),
                Named.of("the intake's", channel -> channel.backlog.intake));
    }

    /** Else a task could be accepted between the last look and the end, or still run. */
    @ParameterizedTest
    @MethodSource("locks")
    void anIdleChannelIsClosedOnlyWithBothItsLocks(Function<DefaultChannel<Job, String>, BriefLock> lockOf) {
        FakeClock clock = new FakeClock();
        try (FairScheduler<Job, String> scheduler =
                Job.scheduler().ticker(clock).build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>)
                    scheduler.openChannel("a", ChannelOptions.defaults().idleTimeout(Duration.ofHours(1)));
            clock.advance(Duration.ofHours(2));
            BriefLock lock = lockOf.apply(channel);
            lock.lock();
            Thread sweeper = threads.start(() -> channel.closeIfIdle(clock.getAsLong()));
            boolean heldUp = Threads.isHeldUp(lock, sweeper, channel::isClosed);
            lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
            threads.join();
            assertThat(channel.isClosed()).isTrue();
        }
    }

    static List<Named<BiConsumer<Room<DefaultChannel<?, ?>>, DefaultChannel<?, ?>>>> stepsAtTheRoom() {
        return List.of(
                Named.of("reserve", (room, channel) -> room.reserve(false)),
                Named.of("release", (room, channel) -> room.release(1)),
                Named.of("join", (room, channel) -> room.join(channel)),
                Named.of("rejoin", (room, channel) -> room.rejoin(channel)),
                Named.of("enqueue", (room, channel) -> room.enqueue(channel)),
                Named.of("next", (room, channel) -> room.next()));
    }

    /** Whoever gives room back and whoever takes it may do so at once. */
    @ParameterizedTest
    @MethodSource("stepsAtTheRoom")
    void theRoomsLockComesBeforeWhatConcernsRoom(BiConsumer<Room<DefaultChannel<?, ?>>, DefaultChannel<?, ?>> step) {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Room<DefaultChannel<?, ?>> room = new Room<>(2);
            DefaultChannel<?, ?> channel = (DefaultChannel<?, ?>) scheduler.openChannel("a");
            assertThat(room.reserve(false)).isTrue();
            room.lock.lock();
            Thread thread = threads.start(() -> step.accept(room, channel));
            boolean heldUp = Threads.isHeldUp(room.lock, thread, () -> channel.inRoomQueue);
            room.lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
            threads.join();
        }
    }

    /** Two workers are in turns with more to start when the limit goes down: the first to be done starts nothing. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void aTurnDoesNotGoOnBeyondALowerMaxParallel(int weight) throws Exception {
        Gate first = new Gate();
        Job third = Job.named("third");
        try (FairScheduler<Job, String> scheduler = Job.strict().workers(2).build()) {
            Channel<Job, String> channel = scheduler.openChannel(
                    "a", ChannelOptions.defaults().weight(weight).maxParallel(2));
            offerAtOnce(channel, Job.at(first), Job.at(gate), third, Job.named("fourth"), Job.named("fifth"));
            first.awaitArrivals(1);
            gate.awaitArrivals(1);
            channel.maxParallel(1);
            first.open();
            Threads.awaitThat(
                    () -> channel.stats().running() == 1 || channel.stats().started() > 2);
            assertThat(channel.stats().started()).as("one runs, and one may").isEqualTo(2);
            assertThat(third.processed).hasValue(0);
            gate.open();
        }
        assertThat(third.processed).hasValue(1);
    }

    /** What is left of a turn is not started either: its channel may be the last that is emptied. */
    @Test
    void aHaltEndsTurns() throws Exception {
        List<Job> rest = List.of(Job.named("second"), Job.named("third"), Job.named("fourth"));
        FairScheduler<Job, String> scheduler = Job.strict().build();
        DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>)
                scheduler.openChannel("a", ChannelOptions.defaults().weight(10));
        offerAtOnce(channel, Job.at(gate), rest.get(0), rest.get(1), rest.get(2));
        gate.awaitArrivals(1);
        channel.scheduler.crew.halt();
        gate.open();
        Threads.awaitThat(() -> channel.stats().running() == 0);
        assertThat(channel.stats().started()).isEqualTo(1);
        assertThat(scheduler.shutdownNow()).isEqualTo(rest);
        scheduler.close();
    }

    /** A channel with one task that runs and one that waits. */
    private record Rig(
            DefaultFairScheduler<Job, String> scheduler,
            DefaultChannel<Job, String> channel,
            TaskHandle<String> waiting) {
        /** What the steps change. */
        List<Object> state() {
            return List.of(
                    channel.backlog.left(),
                    channel.backlog.intake.appended,
                    channel.backlog.intake.closed,
                    channel.backlog.intake.retired,
                    channel.isPaused(),
                    channel.weight(),
                    channel.maxParallel(),
                    waiting.state());
        }
    }

    static List<Named<Consumer<Rig>>> stepsAtTheIntake() {
        return List.of(
                Named.of("offer", rig -> rig.channel.offer(Job.named("another"))),
                Named.of("cancel one", rig -> rig.waiting.cancel()),
                Named.of("cancel all", rig -> rig.channel.cancelAll()),
                Named.of("close", rig -> rig.channel.close()),
                Named.of("size", rig -> rig.channel.size()),
                Named.of("statistics", rig -> rig.channel.stats()),
                Named.of("value", rig -> rig.channel.value(TopBy.WAITING, 0)),
                Named.of("last statistics", rig -> rig.channel.retire()));
    }

    static List<Named<Consumer<Rig>>> stepsAtTheChannel() {
        return List.of(
                Named.of("cancel one", rig -> rig.waiting.cancel()),
                Named.of("cancel all", rig -> rig.channel.cancelAll()),
                Named.of("close", rig -> rig.channel.close()),
                Named.of("pause", rig -> rig.channel.pause()),
                Named.of("weight", rig -> rig.channel.weight(7)),
                Named.of("max parallel", rig -> rig.channel.maxParallel(7)),
                Named.of("size", rig -> rig.channel.size()),
                Named.of("statistics", rig -> rig.channel.stats()),
                Named.of("value", rig -> rig.channel.value(TopBy.WAITING, 0)),
                Named.of("terminated", rig -> rig.channel.terminated()),
                Named.of("has left", rig -> rig.channel.completeTerminated()),
                Named.of("end of a callback", rig -> rig.channel.restoreInterrupt(new Run<>("another", false))));
    }

    @ParameterizedTest
    @MethodSource("stepsAtTheIntake")
    void theIntakesLockComesBeforeWhatConcernsWhatWaits(Consumer<Rig> step) throws Exception {
        doesNothingWithout(rig -> rig.channel.backlog.intake, step);
    }

    @ParameterizedTest
    @MethodSource("stepsAtTheChannel")
    void theChannelsLockComesBeforeWhatConcernsTheChannel(Consumer<Rig> step) throws Exception {
        doesNothingWithout(rig -> rig.channel.lock, step);
    }

    /** A worker that is between two tasks of a turn holds it: after the call it has started, or has seen the limit. */
    @Test
    void workersReturnsOnlyAfterTheLocksOfChannelsInTurns() throws Exception {
        doesNothingWithout(rig -> rig.channel.lock, rig -> rig.scheduler.workers(2));
    }

    private void doesNothingWithout(Function<Rig, BriefLock> lockOf, Consumer<Rig> step) throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            channel.offer(Job.at(gate));
            gate.awaitArrivals(1);
            Rig rig = new Rig(channel.scheduler, channel, channel.submit(Job.named("waits")));
            BriefLock lock = lockOf.apply(rig);
            lock.lock();
            try {
                List<Object> before = rig.state();
                Thread thread = threads.start(() -> step.accept(rig));
                Threads.awaitAt(lock, thread, () -> !rig.state().equals(before));
                assertThat(rig.state()).as("with the lock held by another").isEqualTo(before);
                assertThat(thread.isAlive()).as("waits for the lock").isTrue();
            } finally {
                lock.unlock();
            }
            threads.join();
            gate.open();
        }
    }

    /** Also when nothing was to be decided: a task without a handle or a commit is counted then. */
    @Test
    void aTurnGoesOnOnlyWithTheLockOfItsChannel() throws Exception {
        AtomicReference<Thread> worker = new AtomicReference<>();
        FairScheduler.Builder<String, String> builder = FairScheduler.<String, String>processing(task -> {
            worker.set(Thread.currentThread());
            gate.pass();
            return task;
        });
        try (FairScheduler<String, String> scheduler =
                builder.workers(1).turn(Duration.ZERO).build()) {
            DefaultChannel<String, String> channel = (DefaultChannel<String, String>) scheduler.openChannel("a");
            channel.offer("task");
            gate.awaitArrivals(1);
            channel.lock.lock();
            Run<String, String> run = requireNonNull(channel.firstRun());
            gate.open();
            boolean heldUp = Threads.isHeldUp(channel.lock, worker.get(), () -> run.isIn(Run.Phase.IDLE));
            channel.lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
        }
    }

    /** A channel that is closed has ended when its last dependent has run: how many still run is a count. */
    @Test
    void aDependentHasRunOnlyWithTheLockOfItsChannel() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            channel.pause();
            TaskHandle<String> handle = channel.submit(Job.named("waits"));
            handle.completion().whenComplete((result, failure) -> gate.passUninterruptibly());
            Thread canceller = threads.start(handle::cancel);
            gate.awaitArrivals(1);
            channel.lock.lock();
            gate.open();
            boolean heldUp = Threads.isHeldUp(channel.lock, canceller, () -> false);
            channel.lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
        }
    }

    /** The outcome of a task is decided with its channel's lock, as a cancel is. */
    @Test
    void aTaskIsDoneOnlyWithTheLockOfItsChannel() throws Exception {
        AtomicReference<Thread> worker = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            TaskHandle<String> handle = channel.submit(Job.named("commits").committing(() -> {
                worker.set(Thread.currentThread());
                gate.pass();
            }));
            gate.awaitArrivals(1);
            channel.lock.lock();
            try {
                gate.open();
                Threads.awaitAt(channel.lock, worker.get(), () -> handle.state() != TaskState.COMMITTING);
                assertThat(handle.state()).as("with the lock held by another").isEqualTo(TaskState.COMMITTING);
            } finally {
                channel.lock.unlock();
            }
            assertThat(handle.join()).isEqualTo("commits");
        }
    }
}
