package dev.fairway.benchmarks.dispatcher;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * C1: messages from one sender, and from four, to one receiver with room for 1 024. An operation is a message that was received: each
 * invocation sends half a million, and ends when the last has arrived.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SequencingBenchmark {
    static final int MESSAGES = 500_000;

    @Param({"FAIRWAY", "FAIRWAY_BATCH", "DISRUPTOR", "DISRUPTOR_YIELDING", "NOTIFY_ALL"})
    public Opponent opponent = Opponent.FAIRWAY;

    @Param({"1", "4"})
    public int senders;

    int messages = MESSAGES;

    private Traffic traffic;

    @Setup
    public void open() {
        traffic = new Traffic(opponent, new Shape(senders, 1, 1_024), 1);
    }

    @Setup(Level.Iteration)
    public void begin() {
        traffic.begin();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long batch() {
        return traffic.run(messages);
    }

    @TearDown(Level.Iteration)
    public void report() {
        traffic.report();
    }

    @TearDown
    public void close() {
        traffic.close();
    }
}
