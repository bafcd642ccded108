package dev.fairway.concurrency.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import dev.fairway.concurrency.Await;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.FairScheduler;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** After a shutdownNow has returned no commit begins, and each task ran, or is handed back, or neither because it was suppressed. */
public class ShutdownNowAgainstCommit {
    /** One task, whose worker is on its way. */
    @JCStressTest
    @Outcome(id = "never ran, 1, CANCELLED", expect = ACCEPTABLE, desc = "It was handed back.")
    @Outcome(id = "processed, 0, CANCELLED", expect = ACCEPTABLE, desc = "It ran, and does not commit.")
    @Outcome(
            id = {"committed, 0, COMMITTING", "committed, 0, COMPLETED"},
            expect = ACCEPTABLE,
            desc = "Its commit had begun.")
    @Outcome(expect = FORBIDDEN, desc = "A commit after the shutdown, or a task that is handed back and runs.")
    @State
    public static class OfOne {
        private final FairScheduler<Probe, Integer> scheduler = Rig.scheduler(1).build();
        private final Channel<Probe, Integer> channel = scheduler.openChannel("a");
        private final Probe probe = new Probe();
        private final TaskHandle<Integer> handle;

        public OfOne() {
            channel.pause();
            handle = channel.submit(probe);
        }

        @Actor
        public void start() {
            channel.resume();
        }

        @Actor
        public void shutDown(LLL_Result r) {
            while (channel.isPaused()) {
                Thread.yield();
            }
            int handedBack = scheduler.shutdownNow().size();
            r.r3 = handle.state();
            r.r2 = handedBack;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = Await.until(scheduler.terminated()) ? probe.furthest() : "stuck";
        }
    }

    /** Two channels and two workers: one that is interrupted at the first must not start what waits in the second. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Nothing was started or committed after it had returned.")
    @Outcome(expect = FORBIDDEN, desc = "Something was.")
    @State
    public static class OfSeveral {
        private static final int TASKS = 16;

        private final FairScheduler<Probe, Integer> scheduler = Rig.scheduler(2).build();
        private final Channel<Probe, Integer> one = scheduler.openChannel("a");
        private final Channel<Probe, Integer> other = scheduler.openChannel("b");
        private int handedBack;
        private long started;

        @Actor
        public void offer() {
            for (int i = 0; i < TASKS; i++) {
                try {
                    one.offer(new Probe());
                    other.offer(new Probe());
                } catch (RejectedTaskException e) {
                    return;
                }
            }
        }

        @Actor
        public void shutDown() {
            while (one.stats().started() == 0) {
                Thread.yield();
            }
            handedBack = scheduler.shutdownNow().size();
            started = scheduler.stats().started();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            boolean ended = Await.until(scheduler.terminated());
            long lost = scheduler.stats().accepted() - scheduler.stats().started() - handedBack;
            r.r1 = ended ? scheduler.stats().started() - started + Math.abs(lost) : "stuck";
        }
    }
}
