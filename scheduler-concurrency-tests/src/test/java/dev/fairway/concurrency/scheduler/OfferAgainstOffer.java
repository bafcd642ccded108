package dev.fairway.concurrency.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Await;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairScheduler;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two producers for the last place, and two for the attention of the last worker to go to sleep. */
public class OfferAgainstOffer {
    /** At the capacity of a channel. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 2", "0, 1, 2"},
            expect = ACCEPTABLE,
            desc = "One of them got the last place.")
    @Outcome(expect = FORBIDDEN, desc = "More wait than the capacity says, or a place stays free.")
    @State
    public static class ForRoomInChannel {
        private final Channel<Probe, Integer> channel = Rig.channelOfCallers(ChannelOptions.capacity(2));

        public ForRoomInChannel() {
            channel.offer(new Probe());
        }

        @Actor
        public void one(III_Result r) {
            r.r1 = channel.offer(new Probe()) ? 1 : 0;
        }

        @Actor
        public void other(III_Result r) {
            r.r2 = channel.offer(new Probe()) ? 1 : 0;
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = channel.size();
            Rig.end(channel);
        }
    }

    /** Both refused, again and again: each attempt is counted. */
    @JCStressTest
    @Outcome(id = "1000", expect = ACCEPTABLE, desc = "Every refusal is counted.")
    @Outcome(expect = FORBIDDEN, desc = "A refusal was not counted, or there was none.")
    @State
    public static class ForRefusals {
        private static final int TIMES = 500;

        private final Channel<Probe, Integer> channel = Rig.channelOfCallers(ChannelOptions.capacity(1));

        public ForRefusals() {
            channel.offer(new Probe());
        }

        private void beRefused() {
            for (int i = 0; i < TIMES; i++) {
                channel.offer(new Probe());
            }
        }

        @Actor
        public void one() {
            beRefused();
        }

        @Actor
        public void other() {
            beRefused();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = Math.toIntExact(channel.stats().rejected());
            Rig.end(channel);
        }
    }

    /** At the capacity of the scheduler, in two channels that have a task each. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 3", "0, 1, 3"},
            expect = ACCEPTABLE,
            desc = "One of them got the last place.")
    @Outcome(expect = FORBIDDEN, desc = "More wait than the capacity says, or a place stays free.")
    @State
    public static class ForRoomInScheduler {
        private final FairScheduler<Probe, Integer> scheduler =
                Rig.scheduler(1).capacity(3).build();
        private final Channel<Probe, Integer> channel = paused("a");
        private final Channel<Probe, Integer> elsewhere = paused("b");

        private Channel<Probe, Integer> paused(String name) {
            Channel<Probe, Integer> opened = scheduler.openChannel(name);
            opened.pause();
            opened.offer(new Probe());
            return opened;
        }

        @Actor
        public void one(III_Result r) {
            r.r1 = channel.offer(new Probe()) ? 1 : 0;
        }

        @Actor
        public void other(III_Result r) {
            r.r2 = elsewhere.offer(new Probe()) ? 1 : 0;
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = Math.toIntExact(scheduler.stats().waiting());
            scheduler.shutdownNow();
        }
    }

    /** Into one channel, whose worker may just have found nothing more. */
    @JCStressTest
    @Outcome(id = "committed, committed", expect = ACCEPTABLE, desc = "Both ran.")
    @Outcome(expect = FORBIDDEN, desc = "A task waits, and nobody comes.")
    @State
    public static class ForWorkerOfChannel {
        private final Channel<Probe, Integer> channel = Rig.channel(ChannelOptions.capacity(8));
        private final Probe one = new Probe();
        private final Probe other = new Probe();

        @Actor
        public void one() {
            channel.offer(one);
        }

        @Actor
        public void other() {
            channel.offer(other);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            Await.until(() -> one.committed + other.committed == 2);
            r.r1 = one.furthest();
            r.r2 = other.furthest();
            Rig.end(channel);
        }
    }

    /** Into two channels, with one worker, which may just be about to park. */
    @JCStressTest
    @Outcome(id = "committed, committed", expect = ACCEPTABLE, desc = "Both ran.")
    @Outcome(expect = FORBIDDEN, desc = "A task waits, and nobody comes.")
    @State
    public static class ForWorkerOfScheduler {
        private final Channel<Probe, Integer> channel = Rig.channel(ChannelOptions.capacity(8));
        private final Channel<Probe, Integer> elsewhere = Rig.channel(ChannelOptions.capacity(8));
        private final Probe one = new Probe();
        private final Probe other = new Probe();

        @Actor
        public void one() {
            channel.offer(one);
        }

        @Actor
        public void other() {
            elsewhere.offer(other);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            Await.until(() -> one.committed + other.committed == 2);
            r.r1 = one.furthest();
            r.r2 = other.furthest();
            Rig.end(channel);
            Rig.end(elsewhere);
        }
    }
}
