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
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A producer that finds no room goes to sleep while room is made or the channel closes. Whoever makes room has looked for sleepers
 * before this one lay down, or finds it; nobody sleeps on beside free room, and nobody sleeps in a closed channel.
 */
public class PutAgainstClose {
    private static String put(Channel<Probe, Integer> channel, Probe probe) {
        try {
            return channel.offer(probe, Await.LIMIT) ? "accepted" : "forgotten";
        } catch (RejectedTaskException e) {
            return e.reason().toString();
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    private static Channel<Probe, Integer> fullChannel(Channel<Probe, Integer> channel) {
        channel.pause();
        channel.offer(new Probe());
        return channel;
    }

    /** The channel closes. */
    @JCStressTest
    @Outcome(id = "CHANNEL_CLOSED", expect = ACCEPTABLE, desc = "There was never any room.")
    @Outcome(expect = FORBIDDEN, desc = "It got in, or slept on.")
    @State
    public static class Close {
        private final Channel<Probe, Integer> channel = fullChannel(Rig.channel(ChannelOptions.capacity(1)));

        @Actor
        public void put(L_Result r) {
            r.r1 = PutAgainstClose.put(channel, new Probe());
        }

        @Actor
        public void close() {
            channel.close();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            if (!Rig.end(channel)) {
                r.r1 = "stuck";
            }
        }
    }

    /** A worker makes room, and the channel closes. */
    @JCStressTest
    @Outcome(id = "accepted, committed", expect = ACCEPTABLE, desc = "The room came first.")
    @Outcome(id = "CHANNEL_CLOSED, never ran", expect = ACCEPTABLE, desc = "The close came first.")
    @Outcome(expect = FORBIDDEN, desc = "Accepted and lost, refused and run, or asleep.")
    @State
    public static class StartAndClose {
        private final Channel<Probe, Integer> channel = fullChannel(Rig.channel(ChannelOptions.capacity(1)));
        private final Probe probe = new Probe();

        @Actor
        public void put(LL_Result r) {
            r.r1 = PutAgainstClose.put(channel, probe);
        }

        @Actor
        public void close() {
            channel.resume();
            channel.close();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = Await.until(channel.terminated()) ? probe.furthest() : "stuck";
        }
    }

    /** A worker makes room. */
    @JCStressTest
    @Outcome(id = "accepted, committed", expect = ACCEPTABLE, desc = "It got the room.")
    @Outcome(expect = FORBIDDEN, desc = "It slept on beside free room.")
    @State
    public static class Start {
        private final Channel<Probe, Integer> channel = fullChannel(Rig.channel(ChannelOptions.capacity(1)));
        private final Probe probe = new Probe();

        @Actor
        public void put(LL_Result r) {
            r.r1 = PutAgainstClose.put(channel, probe);
        }

        @Actor
        public void start() {
            channel.resume();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            Await.until(() -> probe.committed == 1);
            r.r2 = Rig.end(channel) ? probe.furthest() : "stuck";
        }
    }

    /** A cancel makes room, and nobody else ever will. */
    @JCStressTest
    @Outcome(id = "accepted, dropped", expect = ACCEPTABLE, desc = "It got the room.")
    @Outcome(expect = FORBIDDEN, desc = "It slept on beside free room.")
    @State
    public static class Cancel {
        private final Channel<Probe, Integer> channel = fullChannel(Rig.channelOfCallers(ChannelOptions.capacity(1)));

        @Actor
        public void put(LL_Result r) {
            r.r1 = PutAgainstClose.put(channel, new Probe());
        }

        @Actor
        public void cancel() {
            channel.cancelAll();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = Rig.found(channel.cancelAll());
            Rig.end(channel);
        }
    }

    /** Room in the scheduler is made by another channel. */
    @JCStressTest
    @Outcome(id = "accepted, 2", expect = ACCEPTABLE, desc = "It got the room of the other channel's task.")
    @Outcome(expect = FORBIDDEN, desc = "It slept on beside free room.")
    @State
    public static class CancelElsewhere {
        private final FairScheduler<Probe, Integer> scheduler =
                Rig.scheduler(1).capacity(2).build();
        private final Channel<Probe, Integer> channel = fullChannel(scheduler.openChannel("a"));
        private final Channel<Probe, Integer> elsewhere = fullChannel(scheduler.openChannel("b"));

        @Actor
        public void put(LL_Result r) {
            r.r1 = PutAgainstClose.put(channel, new Probe());
        }

        @Actor
        public void cancel() {
            elsewhere.cancelAll();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = channel.size();
            scheduler.shutdownNow();
        }
    }
}
