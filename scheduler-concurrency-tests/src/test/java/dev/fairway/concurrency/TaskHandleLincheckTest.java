package dev.fairway.concurrency;

import dev.fairway.AbstractTaskHandle;
import dev.fairway.CancelOption;
import dev.fairway.TaskState;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What all handles share: one end, which every join returns, and which wakes every thread that waits. */
public class TaskHandleLincheckTest {
    private final Handle handle = new Handle();

    private static final class Handle extends AbstractTaskHandle<Integer> {
        boolean end(int result) {
            return succeed(result);
        }

        @Override
        public boolean cancel(CancelOption... options) {
            return fail(new CancellationException());
        }

        @Override
        public TaskState state() {
            return isEnded() ? TaskState.COMPLETED : TaskState.WAITING;
        }
    }

    @Operation
    public boolean endWithOne() {
        return handle.end(1);
    }

    @Operation
    public boolean endWithTwo() {
        return handle.end(2);
    }

    @Operation
    public boolean cancel() {
        return handle.cancel();
    }

    @Operation
    public TaskState state() {
        return handle.state();
    }

    @Operation
    public String joinNow() throws InterruptedException {
        try {
            return "result " + handle.join(Duration.ZERO);
        } catch (CancellationException e) {
            return "cancelled";
        } catch (TimeoutException e) {
            return "not yet";
        }
    }

    @Test
    @Timeout(3_600)
    void itEndsOnce() {
        Models.options().check(TaskHandleLincheckTest.class);
    }

    /** The thread looks, finds no end, and sleeps: if the end may come between, nobody will wake it. */
    @Test
    @Timeout(3_600)
    void noJoinSleepsThroughTheEnd() {
        Lincheck.runConcurrentTest(Models.invocations(), () -> {
            Handle joined = new Handle();
            AtomicReference<Integer> result = new AtomicReference<>();
            Thread waiter = new Thread(() -> result.set(joined.join()));
            waiter.start();
            joined.end(1);
            try {
                waiter.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (!Integer.valueOf(1).equals(result.get())) {
                throw new AssertionError("the join returned " + result.get());
            }
        });
    }
}
