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
 * C2: messages to 64 receivers in turn, against messages to one. Each of the other receivers is also to learn that the clock has moved:
 * before each message it gets a tick, as often as not one for several. Handlers on two threads show what a message costs; a thread for
 * each receiver adds what the operating system takes for switching between 64 of them on a few processors.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ManyReceiversBenchmark {
    static final int MESSAGES = 500_000;

    @Param({"FAIRWAY_HANDLER", "FAIRWAY_POLL", "FAIRWAY", "NOTIFY_ALL"})
    public Opponent opponent = Opponent.FAIRWAY_HANDLER;

    @Param({"1", "64"})
    public int receivers;

    /** Who gets the messages: all in turn, or only one, while the others sleep but for their ticks. */
    public enum Addressed {
        ALL,
        ONE
    }

    @Param({"ALL"})
    public Addressed addressed = Addressed.ALL;

    int messages = MESSAGES;

    private Traffic traffic;

    @Setup
    public void open() {
        traffic = new Traffic(opponent, new Shape(1, receivers, 1_024), addressed == Addressed.ALL ? receivers : 1);
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
