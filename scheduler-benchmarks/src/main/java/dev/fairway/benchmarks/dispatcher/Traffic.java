package dev.fairway.benchmarks.dispatcher;

import dev.fairway.benchmarks.Allocated;
import dev.fairway.benchmarks.Cpu;
import dev.fairway.benchmarks.Producers;
import dev.fairway.benchmarks.Tally;

/** Threads that send, each to several receivers in turn. */
final class Traffic implements AutoCloseable {
    private static final Object PAYLOAD = "message";
    private static final int PADDING = 16;

    private final Cpu cpu = new Cpu();
    private final Allocated allocated = new Allocated();
    private final Producers producers;
    private long doneBefore;

    /**
     * Starts the threads.
     *
     * @param addressed how many of the receivers get messages
     */
    Traffic(Opponent opponent, Shape shape, int addressed) {
        Tally tally = new Tally();
        Contender contender = opponent.open(shape, tally);
        int[] next = new int[(shape.senders() + 1) * PADDING];
        producers = new Producers(
                sender -> {
                    int cell = (sender + 1) * PADDING;
                    int receiver = next[cell];
                    next[cell] = receiver + 1 == addressed ? 0 : receiver + 1;
                    contender.send(sender, receiver, PAYLOAD);
                },
                shape.senders(),
                tally,
                contender);
    }

    void begin() {
        doneBefore = producers.done();
        cpu.begin();
        allocated.begin();
    }

    /** Sends so many, and waits until all have arrived. */
    long run(int messages) {
        return producers.run(messages);
    }

    void report() {
        long done = producers.done() - doneBefore;
        cpu.report(done);
        allocated.reportAllThreads(done);
    }

    @Override
    public void close() {
        producers.close();
    }
}
