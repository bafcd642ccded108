package dev.fairway.benchmarks.coordinator;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Who can be measured. */
public enum Opponent {
    /** The coordinator, with platform threads. */
    FAIRWAY,
    /** The coordinator, with virtual threads. */
    FAIRWAY_VIRTUAL,
    /** {@code ThreadPoolExecutor} with a {@code LinkedBlockingQueue}. */
    TPE_LBQ,
    /** {@code ForkJoinPool} in async mode. */
    FORK_JOIN,
    /** Actors of Pekko that are asked in turn. */
    PEKKO_ASK,
    /** A virtual thread for each task, and a semaphore. */
    VIRTUAL_THREADS;

    /** How many tasks may wait; more than the window lets in, so that nobody ever refuses one. */
    static final int CAPACITY = 2 * Window.SIZE;

    Contender open(int workers) {
        return switch (this) {
            case FAIRWAY -> new FairwayContender(workers, false);
            case FAIRWAY_VIRTUAL -> new FairwayContender(workers, true);
            case TPE_LBQ -> new PoolContender(threadPool(workers));
            case FORK_JOIN ->
                new PoolContender(
                        new ForkJoinPool(workers, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true));
            case PEKKO_ASK -> new AskContender(workers);
            case VIRTUAL_THREADS -> new VirtualThreadsContender(workers);
        };
    }

    private static ThreadPoolExecutor threadPool(int workers) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(workers, workers, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(CAPACITY));
        pool.prestartAllCoreThreads();
        return pool;
    }
}
