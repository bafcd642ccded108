package dev.fairway.benchmarks.coordinator;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** L4: what an empty task for any worker costs when there are a few workers, and when there are thousands, most of them idle. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ManyWorkersBenchmark extends EmptyTasks {
    @Param({"10", "10000"})
    public int workers;

    @Override
    Contender contender() {
        return Opponent.FAIRWAY.open(workers);
    }
}
