package dev.fairway.concurrency.scheduler;

import dev.fairway.concurrency.Await;
import dev.fairway.concurrency.Fork;
import dev.fairway.scheduler.CancelReport;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.scheduler.Overload;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the states of a test share: threads are dear, so there is one scheduler, and each state has a channel of its own. Its turns
 * are strict, so that many channels with a task each keep the workers on the move.
 */
final class Rig {
    private static final AtomicLong NAMES = new AtomicLong();

    private Rig() {}

    /** A scheduler of probes. */
    static FairScheduler.Builder<Probe, Integer> scheduler(int workers) {
        Fork.endsWithMain();
        return FairScheduler.<Probe, Integer>processing(Probe::process)
                .committing((probe, result) -> probe.commit())
                .workers(workers)
                .turn(Duration.ZERO)
                .drainTimeout(Await.LIMIT);
    }

    /** A channel of its own for a state. */
    static Channel<Probe, Integer> channel(ChannelOptions options) {
        return open(Working.SCHEDULER, options);
    }

    /** A channel of which no worker takes anything: what runs, runs in its callers. */
    static Channel<Probe, Integer> channelOfCallers(ChannelOptions options) {
        return open(Held.SCHEDULER, options);
    }

    /** A channel that is full with one task, so that a submit runs in its caller. */
    static Channel<Probe, Integer> fullChannelOfCallers(int maxParallel) {
        Channel<Probe, Integer> channel = channelOfCallers(
                ChannelOptions.capacity(1).maxParallel(maxParallel).overload(Overload.callerRuns()));
        channel.offer(new Probe());
        return channel;
    }

    private static Channel<Probe, Integer> open(FairScheduler<Probe, Integer> scheduler, ChannelOptions options) {
        return scheduler.openChannel("c" + NAMES.incrementAndGet(), options);
    }

    /** Ends a state's channel. False when it does not end. */
    static boolean end(Channel<Probe, Integer> channel) {
        channel.close();
        channel.cancelAll();
        return Await.until(channel.terminated());
    }

    /** {@return where a report has put its only task} */
    static String found(CancelReport report) {
        if (report.dropped() + report.suppressed() + report.committing() > 1) {
            return "in several places";
        }
        return report.dropped() > 0
                ? "dropped"
                : report.suppressed() > 0 ? "suppressed" : report.committing() > 0 ? "committing" : "nothing";
    }

    private static final class Working {
        static final FairScheduler<Probe, Integer> SCHEDULER = scheduler(1).build();
    }

    private static final class Held {
        static final FairScheduler<Probe, Integer> SCHEDULER = scheduler(1).build();

        static {
            Probe holder = new Probe() {
                @Override
                int process() throws Exception {
                    Thread.sleep(Long.MAX_VALUE);
                    return 0;
                }
            };
            SCHEDULER.openChannel("holder").offer(holder);
            if (!Await.until(() -> SCHEDULER.stats().running() == 1)) {
                throw new IllegalStateException("the worker did not take the task that holds it");
            }
        }
    }
}
