package dev.fairway.concurrency.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.TaskExpiredException;
import dev.fairway.TaskHandle;
import dev.fairway.concurrency.Await;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.ChannelStats;
import dev.fairway.scheduler.Overload;
import dev.fairway.scheduler.TaskOptions;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** A waiting task is dropped for a newer one, or expires, while its handle or its channel is cancelled: it ends once. */
public class DropAgainstCancel {
    /** By a submit that finds the channel full. */
    @JCStressTest
    @Outcome(id = "true, 1, 1", expect = ACCEPTABLE, desc = "The cancel came first, and made room.")
    @Outcome(id = "false, 1, 1", expect = ACCEPTABLE, desc = "The drop came first.")
    @Outcome(expect = FORBIDDEN, desc = "It was cancelled twice, or room is lost or gained.")
    @State
    public static class DropOldest {
        private final Channel<Probe, Integer> channel =
                Rig.channelOfCallers(ChannelOptions.capacity(1).overload(Overload.dropOldest()));
        private final TaskHandle<Integer> handle = channel.submit(new Probe());

        @Actor
        public void submit() {
            channel.submit(new Probe());
        }

        @Actor
        public void cancel(LLL_Result r) {
            r.r1 = handle.cancel();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = channel.stats().cancelled();
            r.r3 = channel.size();
            if (!handle.completion().toCompletableFuture().isCompletedExceptionally() || !Rig.end(channel)) {
                r.r3 = "stuck";
            }
        }
    }

    /** By a submit that finds the channel full, while all is cancelled. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The old task was dropped by one of them, and the new one waits.")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The new task pushed the old one out and was cancelled.")
    @Outcome(expect = FORBIDDEN, desc = "A task is counted twice, or room is lost.")
    @State
    public static class DropOldestAndAll {
        private final Channel<Probe, Integer> channel =
                Rig.channelOfCallers(ChannelOptions.capacity(1).overload(Overload.dropOldest()));

        public DropOldestAndAll() {
            channel.submit(new Probe());
        }

        @Actor
        public void submit() {
            channel.submit(new Probe());
        }

        @Actor
        public void cancel(II_Result r) {
            r.r1 = channel.cancelAll().dropped();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            ChannelStats stats = channel.stats();
            r.r2 = channel.size();
            if (stats.accepted() != 2 || stats.cancelled() + stats.waiting() != 2) {
                r.r2 = -1;
            }
            Rig.end(channel);
        }
    }

    /** By a worker, because it has waited too long. */
    @JCStressTest
    @Outcome(id = "true, cancelled, 1", expect = ACCEPTABLE, desc = "The cancel met it first.")
    @Outcome(id = "false, expired, 1", expect = ACCEPTABLE, desc = "The worker met it first.")
    @Outcome(expect = FORBIDDEN, desc = "It ended twice, or was counted twice, or ran.")
    @State
    public static class Expiry {
        private final Channel<Probe, Integer> channel = Rig.channel(ChannelOptions.capacity(2));
        private final TaskHandle<Integer> handle;

        public Expiry() {
            channel.pause();
            handle = channel.submit(new Probe(), TaskOptions.expiresAfter(Duration.ofNanos(1)));
        }

        @Actor
        public void start() {
            channel.resume();
        }

        @Actor
        public void cancel(LLL_Result r) {
            r.r1 = handle.cancel();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            try {
                handle.join(Await.LIMIT);
                r.r2 = "ran";
            } catch (TaskExpiredException e) {
                r.r2 = "expired";
            } catch (CancellationException e) {
                r.r2 = "cancelled";
            } catch (Exception e) {
                r.r2 = e.toString();
            }
            ChannelStats stats = channel.stats();
            r.r3 = stats.expired() + stats.cancelled();
            Rig.end(channel);
        }
    }
}
