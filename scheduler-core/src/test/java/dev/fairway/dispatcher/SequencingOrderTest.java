package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Threads;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order that must hold whatever the threads do. */
class SequencingOrderTest {
    @RegisterExtension
    final Threads threads = new Threads();

    /** What one receiver saw, checked as it comes. */
    private static final class Witness {
        final List<Message<Long>> messages = new ArrayList<>();
        long last;
        long ticks;

        Witness(long start) {
            last = start;
        }

        void see(Delivery<Long> delivery) {
            assertThat(delivery.timestamp()).as("%s after %s", delivery, last).isGreaterThan(last);
            if (delivery instanceof Message<Long> message) {
                assertThat(message.timestamp()).as("announced by a tick").isEqualTo(last + 1);
                messages.add(message);
            } else {
                ticks++;
            }
            last = delivery.timestamp();
        }
    }

    /**
     * Senders and broadcasters send to receivers that read in different ways. The payload is the number of the receiver meant, or -1 for
     * all, times the timestamp's place; so each receiver can tell whether a message is for it, and at the end whether one was missed.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1_024})
    void everyReceiverGetsWhatIsForItOnceAndInOrder(int capacity) throws Exception {
        int receivers = 4;
        int each = capacity < 10 ? 500 : 10_000;
        SequencingDispatcher<Long> dispatcher = ClockedDispatcher.<Long>builder()
                .inboxCapacity(capacity)
                .startAfter(500)
                .sequencing();
        List<Witness> witnesses = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int r = 0; r < receivers; r++) {
            Receiver<Long> receiver = dispatcher.receiver("r" + r);
            Witness witness = new Witness(500);
            witnesses.add(witness);
            int way = r;
            readers.add(threads.start(() -> {
                switch (way) {
                    case 0 -> receiver.forEach(witness::see);
                    case 1 -> {
                        for (Delivery<Long> delivery : receiver) {
                            witness.see(delivery);
                        }
                    }
                    case 2 -> readBatches(receiver, witness);
                    default -> readByPolling(receiver, witness);
                }
            }));
        }
        ConcurrentLinkedQueue<long[]> sent = new ConcurrentLinkedQueue<>(); // timestamp, receiver
        CountDownLatch done = new CountDownLatch(3);
        List<Source> sources = new ArrayList<>();
        threads.startTogether(3, t -> {
            List<Sender<Long>> senders = new ArrayList<>();
            for (int r = 0; r < receivers; r++) {
                senders.add(dispatcher.sender("s" + t + "-" + r, "r" + r));
            }
            Broadcaster<Long> broadcaster = dispatcher.broadcaster("b" + t);
            synchronized (sources) {
                sources.addAll(senders);
                sources.add(broadcaster);
            }
            long before = 0;
            for (int i = 0; i < each; i++) {
                int r = ThreadLocalRandom.current().nextInt(receivers * 5);
                long timestamp;
                if (r < receivers * 4) {
                    r %= receivers;
                    timestamp = senders.get(r).send((long) r);
                } else {
                    r = -1;
                    timestamp = broadcaster.broadcast(-1L);
                }
                assertThat(timestamp).as("real time is respected").isGreaterThan(before);
                before = timestamp;
                sent.add(new long[] {timestamp, r});
            }
            done.countDown();
        });
        Threads.await(done);
        sources.forEach(Source::close);
        threads.join();
        BitSet timestamps = new BitSet();
        for (long[] message : sent) {
            timestamps.set((int) (message[0] - 500));
        }
        assertThat(timestamps.nextClearBit(1)).as("no gap").isEqualTo(3 * each + 1);
        for (int r = 0; r < receivers; r++) {
            int number = r;
            assertThat(witnesses.get(r).messages.stream()
                            .map(Message::timestamp)
                            .toList())
                    .isEqualTo(sent.stream()
                            .filter(message -> message[1] == number || message[1] == -1)
                            .map(message -> message[0])
                            .sorted()
                            .toList());
            assertThat(witnesses.get(r).last).as("the end").isEqualTo(500 + 3 * each);
        }
        dispatcher.close();
    }

    private static void readBatches(Receiver<Long> receiver, Witness witness) throws InterruptedException {
        try {
            while (true) {
                receiver.receiveBatch(7).forEach(witness::see);
            }
        } catch (ChannelClosedException end) {
            // it was read to its end
        }
    }

    private static void readByPolling(Receiver<Long> receiver, Witness witness) {
        try {
            while (true) {
                receiver.poll().ifPresentOrElse(witness::see, Thread::yield);
            }
        } catch (ChannelClosedException end) {
            // it was read to its end
        }
    }

    /**
     * A reader that finds its inbox empty reads the clock and says so, while a sender has taken the next timestamp and not appended yet; or
     * a broadcast has. Here both happen all the time: a receiver that only polls, and gets a message now and then.
     */
    @Test
    void aTickIsNeverOvertakenByWhatItExcludes() throws Exception {
        int each = 60_000;
        SequencingDispatcher<Long> dispatcher =
                ClockedDispatcher.<Long>builder().inboxCapacity(2 * each).sequencing();
        Receiver<Long> polled = dispatcher.receiver("polled");
        dispatcher.receiver("other");
        Sender<Long> toPolled = dispatcher.sender("a", "polled");
        Sender<Long> toOther = dispatcher.sender("b", "other");
        Broadcaster<Long> toAll = dispatcher.broadcaster("c");
        Witness witness = new Witness(0);
        Thread reader = threads.start(() -> readByPolling(polled, witness));
        threads.startTogether(3, t -> {
            for (int i = 0; i < each; i++) {
                switch (t) {
                    case 0 -> toPolled.send(0L);
                    case 1 -> toOther.send(0L);
                    default -> {
                        if (i % 8 == 0) {
                            toAll.broadcast(0L);
                        }
                    }
                }
            }
        });
        Threads.awaitThat(() -> dispatcher.stats().clock() == 2 * each + each / 8);
        dispatcher.close();
        reader.join(Threads.LIMIT.toMillis());
        threads.join();
        assertThat(witness.messages).hasSize(each + each / 8);
        assertThat(witness.ticks).isPositive();
    }

