package dev.fairway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.testing.Threads;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who waits for a handle is known under its monitor only. The test holds it, and sees that the other thread waits for it before it
 * has done anything: no race has to be won for that.
 */
class HandleGuardsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final Handle handle = new Handle();

    /** A handle that is ended by hand. */
    private static final class Handle extends AbstractTaskHandle<String> {
        boolean end(String result) {
            return succeed(result);
        }

        void wakeAtEnd(Thread thread) {
            addWaiter(thread);
        }

        @Override
        public boolean cancel(CancelOption... options) {
            return fail(new CancellationException());
        }

        @Override
        public TaskState state() {
            return isEnded() ? TaskState.COMPLETED : TaskState.PROCESSING;
        }
    }

    private static boolean isParked(Thread thread) {
        return LockSupport.getBlocker(thread) != null;
    }

    @Test
    void whoJoinsIsAmongThoseThatWaitBeforeItSleeps() {
        Thread joiner;
        synchronized (handle) {
            joiner = threads.start(() -> assertThat(handle.join()).isEqualTo("result"));
            assertThat(Threads.isHeldUpAtMonitor(joiner, () -> isParked(joiner)))
                    .as("with the monitor held by another")
                    .isTrue();
            assertThat(handle.end("result")).isTrue(); // nobody waits as yet, so nobody is woken
        }
        threads.join();
    }

    @Test
    void whoEndsItWakesThoseThatWaitOnlyWithItsMonitor() {
        Thread joiner = threads.start(() -> assertThat(handle.join()).isEqualTo("result"));
        Threads.awaitThat(() -> isParked(joiner));
        synchronized (handle) {
            Thread ender = threads.start(() -> assertThat(handle.end("result")).isTrue());
            assertThat(Threads.isHeldUpAtMonitor(ender, () -> false))
                    .as("with the monitor held by another")
                    .isTrue();
        }
        threads.join();
    }

    @Test
    void whoWaitsNoLongerLeavesOnlyWithItsMonitor() {
        Thread joiner = threads.start(() ->
                assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> handle.join(Threads.LIMIT)));
        Threads.awaitThat(() -> isParked(joiner));
        synchronized (handle) {
            joiner.interrupt();
            assertThat(Threads.isHeldUpAtMonitor(joiner, () -> false))
                    .as("with the monitor held by another")
                    .isTrue();
        }
        threads.join();
    }

    /** Workers look at other things between two sleeps, so they ask to be woken before they know whether it has ended. */
    @Test
    void whoAsksToBeWokenAfterTheEndIsWokenAtOnce() {
        handle.end("result");
        threads.start(() -> {
            handle.wakeAtEnd(Thread.currentThread());
            LockSupport.park(this);
        });
        threads.join();
    }

    /** Who is told of the end sees it. */
    @Test
    void aMappedHandleWhoseFunctionFailsHasFailedWhenItsDependentsRun() {
        AtomicReference<TaskState> seen = new AtomicReference<>();
        TaskHandle<String> mapped = handle.map(result -> {
            throw new IllegalStateException("on purpose");
        });
        mapped.completion().whenComplete((result, failure) -> seen.set(mapped.state()));
        handle.end("result");
        assertThat(seen).hasValue(TaskState.FAILED);
    }
}
