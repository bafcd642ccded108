package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.internal.Failures;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The threads that do what must not be done in a stranger's: what they are given is done, whatever holds up the others. */
class HelpersTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Helpers helpers = new Helpers("helpers-test", new Failures("dev.fairway.dispatcher"));

    @AfterEach
    void close() {
        helpers.close();
        Threads.awaitThat(() -> Threads.named("helpers-test").isEmpty());
    }

    /** Most of the time all are there before a thread has come to look for the first. */
    @RepeatedTest(20)
    void nothingWaitsForWhatBlocks() throws Exception {
        Gate gate = new Gate();
        CountDownLatch done = new CountDownLatch(2);
        helpers.execute(gate::passUninterruptibly);
        helpers.execute(gate::passUninterruptibly);
        helpers.execute(done::countDown);
        helpers.execute(done::countDown);
        try {
            Threads.await(done);
        } finally {
            gate.open();
        }
    }

    /** Once closed, each thread leaves when it has nothing to do; the next task comes in that very moment. */
    @Test
    void whatComesWhileAThreadLeavesIsDone() throws Exception {
        helpers.close();
        Semaphore done = new Semaphore(0);
        for (int i = 0; i < 2_000; i++) {
            helpers.execute(done::release);
            for (int spins = 0; spins < 10_000 && done.availablePermits() == 0; spins++) {
                Thread.onSpinWait();
            }
            for (int spins = i % 20; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            assertThat(done.tryAcquire(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("task %s was done", i)
                    .isTrue();
        }
    }

    /** Something that is done with helpers. */
    private interface Step extends Consumer<Helpers> {}

    static List<Named<Step>> steps() {
        return List.of(
                Named.of("execute", helpers -> helpers.execute(() -> {})),
                Named.of("close", Helpers::close),
                Named.of("await the end", helpers -> helpers.awaitEnd(1)));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void theQueueAndTheThreadsChangeOnlyWithTheLock(Step step) throws Exception {
        Held.assertWaits(threads, helpers.lock, () -> step.accept(helpers));
    }

    /** Also the one that has just come, and the one that has done its task. */
    @Test
    void aThreadLooksForATaskOnlyWithTheLock() throws Exception {
        Gate gate = new Gate();
        CountDownLatch second = new CountDownLatch(1);
        helpers.execute(gate::passUninterruptibly);
        gate.awaitArrivals(1);
        Thread thread = Threads.named("helpers-test").get(0);
        helpers.execute(second::countDown);
        Threads.await(second);
        helpers.lock.lock();
        try {
            gate.open();
            Threads.awaitThat(() -> Held.isAt(helpers.lock, thread) || LockSupport.getBlocker(thread) == helpers);
            assertThat(LockSupport.getBlocker(thread))
                    .as("idle, with the lock held by another")
                    .isNotSameAs(helpers);
        } finally {
            helpers.lock.unlock();
        }
    }
}
