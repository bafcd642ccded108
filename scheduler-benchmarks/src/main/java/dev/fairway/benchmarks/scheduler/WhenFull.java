package dev.fairway.benchmarks.scheduler;

/** How a producer waits for room. */
public enum WhenFull {
    /** It tries again, with {@code Thread.yield()} between two attempts. */
    YIELD,
    /** As the contender itself makes producers wait; the same as YIELD where it has nothing of its own. */
    BLOCK
}
