package dev.fairway.concurrency.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.concurrency.Await;
import dev.fairway.scheduler.CancelReport;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A cancel of the channel comes before, while or after a task leaves its process phase for its commit. The step from PROCESSING to
 * COMMITTING and the cancel exclude one another; else a suppressed task would commit, or a commit be missing in the report.
 */
public class CancelAgainstCommit {
    /** A worker has the task. What the handle says when the cancel has returned is final, or a commit that had begun. */
    @JCStressTest
    @Outcome(id = "never ran, dropped, CANCELLED", expect = ACCEPTABLE, desc = "The task still waited.")
    @Outcome(id = "processed, suppressed, CANCELLED", expect = ACCEPTABLE, desc = "It ran, and does not commit.")
    @Outcome(
            id = {"committed, committing, COMMITTING", "committed, committing, COMPLETED"},
            expect = ACCEPTABLE,
            desc = "Its commit had begun, and the report counts it.")
    @Outcome(id = "committed, nothing, COMPLETED", expect = ACCEPTABLE, desc = "It was decided before.")
    @Outcome(expect = FORBIDDEN, desc = "Committed after a cancel, or counted wrongly.")
    @State
    public static class OfWorker {
        private final Channel<Probe, Integer> channel = Rig.channel(ChannelOptions.capacity(2));
        private final Probe probe = new Probe();
        private final TaskHandle<Integer> handle;
        private CancelReport report;

        public OfWorker() {
            channel.pause();
            handle = channel.submit(probe);
        }

        @Actor
        public void start() {
            channel.resume();
        }

        @Actor
        public void cancel(LLL_Result r) {
            report = channel.cancelAll();
            TaskState state = handle.state();
            r.r2 = Rig.found(report);
            r.r3 = state;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            boolean ended = Await.until(handle.completion()) && Await.until(report.settled());
            r.r1 = ended && Rig.end(channel) ? probe.furthest() : "stuck";
        }
    }

    /** The task runs in its caller, because the channel is full with another, which every cancel drops. */
    @JCStressTest
    @Outcome(id = "never ran, nothing", expect = ACCEPTABLE, desc = "The cancel made room first: the task waits.")
    @Outcome(id = "processed, suppressed", expect = ACCEPTABLE, desc = "It ran, and does not commit.")
    @Outcome(
            id = "committed, committing",
            expect = ACCEPTABLE,
            desc = "Its commit had begun, and the report counts it.")
    @Outcome(id = "committed, nothing", expect = ACCEPTABLE, desc = "It was decided before, or accepted after.")
    @Outcome(expect = FORBIDDEN, desc = "Committed after a cancel, or counted wrongly.")
    @State
    public static class OfCaller {
        private final Channel<Probe, Integer> channel = Rig.fullChannelOfCallers(1);
        private final Probe probe = new Probe();

        @Actor
        public void run() {
            channel.submit(probe);
        }

        @Actor
        public void cancel(LL_Result r) {
            CancelReport report = channel.cancelAll();
            r.r2 = report.dropped() != 1
                    ? "dropped " + report.dropped()
                    : Rig.found(new CancelReport(
                            report.channel(), 0, report.suppressed(), report.committing(), report.settled()));
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = Rig.end(channel) ? probe.furthest() : "stuck";
        }
    }

    /**
     * One point for offers and commits alike: a task whose process offers another, and whose commit lasts until the cancel has
     * returned. If the commit had begun before the cancel, the other had been accepted before it, and is dropped. The task offers
     * when it finds another producer's task waiting: for the first to wait it would have to let the channel wait for a turn.
     */
    @JCStressTest
    @Outcome(id = "processed, committed, 1, 0", expect = ACCEPTABLE, desc = "Suppressed, and offered the other later.")
    @Outcome(
            id = "processed, never ran, 1, 0",
            expect = ACCEPTABLE,
            desc = "Suppressed after it had offered the other.")
    @Outcome(
            id = "committed, never ran, 0, 1",
            expect = ACCEPTABLE,
            desc = "Its commit had begun, so the other was there.")
    @Outcome(expect = FORBIDDEN, desc = "The cancel was at one point for the offer and at another for the commit.")
    @State
    public static class OnePoint {
        private final Channel<Probe, Integer> channel = Rig.channel(ChannelOptions.capacity(8));
        private final Probe offered = new Probe();
        private final Offering offering = new Offering();
        private CancelReport report;
        private volatile boolean cancelReturned;

        public OnePoint() {
            channel.pause();
            channel.offer(offering);
        }

        @Actor
        public void start() {
            channel.resume();
            awaitProcess();
            channel.offer(new Probe());
        }

        private void awaitProcess() {
            while (offering.processed == 0) {
                Thread.yield();
            }
        }

        @Actor
        public void cancel() {
            awaitProcess();
            report = channel.cancelAll();
            cancelReturned = true;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            Await.until(() -> channel.stats().running() == 0 && channel.stats().waiting() == 0);
            r.r1 = Rig.end(channel) ? offering.furthest() : "stuck";
            r.r2 = offered.furthest();
            r.r3 = report.suppressed();
            r.r4 = report.committing();
        }

        private final class Offering extends Probe {
            @Override
            int process() throws Exception {
                int result = super.process();
                while (channel.size() == 0 && !cancelReturned) {
                    Thread.onSpinWait();
                }
                channel.offer(offered);
                return result;
            }

            @Override
            void commit() {
                while (!cancelReturned) {
                    Thread.yield();
                }
                super.commit();
            }
        }
    }
}
