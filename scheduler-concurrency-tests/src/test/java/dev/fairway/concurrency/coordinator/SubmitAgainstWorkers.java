package dev.fairway.concurrency.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.Completed;
import dev.fairway.TaskHandle;
import dev.fairway.concurrency.Await;
import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Workers appear, disappear and are replaced while tasks come for them: each task runs once, or its handle says why not. */
public class SubmitAgainstWorkers {
    /** The worker that a task requires is removed. */
    @JCStressTest
    @Outcome(id = "completed, 1", expect = ACCEPTABLE, desc = "It was running before the removal, and ends normally.")
    @Outcome(id = "no such worker, 0", expect = ACCEPTABLE, desc = "The removal came before the start.")
    @Outcome(expect = FORBIDDEN, desc = "The task was lost, or ran although it was refused.")
    @State
    public static class RequireAndRemove {
        private final String worker = Rig.name();
        private final AtomicInteger runs = new AtomicInteger();

        public RequireAndRemove() {
            Rig.shared().addWorker(worker, AtomicInteger::incrementAndGet);
        }

        @Actor
        public void submit(LL_Result r) {
            r.r1 = Rig.join(Rig.shared().submit(runs, Affinity.require(worker)));
        }

        @Actor
        public void remove() {
            Rig.shared().removeWorker(worker);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = runs.get();
        }
    }

    /** A task waits for a worker that appears. */
    @JCStressTest
    @Outcome(id = "completed, 1", expect = ACCEPTABLE, desc = "It ran when there was a worker.")
    @Outcome(expect = FORBIDDEN, desc = "It waits beside the worker that it requires.")
    @State
    public static class RequireWithinAndAdd {
        private final String worker = Rig.name();
        private final AtomicInteger runs = new AtomicInteger();

        @Actor
        public void submit(LL_Result r) {
            r.r1 = Rig.join(Rig.shared().submit(runs, Affinity.requireWithin(worker, Await.LIMIT.multipliedBy(2))));
        }

        @Actor
        public void add() {
            Rig.shared().addWorker(worker, AtomicInteger::incrementAndGet);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = runs.get();
            Rig.shared().removeWorker(worker);
        }
    }

    /** There is no worker at all when a task for any comes, and then there is. */
    @JCStressTest
    @Outcome(id = "completed, 1", expect = ACCEPTABLE, desc = "It ran when there was a worker.")
    @Outcome(expect = FORBIDDEN, desc = "It waits beside an idle worker.")
    @State
    public static class AnyAndAdd {
        private final Coordinator<AtomicInteger, Integer> coordinator =
                Rig.coordinator().build();
        private final AtomicInteger runs = new AtomicInteger();

        @Actor
        public void submit(LL_Result r) {
            r.r1 = Rig.join(coordinator.submit(runs));
        }

        @Actor
        public void add() {
            coordinator.addWorker("a", AtomicInteger::incrementAndGet);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = runs.get();
            coordinator.close();
        }
    }

    /** The worker is replaced between two tasks that require it: never two threads under one name, and no task is lost. */
    @JCStressTest
    @Outcome(id = "completed, completed, 2", expect = ACCEPTABLE, desc = "Each ran once, at one of the two workers.")
    @Outcome(expect = FORBIDDEN, desc = "A task was lost, or the old and the new worker ran at once.")
    @State
    public static class RequireAndReplace {
        private final String worker = Rig.name();
        private final AtomicInteger runs = new AtomicInteger();
        private final AtomicBoolean inside = new AtomicBoolean();
        private volatile boolean together;

        public RequireAndReplace() {
            Rig.shared().addWorker(worker, this::run);
        }

        private int run(AtomicInteger task) {
            together |= !inside.compareAndSet(false, true);
            int run = task.incrementAndGet();
            inside.set(false);
            return run;
        }

        @Actor
        public void submit(LLL_Result r) {
            TaskHandle<Completed<Integer>> first = Rig.shared().submit(runs, Affinity.require(worker));
            TaskHandle<Completed<Integer>> second = Rig.shared().submit(runs, Affinity.require(worker));
            r.r1 = Rig.join(first);
            r.r2 = Rig.join(second);
        }

        @Actor
        public void replace() {
            Rig.shared().addWorker(worker, this::run);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = together ? "together" : runs.get();
            Rig.shared().removeWorker(worker);
        }
    }

    /** What prefers a worker and waits for it goes elsewhere when that is removed, just when it may be started. */
    @JCStressTest
    @Outcome(id = "completed, completed, 2", expect = ACCEPTABLE, desc = "Each ran once, at one of the two workers.")
    @Outcome(expect = FORBIDDEN, desc = "A task was lost, or started here and given away.")
    @State
    public static class PreferAndRemove {
        private final Coordinator<AtomicInteger, Integer> coordinator =
                Rig.coordinator().build();
        private final AtomicInteger runs = new AtomicInteger();

        public PreferAndRemove() {
            coordinator.addWorker("a", AtomicInteger::incrementAndGet);
            coordinator.addWorker("b", AtomicInteger::incrementAndGet);
        }

        @Actor
        public void submit(LLL_Result r) {
            TaskHandle<Completed<Integer>> first = coordinator.submit(runs, Affinity.prefer("a"));
            TaskHandle<Completed<Integer>> second = coordinator.submit(runs, Affinity.prefer("a"));
            r.r1 = Rig.join(first);
            r.r2 = Rig.join(second);
        }

        @Actor
        public void remove() {
            coordinator.removeWorker("a");
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = runs.get();
            coordinator.close();
        }
    }

    /** Two tasks for one worker: one at a time, and what the first wrote the second sees. */
    @JCStressTest
    @Outcome(id = "completed, completed, 2", expect = ACCEPTABLE, desc = "One after the other.")
    @Outcome(expect = FORBIDDEN, desc = "Two threads were in one worker, or its state was lost between them.")
    @State
    public static class RequireAndRequire {
        private final String worker = Rig.name();
        private int plain;

        public RequireAndRequire() {
            Rig.shared().addWorker(worker, task -> ++plain);
        }

        @Actor
        public void one(LLL_Result r) {
            r.r1 = Rig.join(Rig.shared().submit(new AtomicInteger(), Affinity.require(worker)));
        }

        @Actor
        public void other(LLL_Result r) {
            r.r2 = Rig.join(Rig.shared().submit(new AtomicInteger(), Affinity.require(worker)));
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = plain;
            Rig.shared().removeWorker(worker);
        }
    }
}
