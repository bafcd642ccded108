package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Threads;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A reader that comes while a sender has taken its timestamp and not appended its message yet. The sender is played by the test, which
 * stops where a real one stops for some nanoseconds only, or when it is preempted there.
 */
class HalfwayTest {
    private static final int LOOKS = 2_000;

    @RegisterExtension
    final Threads threads = new Threads();

    private final DefaultSequencingDispatcher<String> dispatcher = (DefaultSequencingDispatcher<String>)
            ClockedDispatcher.<String>builder().sequencing();
    private final DefaultReceiver<String> receiver = (DefaultReceiver<String>) dispatcher.receiver("r");
    private final List<Delivery<String>> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        dispatcher.close();
    }

    /** By hand from here on: a first call would need the lock that the test holds. */
    @BeforeEach
    void readByHand() {
        assertThat(receiver.poll()).isEmpty();
    }

    private void startReader(int deliveries) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        threads.start(() -> {
            started.countDown();
            while (seen.size() < deliveries) {
                receiver.poll().ifPresent(seen::add);
            }
        });
        Threads.await(started);
        for (int i = 0; i < LOOKS; i++) {
            Thread.yield(); // lets it come to the point where it must wait
        }
    }

    @Test
    void nobodyIsToldOfATimestampWhoseMessageIsOnItsWay() throws Exception {
        receiver.inbox.lock.lock();
        long timestamp = dispatcher.clock.incrementAndGet();
        startReader(1);
        receiver.inbox.append(new Message<>("late", timestamp));
        receiver.inbox.lock.unlock();
        threads.join();
        assertThat(seen).containsExactly(new Message<>("late", 1));
    }

    @Test
    void aBroadcastDoesNotOvertakeAMessageOnItsWay() throws Exception {
        Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
        receiver.inbox.lock.lock();
        long timestamp = dispatcher.clock.incrementAndGet();
        assertThat(broadcaster.tryBroadcast("all")).hasValue(2);
        startReader(2);
        receiver.inbox.append(new Message<>("late", timestamp));
        receiver.inbox.lock.unlock();
        threads.join();
        assertThat(seen).containsExactly(new Message<>("late", 1), new Message<>("all", 2));
    }

    /** Who falls asleep while somebody moves the clock is told, or sees it itself. */
    @Test
    void whoFallsAsleepIsToldOfWhatHappenedMeanwhile() throws Exception {
        Receiver<String> other = dispatcher.receiver("other");
        Sender<String> toOther = dispatcher.sender("s", "other");
        threads.start(() -> receiver.forEach(seen::add));
        for (int i = 1; i <= 3_000; i++) {
            toOther.send("x");
            other.receiveBatch(10);
            for (int spins = i % 100; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            if (i % 10 == 0) {
                assertThat(receiver.awaitTimestamp(i, Threads.LIMIT)).isTrue();
            }
        }
    }
}
