package dev.fairway.benchmarks.scheduler;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Who can be measured. */
public enum Opponent {
    /** The scheduler with its default turn. */
    FAIRWAY,
    /** The scheduler with one task a turn. */
    FAIRWAY_STRICT,
    /** {@code ThreadPoolExecutor} with a {@code LinkedBlockingQueue}. One queue, not fair. */
    TPE_LBQ,
    /** {@code ThreadPoolExecutor} with an {@code ArrayBlockingQueue}. One queue, not fair. */
    TPE_ABQ,
    /** {@code ForkJoinPool} in async mode. A queue for each producer, not fair. */
    FORK_JOIN,
    /** Threads that poll one JCTools queue. Never parks while it is open; not fair, no lifecycle. */
    JCTOOLS_LOOP,
    /** Threads that poll a JCTools queue for each channel in turn. Never parks while it is open; fair, no lifecycle. */
    JCTOOLS_SCAN,
    /** One lock over an {@code ArrayDeque} for each channel, which workers look through in turn. Fair. */
    LOCKED_SCAN,
    /** Producers run their tasks themselves: what the task and counting it cost. */
    INLINE;

    Contender open(Shape shape) {
        return switch (this) {
            case FAIRWAY -> new FairwayContender(shape, Duration.ofNanos(20_000));
            case FAIRWAY_STRICT -> new FairwayContender(shape, Duration.ZERO);
            case TPE_LBQ -> new PoolContender(shape, new LinkedBlockingQueue<>(shape.total()));
            case TPE_ABQ -> new PoolContender(shape, new ArrayBlockingQueue<>(shape.total()));
            case FORK_JOIN -> new ForkJoinContender(shape);
            case JCTOOLS_LOOP -> JcToolsContender.oneQueue(shape);
            case JCTOOLS_SCAN -> JcToolsContender.oneQueueForEachChannel(shape);
            case LOCKED_SCAN -> new LockedScanContender(shape);
            case INLINE -> new InlineContender();
        };
    }
}
