package dev.fairway.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.RejectedTaskException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * An idle channel is closed while somebody offers: the task is in and the channel stays, or its producer is told. In the package of
 * the scheduler, since users cannot say when it looks for idle channels.
 */
@JCStressTest
@Outcome(id = "true, false, 1", expect = ACCEPTABLE, desc = "The offer came first: the channel was not idle.")
@Outcome(id = "CHANNEL_CLOSED, true, 0", expect = ACCEPTABLE, desc = "The close came first, and was told.")
@Outcome(expect = FORBIDDEN, desc = "A task in a channel that has ended, or a refusal by one that has not.")
@State
public class IdleTimeoutAgainstOffer {
    private static final Duration TIMEOUT = Duration.ofHours(1);

    private final AtomicLong clock = new AtomicLong();
    private final DefaultFairScheduler<String, String> scheduler =
            (DefaultFairScheduler<String, String>) FairScheduler.<String, String>processing(task -> task)
                    .ticker(clock::get)
                    .build();
    private final DefaultChannel<String, String> channel = (DefaultChannel<String, String>)
            scheduler.openChannel("a", ChannelOptions.capacity(2).idleTimeout(TIMEOUT));

    public IdleTimeoutAgainstOffer() {
        channel.pause();
        clock.addAndGet(TIMEOUT.toNanos());
    }

    @Actor
    public void offer(LLL_Result r) {
        try {
            r.r1 = channel.offer("task");
        } catch (RejectedTaskException e) {
            r.r1 = e.reason();
        }
    }

    @Actor
    public void closeIdleChannels() {
        scheduler.closeIdleChannels();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = channel.isEnded() && scheduler.findChannel("a").isEmpty();
        r.r3 = channel.stats().waiting();
        scheduler.shutdownNow();
    }
}
