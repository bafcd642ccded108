package dev.fairway.concurrency.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.concurrency.soak.Reader.Note;
import dev.fairway.concurrency.soak.Reader.Origin;
import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.DispatcherStats;
import dev.fairway.dispatcher.ReceiverClosedException;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/** A sequencing dispatcher whose receivers join late, leave, stop reading for a while, and handle with errors. */
final class SequencingChaos extends Chaos {
    private static final int BY_HAND = 3;
    private static final int READERS = 5;
    private static final int SENDERS = 3;

    private final long startAfter = random.nextInt(1_000);
    private final SequencingDispatcher<Note> dispatcher;
    private final ExecutorService executor = Executors.newFixedThreadPool(2, code -> daemon(code));
    private final AtomicReferenceArray<Reader> readers = new AtomicReferenceArray<>(READERS);
    private final AtomicLong names = new AtomicLong();
    private final Reader.Seen seen = new Reader.Seen();
    private final LongAdder sent = new LongAdder();
    private final LongAdder timestamps = new LongAdder();

    SequencingChaos(String name, long seed) {
        super(name, seed);
        dispatcher = ClockedDispatcher.<Note>builder()
                .name(name)
                .inboxCapacity(1 + random.nextInt(random.nextBoolean() ? 3 : 100))
                .startAfter(startAfter)
                .drainTimeout(LIMIT)
                .sequencing();
    }

    private Thread daemon(Runnable code) {
        Thread thread = new Thread(code, name + "-handlers");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    void start() {
        for (int i = 0; i < SENDERS; i++) {
            Sending sending = new Sending();
            hammer("sender", sending::step);
        }
        Broadcasting broadcasting = new Broadcasting();
        hammer("broadcaster", broadcasting::step);
        for (int i = 0; i < BY_HAND; i++) {
            int place = i;
            hammer("reader", own -> read(own, place));
        }
        hammer("registrar", own -> handle(own, BY_HAND + own.nextInt(READERS - BY_HAND)));
        interruptNowAndThen();
    }

    // ---- receivers

    private Reader register() {
        return new Reader(dispatcher.receiver(name + "-receiver-" + names.incrementAndGet()), seen);
    }

    private void read(Random own, int place) throws InterruptedException {
        Reader reader = readers.get(place);
        if (reader == null) {
            pause(own, 1_000);
            readers.set(place, register());
        } else if (own.nextInt(2_000) == 0 || !reader.step(own)) {
            readers.set(place, null);
            reader.receiver.close();
        }
    }

    /** Somebody else reads these: handlers, which throw now and then. */
    private void handle(Random own, int place) {
        Reader old = readers.get(place);
        if (old == null) {
            Reader reader = register();
            readers.set(place, reader);
            reader.receiver.onDelivery(
                    delivery -> {
                        try {
                            reader.see(delivery);
                        } catch (Throwable failure) {
                            fail(failure);
                        }
                        if (delivery.timestamp() % 97 == 0) {
                            throw new IllegalStateException("thrown by a handler");
                        }
                    },
                    executor);
        } else if (own.nextInt(20) == 0) {
            readers.set(place, null);
            old.receiver.close();
        }
        pause(own, 2_000);
    }

    // ---- sources

    private void count(OptionalLong timestamp, Origin origin) {
        if (timestamp.isPresent()) {
            origin.sent++;
            sent.increment();
            timestamps.add(timestamp.getAsLong());
        }
    }

    /** One thread's sender, one after the other. */
    private final class Sending {
        private Sender<Note> sender;
        private Reader target;
        private Origin origin = new Origin(true);

        void step(Random own) throws InterruptedException {
            if (sender == null) {
                make(own);
                return;
            }
            long before = origin.sent;
            try {
                switch (own.nextInt(4)) {
                    case 0 -> count(OptionalLong.of(sender.send(origin.next())), origin);
                    case 1 -> count(sender.send(origin.next(), Duration.ofNanos(own.nextInt(500_000))), origin);
                    default -> count(sender.trySend(origin.next()), origin);
                }
                target.sentTo.add(origin.sent - before);
                if (own.nextInt(500) == 0) {
                    leave();
                }
            } catch (ReceiverClosedException e) {
                leave();
            }
        }

        private void make(Random own) {
            target = readers.get(own.nextInt(READERS));
            if (target == null) {
                return;
            }
            try {
                origin = new Origin(true);
                sender = dispatcher.sender(name + "-sender-" + names.incrementAndGet(), target.name());
            } catch (IllegalArgumentException | ReceiverClosedException e) {
                sender = null; // it has left, or ended, meanwhile
            }
        }

        private void leave() {
            sender.close();
            sender = null;
        }
    }

    private final class Broadcasting {
        private Broadcaster<Note> broadcaster;
        private Origin origin = new Origin(false);

        void step(Random own) throws InterruptedException {
            if (broadcaster == null) {
                pause(own, 1_000);
                origin = new Origin(false);
                broadcaster = dispatcher.broadcaster(name + "-broadcaster-" + names.incrementAndGet());
            }
            switch (own.nextInt(6)) {
                case 0 -> count(OptionalLong.of(broadcaster.broadcast(origin.next())), origin);
                case 1 -> count(broadcaster.broadcast(origin.next(), Duration.ofNanos(own.nextInt(500_000))), origin);
                case 2 -> count(broadcaster.tryBroadcast(origin.next()), origin);
                default -> pause(own, 200);
            }
            if (own.nextInt(500) == 0) {
                broadcaster.close();
                broadcaster = null;
            }
        }
    }

    // ---- the end

    @Override
    void end() throws InterruptedException {
        long clock = dispatcher.stats().clock();
        for (int i = 0; i < READERS; i++) {
            Reader reader = readers.get(i);
            if (reader != null && i < BY_HAND) {
                reader.catchUp(clock);
            }
        }
        assertThat(dispatcher.close(LIMIT).isClean())
                .as("the close of %s", name)
                .isTrue();
        for (int i = 0; i < READERS; i++) {
            Reader reader = readers.get(i);
            if (reader != null && i < BY_HAND) {
                reader.drain();
            } else if (reader != null) {
                reader.atTheEnd();
            }
        }
        executor.shutdown();
        assertThat(executor.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        noThreadIsLeft(name);
        DispatcherStats stats = dispatcher.stats();
        String books = stats + ", sent " + sent + ", seen " + seen.messages;
        assertThat(stats.clock()).as(books).isEqualTo(startAfter + sent.sum());
        assertThat(stats.sent()).as(books).isEqualTo(sent.sum());
        assertThat(timestamps.sum())
                .as("each timestamp once: %s", books)
                .isEqualTo(sent.sum() * startAfter + sent.sum() * (sent.sum() + 1) / 2);
        assertThat(stats.accepted()).as(books).isEqualTo(seen.messages.sum() + stats.dropped());
        assertThat(stats.ticksDelivered()).as(books + ", ticks " + seen.ticks).isEqualTo(seen.ticks.sum());
    }

    @Override
    public String toString() {
        DispatcherStats stats = dispatcher.stats();
        return name + ": " + stats.sent() + " sent, " + seen.messages + " seen, " + stats.dropped() + " dropped, "
                + seen.ticks + " ticks, " + stats.failures() + " failures, " + names + " sources and receivers";
    }
}
