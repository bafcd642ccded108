package dev.fairway.benchmarks.scheduler;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** F4: the waits of tasks when there is little to do, beside what one would use instead. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LightLoadBenchmark extends PacedTasks {
    @Param({
        "FAIRWAY",
        "FAIRWAY_STRICT",
        "TPE_LBQ",
        "TPE_ABQ",
        "FORK_JOIN",
        "LOCKED_SCAN",
        "REACTOR_PUBLISH_ON",
        "REACTOR_FLAT_MAP",
        "BULKHEAD_THREADS"
    })
    public Opponent opponent = Opponent.FAIRWAY;

    @Override
    Contender contender(Shape shape) {
        return opponent.open(shape);
    }
}
