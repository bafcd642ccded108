package dev.fairway.concurrency.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.RejectedTaskException;
import dev.fairway.TaskHandle;
import dev.fairway.concurrency.Await;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.ChannelStats;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * One place comes free while one producer sleeps for it and another offers: who frees it lets the sleeper in at the same end of the
 * channel at which the other comes in.
 */
@JCStressTest
@Outcome(id = "0, 2, 0", expect = ACCEPTABLE, desc = "The one that slept got the place.")
@Outcome(id = "1, 2, 0", expect = ACCEPTABLE, desc = "The other was quicker.")
@Outcome(expect = FORBIDDEN, desc = "Both got it, or neither, or a task is lost.")
@State
public class OfferAgainstPutter {
    private final Channel<Probe, Integer> channel = Rig.channelOfCallers(ChannelOptions.capacity(2));
    private final TaskHandle<Integer> first = channel.submit(new Probe());
    private final Thread putter = new Thread(this::put);

    public OfferAgainstPutter() {
        channel.offer(new Probe());
        putter.setDaemon(true);
        putter.start();
        Await.until(() -> putter.getState() == Thread.State.WAITING);
    }

    private void put() {
        try {
            channel.put(new Probe());
        } catch (RejectedTaskException | InterruptedException e) {
            return; // the other got the place, and the arbiter has closed the channel
        }
    }

    @Actor
    public void free() {
        first.cancel();
    }

    @Actor
    public void offer(III_Result r) {
        r.r1 = channel.offer(new Probe()) ? 1 : 0;
    }

    @Arbiter
    public void arbiter(III_Result r) {
        ChannelStats stats = channel.stats();
        r.r2 = stats.waiting();
        r.r3 = (int) (stats.accepted() - stats.cancelled() - stats.waiting());
        Rig.end(channel);
    }
}
