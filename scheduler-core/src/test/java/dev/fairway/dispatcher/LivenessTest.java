package dev.fairway.dispatcher;

import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * When sends stop, every receiver that is open and keeps receiving reaches the last timestamp, in whatever way it receives: nothing is
 * closed here that could wake somebody who was forgotten. For merging, {@link MergingRandomTest} shows the same.
 */
class LivenessTest {
    private static final int BURSTS = 40;

    @RegisterExtension
    final Threads threads = new Threads();

    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final List<AtomicLong> reached = new ArrayList<>();

    @AfterEach
    void shutDown() {
        pool.shutdownNow();
    }

    /** Reads in one of the ways there are, and keeps how far it has come. */
    private void read(Receiver<Integer> receiver) {
        AtomicLong last = new AtomicLong();
        switch (reached.size() % 6) {
            case 0 -> threads.start(() -> receiver.forEach(delivery -> last.set(delivery.timestamp())));
            case 1 ->
                threads.start(() -> untilClosed(() -> receiver.receive(Duration.ofNanos(200_000))
                        .ifPresent(delivery -> last.set(delivery.timestamp()))));
            case 2 ->
                threads.start(() -> untilClosed(
                        () -> receiver.receiveBatch(3).forEach(delivery -> last.set(delivery.timestamp()))));
            case 3 -> receiver.onDelivery(delivery -> last.set(delivery.timestamp()), pool);
            case 4 -> receiver.onDelivery(delivery -> last.set(delivery.timestamp()), Runnable::run);
            default -> receiver.publisher(pool).subscribe(new OneByOne(last));
        }
        reached.add(last);
    }

    private static void untilClosed(Threads.Code code) throws Exception {
        try {
            while (true) {
                code.run();
            }
        } catch (ChannelClosedException end) {
            // the test is over
        }
    }

    /** Asks for one delivery after the other. */
    private static final class OneByOne implements Flow.Subscriber<Delivery<Integer>> {
        private final AtomicLong last;
        private Flow.@Nullable Subscription subscription;

        OneByOne(AtomicLong last) {
            this.last = last;
        }

        @Override
        public void onSubscribe(Flow.Subscription mine) {
            subscription = mine;
            mine.request(1);
        }

        @Override
        public void onNext(Delivery<Integer> delivery) {
            last.set(delivery.timestamp());
            subscription.request(1);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    private void awaitAll(long timestamp) {
        for (int i = 0; i < reached.size(); i++) {
            AtomicLong last = reached.get(i);
            try {
                Threads.awaitThat(() -> last.get() == timestamp);
            } catch (RuntimeException e) {
                throw new AssertionError("receiver " + i + " stays at " + last + " and the clock is " + timestamp, e);
            }
        }
    }

    /** Some send at once, to single receivers or to all, and then nobody does. */
    private void burst(List<Sender<Integer>> senders, List<Broadcaster<Integer>> broadcasters, Random random)
            throws InterruptedException {
        CountDownLatch sent = new CountDownLatch(broadcasters.size());
        for (Broadcaster<Integer> broadcaster : broadcasters) {
            Random own = new Random(random.nextLong());
            threads.start(() -> {
                for (int i = own.nextInt(20); i >= 0; i--) {
                    if (own.nextInt(8) == 0) {
                        broadcaster.broadcast(i);
                    } else {
                        senders.get(own.nextInt(senders.size())).send(i);
                    }
                }
                sent.countDown();
            });
        }
        Threads.await(sent);
    }

    @RepeatedTest(3)
    void everyReceiverReachesTheClockWhenSendsStop() throws Exception {
        Random random = new Random();
        try (SequencingDispatcher<Integer> dispatcher =
                ClockedDispatcher.<Integer>builder().inboxCapacity(3).sequencing()) {
            List<Sender<Integer>> senders = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                read(dispatcher.receiver("r" + i));
                if (i < 6) {
                    senders.add(dispatcher.sender("s" + i, "r" + i));
                }
            }
            List<Broadcaster<Integer>> broadcasters =
                    List.of(dispatcher.broadcaster("b1"), dispatcher.broadcaster("b2"));
            for (int i = 0; i < BURSTS; i++) {
                burst(senders, broadcasters, random);
                awaitAll(dispatcher.stats().clock());
            }
        }
        threads.join();
    }

    @RepeatedTest(3)
    void everyLeafOfThreeLevelsReachesTheClockOfTheTop() throws Exception {
        Random random = new Random();
        try (SequencingDispatcher<Integer> top =
                        ClockedDispatcher.<Integer>builder().inboxCapacity(3).sequencing();
                MergingDispatcher<Integer> middle = merging(MergeOrder.FRONTIER);
                MergingDispatcher<Integer> left = merging(MergeOrder.FRONTIER);
                MergingDispatcher<Integer> right = merging(MergeOrder.CONSECUTIVE)) {
            top.connect("all", middle, "left", "right");
            middle.connect("left", left, "l0", "l1", "l2");
            middle.connect("right", right, "r0", "r1", "r2");
            for (int i = 0; i < 3; i++) {
                read(left.receiver("l" + i));
                read(right.receiver("r" + i));
            }
            read(top.receiver("aside"));
            List<Sender<Integer>> senders = List.of(top.sender("s1", "all"), top.sender("s2", "aside"));
            List<Broadcaster<Integer>> broadcasters = List.of(top.broadcaster("b1"), top.broadcaster("b2"));
            for (int i = 0; i < BURSTS; i++) {
                burst(senders, broadcasters, random);
                awaitAll(top.stats().clock());
            }
        }
        threads.join();
    }

    private static MergingDispatcher<Integer> merging(MergeOrder order) {
        return ClockedDispatcher.<Integer>builder()
                .inboxCapacity(2)
                .reorderCapacity(2)
                .merging(order);
    }
}
