package dev.fairway.concurrency.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.TaskHandle;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** A task is accepted before a cancel, and dropped by it and counted, or after, and not touched; nothing in between. */
public class OfferAgainstCancel {
    /** Two tasks of one producer, in a channel whose ring comes and goes with them. */
    @JCStressTest
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "Both came after the cancel.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The cancel came between them.")
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "Both came before the cancel.")
    @Outcome(expect = FORBIDDEN, desc = "A task is lost, or counted and there.")
    @State
    public static class OfChannel {
        private final Channel<Probe, Integer> channel = Rig.channelOfCallers(ChannelOptions.capacity(4));

        @Actor
        public void offer() {
            channel.offer(new Probe());
            channel.offer(new Probe());
        }

        @Actor
        public void cancel(II_Result r) {
            r.r1 = channel.cancelAll().dropped();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = channel.size();
            channel.cancelAll();
            channel.close();
        }
    }

    /** Two cancels share what waits; no task is in two reports. */
    @JCStressTest
    @Outcome(id = "3, 0, 3", expect = ACCEPTABLE, desc = "The first took all.")
    @Outcome(id = "0, 3, 3", expect = ACCEPTABLE, desc = "The second took all.")
    @Outcome(expect = FORBIDDEN, desc = "A task is in two reports, in none, or half of them in each.")
    @State
    public static class TwoCancels {
        private final Channel<Probe, Integer> channel = Rig.channelOfCallers(ChannelOptions.capacity(4));

        public TwoCancels() {
            for (int i = 0; i < 3; i++) {
                channel.offer(new Probe());
            }
        }

        @Actor
        public void one(III_Result r) {
            r.r1 = channel.cancelAll().dropped();
        }

        @Actor
        public void other(III_Result r) {
            r.r2 = channel.cancelAll().dropped();
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = (int) channel.stats().cancelled();
            channel.close();
        }
    }

    /** A handle's cancel and the channel's: the task belongs to one of them. */
    @JCStressTest
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "The handle's came first.")
    @Outcome(id = "0, 2, 2", expect = ACCEPTABLE, desc = "The channel's came first.")
    @Outcome(expect = FORBIDDEN, desc = "Both have cancelled the task, or neither.")
    @State
    public static class HandleAndChannel {
        private final Channel<Probe, Integer> channel = Rig.channelOfCallers(ChannelOptions.capacity(4));
        private final TaskHandle<Integer> handle;

        public HandleAndChannel() {
            handle = channel.submit(new Probe());
            channel.offer(new Probe());
        }

        @Actor
        public void byHandle(III_Result r) {
            r.r1 = handle.cancel() ? 1 : 0;
        }

        @Actor
        public void byChannel(III_Result r) {
            r.r2 = channel.cancelAll().dropped();
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = (int) channel.stats().cancelled();
            channel.close();
        }
    }
}
