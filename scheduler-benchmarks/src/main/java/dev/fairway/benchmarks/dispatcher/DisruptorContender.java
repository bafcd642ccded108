package dev.fairway.benchmarks.dispatcher;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import com.lmax.disruptor.util.DaemonThreadFactory;
import dev.fairway.benchmarks.Tally;
import org.jspecify.annotations.Nullable;

/**
 * A ring of the LMAX Disruptor as a log: the sequence of a slot is the timestamp of its message. Any thread may publish, as with a
 * dispatcher, also when only one does. It has one consumer and knows neither other receivers nor who has sent.
 */
final class DisruptorContender implements Contender {
    private final Disruptor<Slot> disruptor;
    private final RingBuffer<Slot> ring;

    private static final class Slot {
        @Nullable
        Object payload;
    }

    DisruptorContender(Shape shape, WaitStrategy waitStrategy, Tally tally) {
        if (shape.receivers() != 1) {
            throw new IllegalArgumentException("a log has one receiver, not " + shape.receivers());
        }
        disruptor = new Disruptor<>(
                Slot::new, shape.capacity(), DaemonThreadFactory.INSTANCE, ProducerType.MULTI, waitStrategy);
        Seen seen = new Seen(tally);
        EventHandler<Slot> handler = (slot, sequence, endOfBatch) -> seen.message(slot.payload, sequence + 1);
        disruptor.handleEventsWith(handler);
        ring = disruptor.start();
    }

    @Override
    public void send(int sender, int receiver, Object payload) {
        long sequence = ring.next();
        try {
            ring.get(sequence).payload = payload;
        } finally {
            ring.publish(sequence);
        }
    }

    @Override
    public void close() {
        disruptor.shutdown();
    }
}
