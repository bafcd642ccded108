package dev.fairway.benchmarks;

import org.openjdk.jmh.infra.Blackhole;

/**
 * A task that does nothing, or computes for a while, and is counted.
 *
 * @param tally counts it
 * @param tokens how much to compute, in JMH's measure; 0 for nothing
 */
public record CountedTask(Tally tally, long tokens) implements Runnable {
    @Override
    public void run() {
        if (tokens > 0) {
            Blackhole.consumeCPU(tokens);
        }
        tally.count();
    }
}
