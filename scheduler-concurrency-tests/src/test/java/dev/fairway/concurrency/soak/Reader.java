package dev.fairway.concurrency.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.dispatcher.ChannelClosedException;
import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.Message;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

/** One who receives, by one thread at a time, and notices when anything is missing, twice, or out of order. */
final class Reader {
    /** What all readers of a dispatcher have seen. */
    static final class Seen {
        final LongAdder messages = new LongAdder();
        final LongAdder ticks = new LongAdder();
    }

    /** What one source has sent; its numbers are without gaps, and are drawn by one thread. */
    static final class Origin {
        /** Whether whoever hears of it hears all. */
        final boolean fromItsBeginning;

        long sent;

        Origin(boolean fromItsBeginning) {
            this.fromItsBeginning = fromItsBeginning;
        }

        Note next() {
            return new Note(this, sent + 1);
        }
    }

    /** A message's payload. */
    record Note(Origin origin, long number) {}

    final Receiver<Note> receiver;

    /** How many were sent to this reader alone; added up before their source is closed. */
    final LongAdder sentTo = new LongAdder();

    private final Seen seen;
    private final Map<Origin, Long> heard = new HashMap<>();
    private long direct;
    private volatile long last;

    Reader(Receiver<Note> receiver, Seen seen) {
        this.receiver = receiver;
        this.seen = seen;
        this.last = receiver.stats().lastDelivered();
    }

    String name() {
        return receiver.name();
    }

    /** One step of reading by hand; false at the end. */
    boolean step(Random own) throws InterruptedException {
        try {
            switch (own.nextInt(12)) {
                case 0 ->
                    receiver.receive(Duration.ofNanos(own.nextInt(1_000_000))).ifPresent(this::see);
                case 1, 2 -> receiver.poll().ifPresent(this::see);
                case 3 -> Chaos.pause(own, 1_000);
                case 4, 5, 6 -> see(receiver.receive());
                default -> receiver.receiveBatch(1 + own.nextInt(100)).forEach(this::see);
            }
            return true;
        } catch (ChannelClosedException e) {
            atTheEnd();
            return false;
        }
    }

    void see(Delivery<Note> delivery) {
        if (delivery instanceof Message<Note> message) {
            assertThat(message.timestamp())
                    .as("the timestamp of %s to %s, which follows on a message or a tick", message, name())
                    .isEqualTo(last + 1);
            seen.messages.increment();
            hear(message.payload());
            last = message.timestamp();
        } else if (delivery instanceof Tick<Note> tick) {
            assertThat(tick.timestamp()).as("a tick of %s", name()).isGreaterThan(last);
            seen.ticks.increment();
            last = tick.timestamp();
        }
    }

    private void hear(Note note) {
        Long before = heard.put(note.origin(), note.number());
        if (note.origin().fromItsBeginning) {
            direct++;
        }
        if (before != null || note.origin().fromItsBeginning) {
            assertThat(note.number())
                    .as("what %s hears next of a source", name())
                    .isEqualTo(before == null ? 1 : before + 1);
        }
    }

    /** Each message sent to it has come. */
    void atTheEnd() {
        assertThat(direct).as("what %s has got at its end", name()).isEqualTo(sentTo.sum());
    }

    /** With nothing more being sent: it gets as far as the clock. */
    void catchUp(long clock) throws InterruptedException {
        long deadline = System.nanoTime() + Chaos.LIMIT.toNanos();
        while (last < clock) {
            try {
                receiver.receive(Duration.ofSeconds(1)).ifPresent(this::see);
            } catch (ChannelClosedException e) {
                return; // its last source was closed before the clock stopped
            }
            assertThat(System.nanoTime() - deadline)
                    .as("%s is at %s, the clock at %s", name(), last, clock)
                    .isNegative();
        }
        assertThat(last).as("where %s is", name()).isEqualTo(clock);
    }

    /** With nothing more to come: it gets to the end. */
    void drain() throws InterruptedException {
        try {
            while (true) {
                receiver.receiveBatch(100).forEach(this::see);
            }
        } catch (ChannelClosedException e) {
            atTheEnd();
        }
    }
}
