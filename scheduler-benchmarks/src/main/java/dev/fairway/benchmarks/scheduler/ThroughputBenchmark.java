package dev.fairway.benchmarks.scheduler;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** F1 and F2: how many tasks run, empty ones and some of about 100 ns, beside what one would use instead. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ThroughputBenchmark extends Batches {
    @Param({
        "FAIRWAY",
        "FAIRWAY_STRICT",
        "TPE_LBQ",
        "TPE_ABQ",
        "FORK_JOIN",
        "JCTOOLS_LOOP",
        "JCTOOLS_SCAN",
        "LOCKED_SCAN",
        "REACTOR_PUBLISH_ON",
        "REACTOR_FLAT_MAP",
        "BULKHEAD_THREADS",
        "BULKHEAD_SEMAPHORE",
        "INLINE"
    })
    public Opponent opponent = Opponent.FAIRWAY;

    @Override
    Contender contender(Shape shape) {
        return opponent.open(shape);
    }
}