    @Test
    void whoKeepsReceivingReachesTheLastTimestamp() throws Exception {
        SequencingDispatcher<Long> dispatcher =
                ClockedDispatcher.<Long>builder().sequencing();
        List<AtomicLong> seen = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Receiver<Long> receiver = dispatcher.receiver("r" + i);
            AtomicLong last = new AtomicLong();
            seen.add(last);
            threads.start(() -> receiver.forEach(delivery -> last.set(delivery.timestamp())));
        }
        Sender<Long> sender = dispatcher.sender("s", "r0");
        for (int round = 0; round < 300; round++) {
            long sent = 0;
            for (int i = 0; i <= round % 7; i++) {
                sent = sender.send(0L);
            }
            long target = sent;
            for (AtomicLong last : seen) {
                Threads.awaitThat(() -> last.get() == target);
            }
        }
        dispatcher.close();
    }

    /** A broadcast counts for a receiver if its timestamp was taken after the registration, and then exactly once. */
    @Test
    void aReceiverThatComesDuringBroadcastsGetsAllFromSomeOneOn() throws Exception {
        SequencingDispatcher<Long> dispatcher =
                ClockedDispatcher.<Long>builder().inboxCapacity(100_000).sequencing();
        Broadcaster<Long> broadcaster = dispatcher.broadcaster("b");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong allowed = new AtomicLong(); // else those that nobody reads would fill up
        Thread broadcasting = threads.start(() -> {
            for (long sent = 0; !stop.get(); ) {
                if (sent < allowed.get()) {
                    sent = broadcaster.broadcast(0L);
                } else {
                    Thread.yield();
                }
            }
        });
        List<Receiver<Long>> receivers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Receiver<Long> receiver = dispatcher.receiver("r" + i);
            allowed.set(dispatcher.stats().clock() + 300);
            long start = receiver.stats().lastDelivered();
            Delivery<Long> first = receiver.receive();
            assertThat(first).isInstanceOf(Message.class);
            assertThat(first.timestamp()).isEqualTo(start + 1);
            if (i % 2 == 0) {
                receiver.close();
            } else {
                receivers.add(receiver);
            }
        }
        stop.set(true);
        broadcasting.join(Threads.LIMIT.toMillis());
        long end = dispatcher.stats().clock();
        for (Receiver<Long> receiver : receivers) {
            long last = receiver.stats().lastDelivered();
            while (last < end) {
                assertThat(receiver.receive()).isEqualTo(new Message<>(0L, ++last));
            }
            assertThat(receiver.poll()).isEmpty();
        }
        dispatcher.close();
    }

    @Test
    void aReceiverStartsAtTheClocksCurrentValue() throws Exception {
        try (SequencingDispatcher<Long> dispatcher =
                ClockedDispatcher.<Long>builder().startAfter(41).sequencing()) {
            dispatcher.receiver("a");
            Sender<Long> toA = dispatcher.sender("toA", "a");
            assertThat(toA.send(0L)).isEqualTo(42);
            Receiver<Long> late = dispatcher.receiver("late");
            assertThat(late.poll()).isEmpty();
            Sender<Long> toLate = dispatcher.sender("toLate", "late");
            assertThat(toLate.send(0L)).isEqualTo(43);
            assertThat(late.receive()).isEqualTo(new Message<>(0L, 43));
        }
    }

    /** Registering and leaving while others send: nobody gets what is not for it, and no timestamp is lost. */
    @Test
    void comingAndGoingDisturbsNobody() throws Exception {
        SequencingDispatcher<Long> dispatcher =
                ClockedDispatcher.<Long>builder().inboxCapacity(16).sequencing();
        Receiver<Long> steady = dispatcher.receiver("steady");
        Sender<Long> toSteady = dispatcher.sender("toSteady", "steady");
        Witness witness = new Witness(0);
        Thread reader = threads.start(() -> steady.forEach(witness::see));
        AtomicLong accepted = new AtomicLong();
        threads.startTogether(3, t -> {
            for (int i = 0; i < 1_500; i++) {
                if (t == 0) {
                    toSteady.send((long) i);
                    accepted.incrementAndGet();
                    continue;
                }
                Receiver<Long> guest = dispatcher.receiver("guest" + t);
                Sender<Long> toGuest = dispatcher.sender("s" + t, "guest" + t);
                OptionalLong sent = toGuest.trySend(0L);
                assertThat(sent).isPresent();
                accepted.incrementAndGet();
                if (i % 2 == 0) {
                    Delivery<Long> delivery = guest.receive();
                    while (delivery instanceof Tick) {
                        delivery = guest.receive();
                    }
                    assertThat(delivery.timestamp()).isEqualTo(sent.getAsLong());
                }
                toGuest.close();
                guest.close();
            }
        });
        Threads.awaitThat(() -> accepted.get() == 4_500);
        assertThat(dispatcher.stats().clock()).isEqualTo(4_500);
        assertThat(dispatcher.stats().sent()).isEqualTo(4_500);
        assertThat(dispatcher.stats().accepted()).isEqualTo(4_500);
        dispatcher.close();
        reader.join(Threads.LIMIT.toMillis());
        assertThat(witness.messages).hasSize(1_500);
        assertThat(witness.last).isEqualTo(4_500);
    }
}
