package dev.fairway.benchmarks.scheduler;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** F3: the waits of a small tenant beside a noisy one, with Fairway and with what one would use instead. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class NoisyNeighbourBenchmark extends QuietTenant {
    @Param({"FAIRWAY", "FAIRWAY_STRICT", "LOCKED_SCAN", "TPE_LBQ", "REACTOR_FLAT_MAP", "BULKHEAD_THREADS"})
    public Opponent opponent = Opponent.FAIRWAY;

    @Override
    Contender contender(Shape shape) {
        return opponent.open(shape);
    }
}
