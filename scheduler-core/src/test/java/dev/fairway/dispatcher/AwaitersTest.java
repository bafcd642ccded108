package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.testing.Threads;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who waits for a timestamp to be processed, and when that happens just then. */
class AwaitersTest {
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    @RegisterExtension
    final Threads threads = new Threads();

    private final Awaiters awaiters = new Awaiters();

    /** Whoever made it come true found nobody waiting. */
    @Test
    void whatComesTrueBeforeItIsKnownThatSomebodyWaitsIsSeen() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        Thread waiter = threads.start(() -> assertThat(awaiters.await(1, LONG, timestamp -> {
                    if (looks.incrementAndGet() > 1) {
                        return true;
                    }
                    assertThat(awaiters.isAnyFor(1)).isFalse();
                    return false;
                }))
                .isTrue());
        Threads.awaitThat(() -> !waiter.isAlive() || LockSupport.getBlocker(waiter) == awaiters);
        assertThat(waiter.isAlive()).as("waits although it has come true").isFalse();
    }

    @Test
    void whoWaitsIsKnownToWait() throws Exception {
        AtomicBoolean reached = new AtomicBoolean();
        Thread waiter = threads.start(() ->
                assertThat(awaiters.await(5, LONG, timestamp -> reached.get())).isTrue());
        Threads.awaitThat(() -> awaiters.isAnyFor(5));
        assertThat(awaiters.isAnyFor(4)).isFalse();
        Threads.awaitBlocked(waiter);
        reached.set(true);
        awaiters.signal(5);
        threads.join();
        assertThat(awaiters.isAnyFor(Long.MAX_VALUE - 1)).isFalse();
    }

    @Test
    void whoGivesUpIsForgotten() {
        Thread waiter = threads.start(() -> assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> awaiters.await(5, LONG, timestamp -> false)));
        Threads.awaitThat(() -> awaiters.isAnyFor(5));
        waiter.interrupt();
        threads.join();
        assertThat(awaiters.isAnyFor(5)).isFalse();
    }

    // ---- the lock

    /** Something that is done while somebody waits for 5. */
    private interface Step {
        void take(Awaiters awaiters) throws Exception;
    }

    static List<Named<Step>> steps() {
        return List.of(
                Named.of("wait", awaiters -> {
                    awaiters.await(4, 1, timestamp -> false);
                    awaiters.signal(5);
                }),
                Named.of("reach", awaiters -> awaiters.signal(5)),
                Named.of("end", awaiters -> awaiters.signalAll()));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void theListChangesOnlyWithTheLock(Step step) throws Exception {
        AtomicBoolean reached = new AtomicBoolean();
        threads.start(() -> awaiters.await(5, LONG, timestamp -> reached.get()));
        Threads.awaitThat(() -> awaiters.isAnyFor(5));
        Held.assertWaits(
                threads,
                awaiters.lock,
                () -> {
                    reached.set(true);
                    step.take(awaiters);
                },
                () -> List.of(awaiters.isAnyFor(5), awaiters.isAnyFor(4)));
    }

    @Test
    void whoGivesUpIsForgottenOnlyWithTheLock() {
        Thread waiter = threads.start(() -> assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> awaiters.await(5, LONG, timestamp -> false)));
        Threads.awaitThat(() -> awaiters.isAnyFor(5) && LockSupport.getBlocker(waiter) == awaiters);
        awaiters.lock.lock();
        try {
            waiter.interrupt();
            Threads.awaitThat(() -> Held.isAt(awaiters.lock, waiter) || !waiter.isAlive());
            assertThat(awaiters.isAnyFor(5)).as("with the lock held by another").isTrue();
        } finally {
            awaiters.lock.unlock();
        }
    }
}
