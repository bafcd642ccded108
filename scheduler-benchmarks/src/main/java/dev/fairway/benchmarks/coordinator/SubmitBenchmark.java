package dev.fairway.benchmarks.coordinator;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** L1: an empty task, submitted and run, beside what one would use instead. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SubmitBenchmark extends EmptyTasks {
    @Param({"FAIRWAY", "TPE_LBQ", "FORK_JOIN", "PEKKO_ASK"})
    public Opponent opponent = Opponent.FAIRWAY;

    @Param({"1", "4", "16"})
    public int workers;

    @Override
    Contender contender() {
        return opponent.open(workers);
    }
}
