package dev.fairway.concurrency.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.RejectedTaskException;
import dev.fairway.concurrency.Await;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairScheduler;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A producer offers while the channel, or the scheduler, closes. It is accepted and then runs, or its producer is told: the
 * dangerous moment is an offer that has found the channel open and puts its task in when everybody has gone.
 */
public class OfferAgainstClose {
    private static String offer(Channel<Probe, Integer> channel, Probe probe) {
        try {
            return channel.offer(probe) ? "accepted" : "full";
        } catch (RejectedTaskException e) {
            return e.reason().toString();
        }
    }

    /** Of a channel. */
    @JCStressTest
    @Outcome(id = "accepted, committed", expect = ACCEPTABLE, desc = "The offer came first, and the task was drained.")
    @Outcome(id = "CHANNEL_CLOSED, never ran", expect = ACCEPTABLE, desc = "The close came first, and was told.")
    @Outcome(expect = FORBIDDEN, desc = "Accepted and lost, refused and run, or the channel never ended.")
    @State
    public static class OfChannel {
        private final Channel<Probe, Integer> channel = Rig.channel(ChannelOptions.capacity(2));
        private final Probe probe = new Probe();

        @Actor
        public void offer(LL_Result r) {
            r.r1 = OfferAgainstClose.offer(channel, probe);
        }

        @Actor
        public void close() {
            channel.close();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = Await.until(channel.terminated()) ? probe.furthest() : "stuck";
        }
    }

    /** Of a scheduler, which drains. */
    @JCStressTest
    @Outcome(id = "accepted, committed", expect = ACCEPTABLE, desc = "The offer came first, and the task was drained.")
    @Outcome(id = "SCHEDULER_CLOSED, never ran", expect = ACCEPTABLE, desc = "The close came first, and was told.")
    @Outcome(expect = FORBIDDEN, desc = "Accepted and lost, refused and run, or the scheduler never ended.")
    @State
    public static class OfScheduler {
        private final FairScheduler<Probe, Integer> scheduler = Rig.scheduler(1).build();
        private final Channel<Probe, Integer> channel = scheduler.openChannel("a");
        private final Probe probe = new Probe();

        @Actor
        public void offer(LL_Result r) {
            r.r1 = OfferAgainstClose.offer(channel, probe);
        }

        @Actor
        public void close() {
            scheduler.close(Await.LIMIT);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = Await.until(scheduler.terminated()) ? probe.furthest() : "stuck";
        }
    }
}
