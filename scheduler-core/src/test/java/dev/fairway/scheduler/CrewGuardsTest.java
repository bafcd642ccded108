package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.internal.BriefLock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may only be done with the crew's lock, or with that and a channel's; see {@link GuardsTest}. */
class CrewGuardsTest {
    private static final int ROUNDS = 4_000;

    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();
    private final AtomicReference<Thread> worker = new AtomicReference<>();

    /** A job that waits at the gate, and tells which thread runs it. */
    private Job gated() {
        return Job.of(() -> {
            worker.set(Thread.currentThread());
            gate.pass();
        });
    }

    private static DefaultChannel<Job, String> channel(FairScheduler<Job, String> scheduler, String name) {
        return (DefaultChannel<Job, String>) scheduler.openChannel(name);
    }

    private interface Start {
        Thread begin() throws Exception;
    }

    /** Takes both locks, and gives back one after the other. */
    private static void needsBothLocks(DefaultChannel<Job, String> channel, Start start, BooleanSupplier tooEarly)
            throws Exception {
        BriefLock crew = channel.scheduler.crew.lock;
        crew.lock();
        Thread thread = start.begin();
        boolean heldUpByOne = Threads.isHeldUp(crew, thread, tooEarly);
        channel.lock.lock();
        crew.unlock();
        boolean heldUpByOther = Threads.isHeldUp(channel.lock, thread, tooEarly);
        channel.lock.unlock();
        assertThat(heldUpByOne).as("with the crew's lock held by another").isTrue();
        assertThat(heldUpByOther).as("with the channel's lock held by another").isTrue();
    }

