package dev.fairway.concurrency.coordinator;

import dev.fairway.Completed;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskHandle;
import dev.fairway.concurrency.Await;
import dev.fairway.concurrency.Fork;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.NoSuchWorkerException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the states of a test share: one coordinator, in which each state has workers of its own. */
final class Rig {
    private static final AtomicLong NAMES = new AtomicLong();

    private Rig() {}

    /** A coordinator of counters, which say how often a task ran. */
    static Coordinator.Builder<AtomicInteger, Integer> coordinator() {
        Fork.endsWithMain();
        return Coordinator.<AtomicInteger, Integer>builder().capacity(1_000_000).drainTimeout(Await.LIMIT);
    }

    static Coordinator<AtomicInteger, Integer> shared() {
        return Shared.COORDINATOR;
    }

    /** {@return a worker's name that nobody else has} */
    static String name() {
        return "w" + NAMES.incrementAndGet();
    }

    /** {@return what a join says} */
    static String join(TaskHandle<Completed<Integer>> handle) {
        try {
            handle.join(Await.LIMIT);
            return "completed";
        } catch (NoSuchWorkerException e) {
            return "no such worker";
        } catch (CancellationException e) {
            return "cancelled";
        } catch (TaskFailedException e) {
            return "failed";
        } catch (TimeoutException e) {
            return "forgotten";
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    private static final class Shared {
        static final Coordinator<AtomicInteger, Integer> COORDINATOR =
                coordinator().build();
    }
}
