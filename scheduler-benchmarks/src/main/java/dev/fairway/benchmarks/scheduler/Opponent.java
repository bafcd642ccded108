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
    INLINE,
    /** Reactor: each tenant's queue is emptied by one of the threads. Fair while there are enough threads; one task at a time. */
    REACTOR_PUBLISH_ON,
    /** Reactor: each tenant has one task on its way for each thread. Fair. */
    REACTOR_FLAT_MAP,
    /** Bulkheads of resilience4j with threads of their own. Fair, since nothing is shared. */
    BULKHEAD_THREADS,
    /** Bulkheads of resilience4j, each a semaphore, in front of TPE_LBQ. One queue, not fair, but nobody fills it alone. */
    BULKHEAD_SEMAPHORE,
    /** The scheduler with virtual threads. Java 21 and later, as what follows. */
    FAIRWAY_VIRTUAL,
    /** A virtual thread for each task, and a semaphore for each tenant. Fair, since permits are not shared. */
    VIRTUAL_THREADS;

    private static final Duration TURN = Duration.ofNanos(20_000);

    Contender open(Shape shape) {
        return switch (this) {
            case FAIRWAY -> new FairwayContender(shape, TURN, false);
            case FAIRWAY_STRICT -> new FairwayContender(shape, Duration.ZERO, false);
            case TPE_LBQ -> new PoolContender(shape, new LinkedBlockingQueue<>(shape.total()));
            case TPE_ABQ -> new PoolContender(shape, new ArrayBlockingQueue<>(shape.total()));
            case FORK_JOIN -> new ForkJoinContender(shape);
            case JCTOOLS_LOOP -> JcToolsContender.oneQueue(shape);
            case JCTOOLS_SCAN -> JcToolsContender.oneQueueForEachChannel(shape);
            case LOCKED_SCAN -> new LockedScanContender(shape);
            case INLINE -> new InlineContender();
            case REACTOR_PUBLISH_ON -> ReactorContender.publishOn(shape);
            case REACTOR_FLAT_MAP -> ReactorContender.flatMap(shape);
            case BULKHEAD_THREADS -> new ThreadPoolBulkheadContender(shape);
            case BULKHEAD_SEMAPHORE -> new SemaphoreBulkheadContender(shape);
            case FAIRWAY_VIRTUAL -> new FairwayContender(shape, TURN, true);
            case VIRTUAL_THREADS -> new VirtualThreadsContender(shape);
        };
    }
}
