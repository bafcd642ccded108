package dev.fairway.benchmarks.dispatcher;

import dev.fairway.benchmarks.Allocated;
import dev.fairway.benchmarks.Cpu;
import dev.fairway.benchmarks.Producers;
import dev.fairway.benchmarks.Tally;
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
 * C3: four sources with every fourth timestamp each, one receiver, frontier order. An operation is a message that was received. When its
 * part of a batch is forwarded, a source promises that there is no more: the last messages of the others need that.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class MergingBenchmark {
    static final int MESSAGES = 500_000;
    private static final Object PAYLOAD = "message";
    private static final int CAPACITY = 1_024;
    private static final int PADDING = 16;

    /** Who merges. */
    public enum Merger {
        /** The dispatcher; a thread takes one delivery at a time. */
        FAIRWAY,
        /** The dispatcher; a thread takes what is there. */
        FAIRWAY_BATCH,
        /** One lock and a queue for each source, with as much room as inbox and reorder buffer of the dispatcher have together. */
        LOCKED_MERGE
    }

    @Param
    public Merger opponent = Merger.FAIRWAY;

    @Param({"4"})
    public int sources;

    int messages = MESSAGES;

    private final Cpu cpu = new Cpu();
    private final Allocated allocated = new Allocated();
    private Producers producers;
    private long doneBefore;

    @Setup
    public void open() {
        Tally tally = new Tally();
        MergeContender contender = open(tally);
        long[] rounds = new long[(sources + 1) * PADDING];
        producers = new Producers(
                source -> {
                    long round = rounds[(source + 1) * PADDING]++;
                    contender.forward(source, PAYLOAD, round * sources + source + 1);
                    if ((round + 1) % (messages / sources) == 0) {
                        contender.advance(source, (round + 1) * sources);
                    }
                },
                sources,
                tally,
                contender);
    }

    private MergeContender open(Tally tally) {
        return switch (opponent) {
            case FAIRWAY -> new FairwayMergeContender(sources, CAPACITY, Way.RECEIVE, tally);
            case FAIRWAY_BATCH -> new FairwayMergeContender(sources, CAPACITY, Way.BATCH, tally);
            case LOCKED_MERGE -> new LockedMergeContender(sources, 2 * CAPACITY, tally);
        };
    }

    @Setup(Level.Iteration)
    public void begin() {
        doneBefore = producers.done();
        cpu.begin();
        allocated.begin();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long batch() {
        return producers.run(messages);
    }

    @TearDown(Level.Iteration)
    public void report() {
        long done = producers.done() - doneBefore;
        cpu.report(done);
        allocated.reportAllThreads(done);
    }

    @TearDown
    public void close() {
        producers.close();
    }
}
