package dev.fairway.concurrency.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import dev.fairway.concurrency.Await;
import dev.fairway.coordinator.Coordinator;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** A task is submitted while the coordinator closes: it is accepted and ends, or its submitter is told. */
public class SubmitAgainstClose {
    private static TaskHandle<Completed<Integer>> submit(
            Coordinator<AtomicInteger, Integer> coordinator, AtomicInteger task) {
        try {
            return coordinator.submit(task);
        } catch (RejectedTaskException e) {
            return null;
        }
    }

    private static Coordinator<AtomicInteger, Integer> coordinator() {
        Coordinator<AtomicInteger, Integer> coordinator = Rig.coordinator().build();
        coordinator.addWorker("a", AtomicInteger::incrementAndGet);
        return coordinator;
    }

    /** The close drains. */
    @JCStressTest
    @Outcome(
            id = "completed, 1",
            expect = ACCEPTABLE,
            desc = "The submit came first, and the close waited for the task.")
    @Outcome(id = "refused, 0", expect = ACCEPTABLE, desc = "The close came first.")
    @Outcome(expect = FORBIDDEN, desc = "Accepted and lost, refused and run, or the coordinator never ended.")
    @State
    public static class Close {
        private final Coordinator<AtomicInteger, Integer> coordinator = coordinator();
        private final AtomicInteger runs = new AtomicInteger();

        @Actor
        public void submit(LL_Result r) {
            TaskHandle<Completed<Integer>> handle = SubmitAgainstClose.submit(coordinator, runs);
            r.r1 = handle == null ? "refused" : Rig.join(handle);
        }

        @Actor
        public void close() {
            coordinator.close(Await.LIMIT);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = Await.until(coordinator.terminated()) ? runs.get() : "stuck";
        }
    }

    /** The shutdown hands back what waits, and cancels what runs. */
    @JCStressTest
    @Outcome(id = "completed, 0, 1", expect = ACCEPTABLE, desc = "It had completed before.")
    @Outcome(id = "cancelled, 0, 1", expect = ACCEPTABLE, desc = "It ran, and was cancelled.")
    @Outcome(id = "cancelled, 1, 0", expect = ACCEPTABLE, desc = "It waited, and was handed back.")
    @Outcome(id = "refused, 0, 0", expect = ACCEPTABLE, desc = "The shutdown came first.")
    @Outcome(expect = FORBIDDEN, desc = "Accepted and lost, handed back and run, or the coordinator never ended.")
    @State
    public static class ShutdownNow {
        private final Coordinator<AtomicInteger, Integer> coordinator = coordinator();
        private final AtomicInteger runs = new AtomicInteger();

        @Actor
        public void submit(LLL_Result r) {
            TaskHandle<Completed<Integer>> handle = SubmitAgainstClose.submit(coordinator, runs);
            r.r1 = handle == null ? "refused" : Rig.join(handle);
        }

        @Actor
        public void shutDown(LLL_Result r) {
            r.r2 = coordinator.shutdownNow().size();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = Await.until(coordinator.terminated()) ? runs.get() : "stuck";
        }
    }
}
