package dev.fairway.concurrency.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.RejectedTaskException;
import dev.fairway.concurrency.Await;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairScheduler;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Steering holds when the call has returned: what had started by then is counted, and the count does not grow. A start that has
 * looked at the old setting and is counted later would show.
 */
public class SteeringAgainstStart {
    /** So many that a turn is not over before it can be steered. */
    private static final int TASKS = 64;

    private static String submit(Channel<Probe, Integer> channel, Probe probe) {
        try {
            channel.submit(probe);
            return "ran";
        } catch (RejectedTaskException e) {
            return "refused";
        }
    }

    /** A worker is at the tasks of one long turn when they are paused. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Nothing started after the pause.")
    @Outcome(expect = FORBIDDEN, desc = "Something started after the pause had returned.")
    @State
    public static class PauseOfWorker {
        private final Channel<Probe, Integer> channel =
                Rig.channel(ChannelOptions.capacity(TASKS).weight(TASKS));
        private long started;

        public PauseOfWorker() {
            channel.pause();
            for (int i = 0; i < TASKS; i++) {
                channel.offer(new Probe());
            }
        }

        @Actor
        public void start() {
            channel.resume();
        }

        @Actor
        public void pause() {
            while (channel.stats().started() == 0) {
                Thread.yield();
            }
            channel.pause();
            started = channel.stats().started();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            Await.until(() -> channel.stats().running() == 0);
            r.r1 = channel.stats().started() - started;
            if (!Rig.end(channel)) {
                r.r1 = "stuck";
            }
        }
    }

    /** A caller is about to run a task itself. */
    @JCStressTest
    @Outcome(id = "ran, 1", expect = ACCEPTABLE, desc = "The start came first, and is counted when the pause returns.")
    @Outcome(id = "refused, 0", expect = ACCEPTABLE, desc = "The pause came first.")
    @Outcome(expect = FORBIDDEN, desc = "A start that the returned pause does not know of.")
    @State
    public static class PauseOfCaller {
        private final Channel<Probe, Integer> channel = Rig.fullChannelOfCallers(1);

        @Actor
        public void run(LL_Result r) {
            r.r1 = submit(channel, new Probe());
        }

        @Actor
        public void pause(LL_Result r) {
            channel.pause();
            r.r2 = channel.stats().started();
        }

        @Arbiter
        public void arbiter() {
            Rig.end(channel);
        }
    }

    /** Two callers at a channel for one. */
    @JCStressTest
    @Outcome(id = "ran, ran", expect = ACCEPTABLE, desc = "One after the other.")
    @Outcome(
            id = {"ran, refused", "refused, ran"},
            expect = ACCEPTABLE,
            desc = "One found the other running.")
    @Outcome(expect = FORBIDDEN, desc = "Both ran at once, or neither ran.")
    @State
    public static class MaxParallelOfCallers {
        private final Channel<Probe, Integer> channel = Rig.fullChannelOfCallers(1);
        private final AtomicInteger running = new AtomicInteger();
        private volatile boolean together;

        private String runAlone() {
            return submit(channel, new Probe() {
                @Override
                int process() {
                    together |= running.incrementAndGet() > 1;
                    return 0;
                }

                @Override
                void commit() { // counts for maxParallel, too
                    together |= running.decrementAndGet() > 0;
                }
            });
        }

        @Actor
        public void one(LL_Result r) {
            r.r1 = runAlone();
        }

        @Actor
        public void other(LL_Result r) {
            r.r2 = runAlone();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            if (together) {
                r.r1 = "together";
            }
            Rig.end(channel);
        }
    }

    /** The limit goes down to one while one task runs and another is about to start. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The limit came before the second start.")
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "The second start came before the limit.")
    @Outcome(expect = FORBIDDEN, desc = "Something started while as many ran as may.")
    @State
    public static class MaxParallelOfWorkers extends TwoHeldTasks {
        private final Channel<Probe, Integer> channel = scheduler.openChannel("a");

        @Actor
        public void offer() {
            channel.offer(held());
            channel.offer(held());
        }

        @Actor
        public void limit() {
            awaitFirstStart();
            channel.maxParallel(1);
            started = starts();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = started;
            r.r2 = starts() - started;
            end();
        }
    }

    /** Fewer workers while one task runs and another is about to start in another channel. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The limit came before the second start.")
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "The second start came before the limit.")
    @Outcome(expect = FORBIDDEN, desc = "Something started while as many ran as may.")
    @State
    public static class Workers extends TwoHeldTasks {
        private final Channel<Probe, Integer> one = scheduler.openChannel("a");
        private final Channel<Probe, Integer> other = scheduler.openChannel("b");

        @Actor
        public void offer() {
            one.offer(held());
            other.offer(held());
        }

        @Actor
        public void limit() {
            awaitFirstStart();
            scheduler.workers(1);
            started = starts();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = started;
            r.r2 = starts() - started;
            end();
        }
    }

    /** One of two workers has a long turn of short tasks when the number of workers falls below those that run. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Nothing started after the limit, though the turn had starts left.")
    @Outcome(expect = FORBIDDEN, desc = "The turn went on beside a running task.")
    @State
    public static class WorkersInTurn extends TwoHeldTasks {
        private final Channel<Probe, Integer> holder = scheduler.openChannel("holder");
        private final Channel<Probe, Integer> channel =
                scheduler.openChannel("a", ChannelOptions.capacity(TASKS).weight(TASKS));

        public WorkersInTurn() {
            holder.offer(held());
            awaitFirstStart();
            channel.pause();
            for (int i = 0; i < TASKS; i++) {
                channel.offer(new Probe());
            }
        }

        @Actor
        public void start() {
            channel.resume();
        }

        @Actor
        public void limit() {
            while (starts() < 2) {
                Thread.yield();
            }
            scheduler.workers(1);
            started = starts();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            Await.until(() -> channel.stats().running() == 0);
            r.r1 = starts() - started;
            end();
        }
    }

    /** A scheduler of its own for each state, since its number of workers changes; tasks that run until the arbiter has looked. */
    abstract static class TwoHeldTasks {
        final FairScheduler<Probe, Integer> scheduler = Rig.scheduler(2).build();
        int started;
        private final CountDownLatch mayEnd = new CountDownLatch(1);

        final Probe held() {
            return new Probe() {
                @Override
                int process() throws InterruptedException {
                    mayEnd.await();
                    return 0;
                }
            };
        }

        final int starts() {
            return (int) scheduler.stats().started();
        }

        final void awaitFirstStart() {
            while (starts() == 0) {
                Thread.yield();
            }
        }

        final void end() {
            mayEnd.countDown();
            scheduler.close(Duration.ZERO);
        }
    }
}
