package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.DrainReport;
import dev.fairway.TaskHandle;
import dev.fairway.testing.FakeClock;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may only be done with the monitor of the registry, of a view, of the sweeper or of what waits; see {@link GuardsTest}. */
class SchedulerGuardsTest {
    private static final int TIMES = 2_000_000;

    @RegisterExtension
    final Threads threads = new Threads();

    private final Gate gate = new Gate();

    private void needsMonitor(Object monitor, Threads.Code step) {
        needsMonitor(monitor, step, () -> false);
    }

    private void needsMonitor(Object monitor, Threads.Code step, BooleanSupplier tooEarly) {
        boolean heldUp;
        synchronized (monitor) {
            heldUp = Threads.isHeldUpAtMonitor(threads.start(step), tooEarly);
        }
        assertThat(heldUp).as("with the monitor held by another").isTrue();
        threads.join();
    }

    static List<Named<Consumer<DefaultFairScheduler<Job, String>>>> steps() {
        return List.of(
                Named.of("open", scheduler -> scheduler.openChannel("b")),
                Named.of("open when it is not there", scheduler -> scheduler.channel("b")),
                Named.of("end", scheduler -> scheduler.channel("a").close()),
                Named.of("statistics", scheduler -> scheduler.stats()),
                Named.of("close", scheduler -> scheduler.close()));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void theRegistrysMonitorComesBeforeWhatConcernsAllChannels(Consumer<DefaultFairScheduler<Job, String>> step) {
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            DefaultFairScheduler<Job, String> target = (DefaultFairScheduler<Job, String>) scheduler;
            scheduler.openChannel("a");
            needsMonitor(target.registry, () -> step.accept(target), scheduler::isClosed);
        }
    }

