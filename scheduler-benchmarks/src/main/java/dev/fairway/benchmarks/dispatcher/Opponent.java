package dev.fairway.benchmarks.dispatcher;

import com.lmax.disruptor.PhasedBackoffWaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import dev.fairway.benchmarks.Tally;
import java.util.concurrent.TimeUnit;

/** Who can be measured. */
public enum Opponent {
    /** The dispatcher; each receiver has a thread that takes one delivery at a time. */
    FAIRWAY,
    /** The dispatcher; each receiver has a thread that takes what is there. */
    FAIRWAY_BATCH,
    /** The dispatcher; each receiver has a handler, and all handlers the same two threads. */
    FAIRWAY_HANDLER,
    /** The dispatcher; two threads look into all receivers in turn, and never sleep. */
    FAIRWAY_POLL,
    /** A log in the ring of a Disruptor, whose consumer spins, yields, then sleeps, as ours. */
    DISRUPTOR,
    /** The same, whose consumer yields and never sleeps: nobody ever pays for a wake-up. */
    DISRUPTOR_YIELDING,
    /** One lock, and each message wakes all receivers. */
    NOTIFY_ALL;

    private static final long SPIN_MICROS = 1;
    private static final long YIELD_MICROS = 20;

    Contender open(Shape shape, Tally tally) {
        return switch (this) {
            case FAIRWAY -> new FairwayContender(shape, Way.RECEIVE, tally);
            case FAIRWAY_BATCH -> new FairwayContender(shape, Way.BATCH, tally);
            case FAIRWAY_HANDLER -> new FairwayContender(shape, Way.HANDLER, tally);
            case FAIRWAY_POLL -> new FairwayContender(shape, Way.POLL, tally);
            case DISRUPTOR ->
                new DisruptorContender(
                        shape,
                        PhasedBackoffWaitStrategy.withLiteLock(SPIN_MICROS, YIELD_MICROS, TimeUnit.MICROSECONDS),
                        tally);
            case DISRUPTOR_YIELDING -> new DisruptorContender(shape, new YieldingWaitStrategy(), tally);
            case NOTIFY_ALL -> new NotifyAllContender(shape, tally);
        };
    }
}
