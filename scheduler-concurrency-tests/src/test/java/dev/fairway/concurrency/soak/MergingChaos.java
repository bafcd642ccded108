package dev.fairway.concurrency.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.concurrency.soak.Reader.Note;
import dev.fairway.concurrency.soak.Reader.Origin;
import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.DispatcherStats;
import dev.fairway.dispatcher.Forwarder;
import dev.fairway.dispatcher.MergeOrder;
import dev.fairway.dispatcher.MergingDispatcher;
import dev.fairway.dispatcher.ReceiverClosedException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/** A merging dispatcher of either order, with forwarders that come late, run ahead, give up numbers, and leave. */
final class MergingChaos extends Chaos {
    private static final int READERS = 3;
    private static final int FORWARDERS = 3;

    private final MergingDispatcher<Note> dispatcher;
    private final AtomicReferenceArray<Reader> readers = new AtomicReferenceArray<>(READERS);
    private final AtomicLong names = new AtomicLong();

    /** About where the numbers are. */
    private final AtomicLong highest = new AtomicLong();

    private final Reader.Seen seen = new Reader.Seen();
    private final LongAdder sent = new LongAdder();

    MergingChaos(String name, long seed) {
        super(name, seed);
        dispatcher = ClockedDispatcher.<Note>builder()
                .name(name)
                .inboxCapacity(1 + random.nextInt(random.nextBoolean() ? 3 : 100))
                .reorderCapacity(1 + random.nextInt(random.nextBoolean() ? 3 : 100))
                .drainTimeout(LIMIT)
                .merging(random.nextBoolean() ? MergeOrder.FRONTIER : MergeOrder.CONSECUTIVE);
    }

    @Override
    void start() {
        for (int i = 0; i < FORWARDERS; i++) {
            Forwarding forwarding = new Forwarding(i);
            hammer("forwarder", forwarding::step);
        }
        for (int i = 0; i < READERS; i++) {
            int place = i;
            hammer("reader", own -> read(own, place));
        }
        interruptNowAndThen();
    }

    private void read(Random own, int place) throws InterruptedException {
        Reader reader = readers.get(place);
        if (reader == null) {
            pause(own, 1_000);
            readers.set(place, new Reader(dispatcher.receiver(name + "-receiver-" + names.incrementAndGet()), seen));
        } else if (own.nextInt(2_000) == 0 || !reader.step(own)) {
            readers.set(place, null);
            reader.receiver.close();
        }
    }

    /** One thread's forwarder, one after the other. Each thread has the numbers of one remainder. */
    private final class Forwarding {
        private final int remainder;
        private Forwarder<Note> forwarder;
        private Reader target;
        private Origin origin = new Origin(true);

        /** The last number this thread may have used, by whichever forwarder. */
        private long last;

        Forwarding(int remainder) {
            this.remainder = remainder;
        }

        void step(Random own) throws InterruptedException {
            if (forwarder == null) {
                make(own);
                return;
            }
            try {
                long number = number(own);
                if (own.nextInt(4) == 0) {
                    forwarder.advance(number);
                } else if (own.nextInt(4) == 0) {
                    forwarder.forward(origin.next(), number);
                    count();
                } else if (forwarder.forward(origin.next(), number, Duration.ofNanos(own.nextInt(1_000_000)))) {
                    count();
                }
                if (own.nextInt(500) == 0) {
                    leave();
                }
            } catch (ReceiverClosedException e) {
                leave();
            }
        }

        private long number(Random own) {
            long about = Math.max(Math.max(forwarder.promise(), last) + 1, highest.get() - 10 + own.nextInt(12));
            long number = about + Math.floorMod(remainder - about, FORWARDERS);
            last = number;
            highest.accumulateAndGet(number, Math::max);
            return number;
        }

        private void count() {
            origin.sent++;
            sent.increment();
            if (target != null) {
                target.sentTo.increment();
            }
        }

        /** To one reader, or to whoever is there. */
        private void make(Random own) {
            String source = name + "-forwarder-" + names.incrementAndGet();
            if (own.nextInt(4) == 0) {
                target = null;
                origin = new Origin(false);
                forwarder = dispatcher.broadcaster(source);
                return;
            }
            target = readers.get(own.nextInt(READERS));
            if (target == null) {
                return;
            }
            try {
                origin = new Origin(true);
                forwarder = dispatcher.forwarder(source, target.name());
            } catch (IllegalArgumentException | ReceiverClosedException e) {
                forwarder = null; // it has left, or ended, meanwhile
            }
        }

        private void leave() {
            forwarder.close();
            forwarder = null;
        }
    }

    @Override
    void end() throws InterruptedException {
        assertThat(dispatcher.close(LIMIT).isClean())
                .as("the close of %s", name)
                .isTrue();
        for (int i = 0; i < READERS; i++) {
            Reader reader = readers.get(i);
            if (reader != null) {
                reader.drain();
            }
        }
        noThreadIsLeft(name);
        DispatcherStats stats = dispatcher.stats();
        String books = stats + ", sent " + sent + ", seen " + seen.messages;
        assertThat(stats.sent()).as(books).isEqualTo(sent.sum());
        assertThat(stats.accepted()).as(books).isEqualTo(seen.messages.sum() + stats.dropped());
        assertThat(stats.ticksDelivered()).as(books + ", ticks " + seen.ticks).isEqualTo(seen.ticks.sum());
    }

    @Override
    public String toString() {
        DispatcherStats stats = dispatcher.stats();
        return name + " (" + dispatcher.order() + "): " + stats.sent() + " sent, " + seen.messages + " seen, "
                + stats.dropped() + " dropped, " + seen.ticks + " ticks, " + names + " sources and receivers";
    }
}
