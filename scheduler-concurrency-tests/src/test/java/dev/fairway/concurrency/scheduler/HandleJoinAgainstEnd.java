package dev.fairway.concurrency.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.AbstractTaskHandle;
import dev.fairway.CancelOption;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import dev.fairway.concurrency.Await;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A handle is joined, completed and cancelled at once. It has one outcome, every join returns it, and a join that has looked just
 * before the end and sleeps just after it is woken.
 */
public class HandleJoinAgainstEnd {
    private static String join(TaskHandle<Integer> handle) {
        try {
            return "result " + handle.join(Await.LIMIT);
        } catch (CancellationException e) {
            return "cancelled";
        } catch (TimeoutException e) {
            return "forgotten";
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    /** A handle that is ended by hand. */
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
            throw new UnsupportedOperationException();
        }
    }

    /** One joins, one ends it. What the ending thread wrote before is seen. */
    @JCStressTest
    @Outcome(id = "result 1, 1", expect = ACCEPTABLE, desc = "The join returned the result.")
    @Outcome(expect = FORBIDDEN, desc = "A join was forgotten, or saw the past.")
    @State
    public static class JoinAndSucceed {
        private final Handle handle = new Handle();
        private int written;

        @Actor
        public void join(LL_Result r) {
            r.r1 = HandleJoinAgainstEnd.join(handle);
            r.r2 = written;
        }

        @Actor
        public void end() {
            written = 1;
            handle.end(1);
        }
    }

    /** Two threads join while the end comes at once: both are in the list of those that wait, or see it. */
    @JCStressTest
    @Outcome(
            id = "result 1, 1",
            expect = ACCEPTABLE,
            desc = "The join returned the result, and the dependent ran once.")
    @Outcome(expect = FORBIDDEN, desc = "A join was forgotten, or a dependent lost or run twice.")
    @State
    public static class DependentAndSucceed {
        private final Handle handle = new Handle();
        private volatile int dependents;

        @Actor
        public void depend(LL_Result r) {
            TaskHandle<Integer> mapped = handle.map(result -> {
                dependents++;
                return result;
            });
            r.r1 = HandleJoinAgainstEnd.join(mapped);
        }

        @Actor
        public void end() {
            handle.end(1);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = dependents;
        }
    }

    /** Two ends: one counts. */
    @JCStressTest
    @Outcome(id = "true, false, result 1", expect = ACCEPTABLE, desc = "The result came first.")
    @Outcome(id = "false, true, cancelled", expect = ACCEPTABLE, desc = "The cancel came first.")
    @Outcome(expect = FORBIDDEN, desc = "Two outcomes, or none.")
    @State
    public static class SucceedAndCancel {
        private final Handle handle = new Handle();

        @Actor
        public void end(LLL_Result r) {
            r.r1 = handle.end(1);
        }

        @Actor
        public void cancel(LLL_Result r) {
            r.r2 = handle.cancel();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = HandleJoinAgainstEnd.join(handle);
        }
    }

    /** Two ask for the stage. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Both are told of the end.")
    @Outcome(expect = FORBIDDEN, desc = "One has a stage that never ends.")
    @State
    public static class StageAndStage {
        private final Handle handle = new Handle();
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();

        @Actor
        public void one() {
            handle.completion().thenRun(first::incrementAndGet);
        }

        @Actor
        public void other() {
            handle.completion().thenRun(second::incrementAndGet);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            handle.end(1);
            r.r1 = first.get();
            r.r2 = second.get();
        }
    }

    /** A worker completes the task of a channel, one joins it and one cancels it. */
    @JCStressTest
    @Outcome(id = "result 1, false, committed", expect = ACCEPTABLE, desc = "The commit came first.")
    @Outcome(
            id = {"cancelled, true, never ran", "cancelled, true, processed"},
            expect = ACCEPTABLE,
            desc = "The cancel came first.")
    @Outcome(expect = FORBIDDEN, desc = "The handle, the cancel and the task do not agree.")
    @State
    public static class OfWorker {
        private final Channel<Probe, Integer> channel = Rig.channel(ChannelOptions.capacity(2));
        private final Probe probe = new Probe();
        private final TaskHandle<Integer> handle;

        public OfWorker() {
            channel.pause();
            handle = channel.submit(probe);
        }

        @Actor
        public void join(LLL_Result r) {
            r.r1 = HandleJoinAgainstEnd.join(handle);
        }

        @Actor
        public void cancel(LLL_Result r) {
            channel.resume();
            while (handle.state() == TaskState.WAITING) {
                Thread.yield();
            }
            r.r2 = handle.cancel();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = Rig.end(channel) ? probe.furthest() : "stuck";
        }
    }
}
