package dev.fairway.benchmarks.scheduler;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** As {@link ThroughputBenchmark}, with virtual threads: in a class of its own, since Java 17 has none. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class VirtualThreadsThroughputBenchmark extends Batches {
    @Param({"FAIRWAY_VIRTUAL", "VIRTUAL_THREADS"})
    public Opponent opponent = Opponent.FAIRWAY_VIRTUAL;

    @Override
    Contender contender(Shape shape) {
        return opponent.open(shape);
    }
}