    @Test
    void ofTwoThatOpenAChannelWhenItIsNotThereOneDoes() {
        AtomicReference<Channel<Job, String>> found = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.strict().build()) {
            Channel<Job, String> opened;
            Object registry = ((DefaultFairScheduler<Job, String>) scheduler).registry;
            synchronized (registry) {
                Thread other = threads.start(() -> found.set(scheduler.channel("a")));
                assertThat(Threads.isHeldUpAtMonitor(other, () -> false)).isTrue();
                opened = scheduler.channel("a");
            }
            threads.join();
            assertThat(found).hasValue(opened);
        }
    }

    /** What a closing scheduler drops with a paused channel is in the report of the close. */
    @Test
    void whatIsAbandonedIsCountedAndReportedOnlyWithTheRegistrysMonitor() throws Exception {
        AtomicReference<DrainReport> report = new AtomicReference<>();
        FairScheduler<Job, String> scheduler = Job.strict().build();
        DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
        Object registry = channel.scheduler.registry;
        channel.offer(Job.at(gate));
        gate.awaitArrivals(1);
        channel.offer(Job.named("abandoned"));
        Thread closer = threads.start(() -> report.set(scheduler.close(Threads.LIMIT)));
        Threads.awaitThat(channel::isClosed);
        boolean heldUpToCount;
        synchronized (registry) {
            Thread pauser = threads.start(channel::pause);
            heldUpToCount = Threads.isHeldUpAtMonitor(pauser, () -> false);
        }
        Threads.awaitThat(() -> channel.size() == 0);
        Gate end = new Gate();
        channel.terminated().thenRun(end::passUninterruptibly);
        gate.open();
        end.awaitArrivals(1); // the channel is out of the registry
        boolean heldUpToReport;
        synchronized (registry) {
            end.open();
            heldUpToReport = Threads.isHeldUpAtMonitor(closer, () -> false);
        }
        threads.join();
        assertThat(heldUpToCount).as("when it is counted").isTrue();
        assertThat(heldUpToReport).as("when it is reported").isTrue();
        assertThat(report.get().neverRan()).isEqualTo(1);
    }

    @Test
    void closedTwiceFromInsideItStartsOneThreadThatCloses() throws Exception {
        FairScheduler<Job, String> scheduler =
                Job.scheduler().name("twice").workers(1).build();
        AtomicReference<List<Thread>> closers = new AtomicReference<>();
        scheduler
                .submit("a", Job.of(() -> {
                    scheduler.close();
                    scheduler.close();
                    closers.set(Threads.named("twice-close"));
                }))
                .join();
        assertThat(closers.get()).hasSize(1);
        scheduler.terminated().toCompletableFuture().get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    static List<Named<Consumer<ExecutorService>>> stepsAtTheView() {
        return List.of(
                Named.of("execute", view -> view.execute(() -> {})),
                Named.of("shutdown", ExecutorService::shutdown),
                Named.of("await termination", view -> {
                    try {
                        view.awaitTermination(0, TimeUnit.NANOSECONDS);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
    }

    /** A view that is shut down does not open its channel again. */
    @ParameterizedTest
    @MethodSource("stepsAtTheView")
    void aViewsMonitorComesBeforeWhatConcernsItsChannel(Consumer<ExecutorService> step) {
        try (FairExecutor executor = FairExecutor.builder().workers(1).build()) {
            ExecutorService view = executor.channel("a");
            needsMonitor(view, () -> step.accept(view));
        }
    }

    /** Who waits for whom is one picture, or two that wait for one another would not see it. */
    @Test
    void aWaitBeginsAndEndsOnlyWithTheMonitorOfWhatWaits() throws Exception {
        AtomicReference<Thread> worker = new AtomicReference<>();
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(2).build()) {
            Object waits = ((DefaultFairScheduler<Job, String>) scheduler).waits;
            TaskHandle<String> inner = scheduler.submit("inner", Job.at(gate));
            gate.awaitArrivals(1);
            Gate about = new Gate();
            TaskHandle<String> outer = scheduler.submit("outer", Job.of(() -> {
                worker.set(Thread.currentThread());
                about.pass();
                inner.join();
            }));
            about.awaitArrivals(1);
            boolean heldUpBefore;
            synchronized (waits) {
                about.open();
                heldUpBefore = Threads.isHeldUpAtMonitor(worker.get(), () -> false);
            }
            Threads.awaitBlocked(worker.get());
            boolean heldUpAfter;
            synchronized (waits) {
                gate.open();
                heldUpAfter = Threads.isHeldUpAtMonitor(
                        worker.get(), () -> outer.state().isFinal());
            }
            assertThat(heldUpBefore).as("at its beginning").isTrue();
            assertThat(heldUpAfter).as("at its end").isTrue();
        }
    }

    @Test
    void theSweepersMonitorComesBeforeItsPeriod() throws Exception {
        AtomicReference<Thread> timer = new AtomicReference<>();
        IdleSweeper sweeper = new IdleSweeper(() -> {
            timer.set(Thread.currentThread());
            gate.passUninterruptibly();
        });
        needsMonitor(sweeper, () -> sweeper.sweepFor(Duration.ofMillis(1)));
        gate.awaitArrivals(1);
        boolean heldUp;
        synchronized (sweeper) {
            gate.open();
            heldUp = Threads.isHeldUpAtMonitor(timer.get(), () -> gate.arrivals() > 0);
        }
        assertThat(heldUp).as("with the monitor held by another").isTrue();
        needsMonitor(sweeper, () -> sweeper.sweepFor(Duration.ofHours(1))); // that needs no other sweep
        needsMonitor(sweeper, sweeper::stop);
    }

    /** One that is lost would have producers trust a clock that nobody reads any more. */
    @Test
    void quickWorkersAreCountedExactly() {
        SharedClock clock = new SharedClock();
        FakeClock time = new FakeClock();
        threads.startTogether(2, t -> {
            for (int i = 0; i < TIMES; i++) {
                clock.workerIsQuick();
                clock.read(time.getAsLong());
                clock.workerIsNotQuick();
            }
        });
        threads.join();
        assertThat(clock.isFresh()).isFalse();
        clock.workerIsQuick();
        assertThat(clock.isFresh()).isTrue();
    }
}