    @Test
    void aChannelWaitsForATurnOnlyWithBothLocks() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = channel(scheduler, "a");
            needsBothLocks(channel, () -> threads.start(() -> channel.offer(Job.named("first"))), () -> channel.linked);
            threads.join();
        }
    }

    @Test
    void aTurnEndsOnlyWithBothLocks() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = channel(scheduler, "a");
            channel.offer(gated());
            gate.awaitArrivals(1);
            needsBothLocks(channel, this::openForWorker, () -> channel.firstRun() == null);
        }
    }

    private Thread openForWorker() {
        gate.open();
        return worker.get();
    }

    @Test
    void aCallerThatHasRunItsTaskLeavesOnlyWithBothLocks() throws Exception {
        Gate other = new Gate();
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            scheduler.openChannel("other").offer(Job.at(other));
            other.awaitArrivals(1);
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>)
                    scheduler.openChannel("a", ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            channel.offer(Job.named("fills it"));
            Thread caller = threads.start(() -> channel.submit(Job.at(gate)));
            gate.awaitArrivals(1);
            Start start = () -> {
                gate.open();
                return caller;
            };
            needsBothLocks(channel, start, () -> channel.firstRun() == null);
            other.open();
        }
    }

    /** Whether the channel waits for a turn is changed with the crew's lock only, and its last task's start changes it. */
    @Test
    void aTurnGoesOnWithTheLastTaskOfItsChannelOnlyWithBothLocks() throws Exception {
        Job last = Job.named("last");
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>)
                    scheduler.openChannel("a", ChannelOptions.defaults().weight(2));
            channel.pause(); // so that none is the last when it starts, which would end the turn
            channel.offer(gated());
            channel.offer(last);
            channel.resume();
            gate.awaitArrivals(1);
            needsBothLocks(channel, this::openForWorker, () -> channel.started > 1);
            Threads.awaitThat(() -> last.processed.get() == 1);
        }
    }

    @Test
    void aTurnBeginsOnlyWithTheChannelsLock() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = channel(scheduler, "a");
            scheduler.openChannel("other").offer(gated());
            gate.awaitArrivals(1);
            channel.offer(Job.named("waits"));
            channel.lock.lock();
            gate.open();
            boolean heldUp = Threads.isHeldUp(channel.lock, worker.get(), () -> channel.started > 0);
            channel.lock.unlock();
            assertThat(heldUp).as("with the channel's lock held by another").isTrue();
        }
    }

    /** A channel with one task that runs and one that waits, and an idle one. */
    private record Rig(DefaultChannel<Job, String> busy, DefaultChannel<Job, String> idle) {
        Crew<Job, String> crew() {
            return busy.scheduler.crew;
        }

        /** What the steps change. */
        List<Object> state() {
            return List.of(
                    busy.backlog.left(),
                    busy.isPaused(),
                    busy.weight(),
                    busy.maxParallel(),
                    idle.linked,
                    crew().limit(),
                    crew().isOverLimit());
        }
    }

    static List<Named<Consumer<Rig>>> steps() {
        return List.of(
                Named.of("cancel all", rig -> rig.busy.cancelAll()),
                Named.of("pause", rig -> rig.busy.pause()),
                Named.of("weight", rig -> rig.busy.weight(7)),
                Named.of("max parallel", rig -> rig.busy.maxParallel(7)),
                Named.of("workers", rig -> rig.crew().limit(7)),
                Named.of("halt", rig -> rig.crew().halt()),
                Named.of("stop", rig -> rig.crew().stop()),
                Named.of("has no workers", rig -> rig.crew().hasNoWorkers()),
                Named.of("threads", rig -> rig.crew().threads()),
                Named.of("active", rig -> rig.crew().active()),
                Named.of("last turn", rig -> rig.crew().sinceLastTurn(0)),
                Named.of("sample", rig -> rig.crew().sample(1)));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void theCrewsLockComesBeforeWhatConcernsTurnsAndWorkers(Consumer<Rig> step) throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Rig rig = new Rig(channel(scheduler, "busy"), channel(scheduler, "idle"));
            rig.busy.offer(Job.at(gate));
            gate.awaitArrivals(1);
            rig.busy.offer(Job.named("waits"));
            List<Object> before = rig.state();
            BriefLock lock = rig.crew().lock;
            lock.lock();
            Thread thread = threads.start(() -> step.accept(rig));
            boolean heldUp = Threads.isHeldUp(lock, thread, () -> !rig.state().equals(before));
            lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
            threads.join();
            scheduler.shutdownNow(); // a crew that was stopped runs nothing any more
            gate.open();
        }
    }

    /** A worker between two tasks of a turn holds its channel's lock: it has started the second before, or starts it never. */
    @Test
    void aHaltReturnsOnlyAfterTheLocksOfChannelsInTurns() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultChannel<Job, String> channel = channel(scheduler, "a");
            channel.offer(Job.at(gate));
            gate.awaitArrivals(1);
            channel.lock.lock();
            Thread thread = threads.start(channel.scheduler.crew::halt);
            boolean heldUp = Threads.isHeldUp(channel.lock, thread, () -> false);
            channel.lock.unlock();
            assertThat(heldUp).as("with the channel's lock held by another").isTrue();
            threads.join();
            gate.open();
        }
    }

    /** Holds up a worker when it reads the clock for the so-manieth time, which it does before it takes the lock again. */
    private final class Ticker implements LongSupplier {
        private final int reading;
        private final AtomicInteger readings = new AtomicInteger();

        Ticker(int reading) {
            this.reading = reading;
        }

        @Override
        public long getAsLong() {
            Thread thread = Thread.currentThread();
            if (thread.getName().contains("-worker-") && readings.incrementAndGet() == reading) {
                worker.set(thread);
                gate.passUninterruptibly();
            }
            return System.nanoTime();
        }
    }

    /** One that has just been started, one that has spun in vain and one that has been woken: each counts until it has the lock. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4})
    void aWorkerStopsSearchingOnlyWithTheLock(int reading) throws Exception {
        try (FairScheduler<Job, String> scheduler =
                Job.strict().ticker(new Ticker(reading)).build()) {
            DefaultChannel<Job, String> channel = channel(scheduler, "a");
            Crew<Job, String> crew = channel.scheduler.crew;
            channel.offer(Job.named("first"));
            if (reading == 4) {
                Threads.awaitThat(() -> crew.idle != null);
                channel.offer(Job.named("second"));
            }
            gate.awaitArrivals(1);
            crew.lock.lock();
            int searching = crew.searching;
            gate.open();
            boolean heldUp = Threads.isHeldUp(crew.lock, worker.get(), () -> crew.searching != searching);
            crew.lock.unlock();
            assertThat(searching).isEqualTo(1);
            assertThat(heldUp).as("with the lock held by another").isTrue();
        }
    }

    /** Somebody has kept a worker's thread, and wakes it while no task runs: it is still one of the idle ones, and once. */
    @Test
    void aWorkerThatAStrangerWakesSleepsOn() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.strict().workers(2).build()) {
            DefaultChannel<Job, String> channel = channel(scheduler, "a");
            Crew<Job, String> crew = channel.scheduler.crew;
            AtomicReference<Thread> first = new AtomicReference<>();
            channel.submit(Job.of(() -> first.set(Thread.currentThread()))).join();
            Threads.awaitThat(() -> crew.idle != null && LockSupport.getBlocker(first.get()) == crew);
            first.get().interrupt();
            Threads.awaitThat(() -> !first.get().isInterrupted() && LockSupport.getBlocker(first.get()) == crew);
            channel.offer(gated());
            gate.awaitArrivals(1);
            AtomicReference<Thread> second = new AtomicReference<>();
            scheduler
                    .submit("b", Job.of(() -> second.set(Thread.currentThread())))
                    .join(Threads.LIMIT);
            assertThat(worker.get()).isSameAs(first.get());
            assertThat(second.get().getName())
                    .as("another worker")
                    .isNotEqualTo(first.get().getName());
            assertThat(crew.threads()).containsExactlyInAnyOrder(first.get(), second.get());
            gate.open();
        }
    }

    /**
     * A worker in between would be forgotten, or woken before it sleeps and started a second time; and nobody would be on the way to a
     * channel that waits. Nothing holds such a worker up, so this looks often.
     */
    @Test
    void whoeverHasTheLockFindsEachWorkerAtATurnOrOnItsWayOrParked() {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Channel<Job, String> channel = scheduler.openChannel("a");
            Crew<Job, String> crew = ((DefaultFairScheduler<Job, String>) scheduler).crew;
            channel.submit(Job.named("starts the worker")).join();
            AtomicBoolean over = new AtomicBoolean();
            Thread producer = threads.start(() -> {
                for (int i = 0; i < ROUNDS && !over.get(); i++) {
                    while (crew.idle == null && !over.get()) {
                        Thread.yield();
                    }
                    channel.offer(Job.named("wakes it"));
                }
            });
            try {
                while (producer.isAlive()) {
                    crew.lock.lock();
                    Crew<Job, String>.Worker idle = crew.idle;
                    boolean isParked = idle == null || idle.parked;
                    int places = crew.active + crew.searching + (idle == null ? 0 : 1);
                    boolean isForgotten = idle != null && crew.waitingChannels() > 0;
                    crew.lock.unlock();
                    assertThat(places).as("places of the worker").isEqualTo(1);
                    assertThat(isParked).as("parked when idle").isTrue();
                    assertThat(isForgotten).as("idle while a channel waits").isFalse();
                }
            } finally {
                over.set(true);
            }
        }
    }
}
