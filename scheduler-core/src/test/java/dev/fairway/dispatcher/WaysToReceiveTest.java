package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Receiving by hand, what counts as processed, and what must not be mixed. */
class WaysToReceiveTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final SequencingDispatcher<String> dispatcher =
            ClockedDispatcher.<String>builder().name("test").sequencing();
    private final Receiver<String> receiver = dispatcher.receiver("r");
    private final Receiver<String> other = dispatcher.receiver("other");
    private final Sender<String> sender = dispatcher.sender("s", "r");
    private final Sender<String> toOther = dispatcher.sender("o", "other");

    /** Leaves a at 1, b at 3 and the clock at 4. */
    private void send() throws InterruptedException {
        sender.send("a");
        toOther.send("x");
        sender.send("b");
        toOther.send("x");
    }

    private static final List<Delivery<String>> SEQUENCE =
            List.of(new Message<>("a", 1), new Tick<>(2), new Message<>("b", 3), new Tick<>(4));

    @Test
    void allWaysShowTheSameSequence() throws Exception {
        send();
        dispatcher.close();
        List<Delivery<String>> received = new ArrayList<>();
        received.add(receiver.receive());
        received.add(receiver.receive(Duration.ZERO).orElseThrow());
        received.add(receiver.poll().orElseThrow());
        received.add(receiver.receive());
        assertThat(received).isEqualTo(SEQUENCE);
        assertThatThrownBy(receiver::receive).isInstanceOf(ChannelClosedException.class);
        assertThatThrownBy(receiver::poll)
                .isInstanceOf(ChannelClosedException.class)
                .hasMessage("receiver 'r' has ended after timestamp 4");
        assertThatThrownBy(() -> receiver.receive(Duration.ofDays(1))).isInstanceOf(ChannelClosedException.class);
        assertThatThrownBy(() -> receiver.receiveBatch(3)).isInstanceOf(ChannelClosedException.class);
        assertThat(receiver.iterator().hasNext()).isFalse();
    }

    @Test
    void forEachEndsWithTheReceiver() throws Exception {
        send();
        dispatcher.close();
        List<Delivery<String>> received = new ArrayList<>();
        receiver.forEach(received::add);
        assertThat(received).isEqualTo(SEQUENCE);
        receiver.forEach(delivery -> {
            throw new AssertionError("there is no more");
        });
    }

    @Test
    void iterationEndsWithTheReceiver() throws Exception {
        send();
        dispatcher.close();
        List<Delivery<String>> received = new ArrayList<>();
        Iterator<Delivery<String>> deliveries = receiver.iterator();
        while (deliveries.hasNext()) {
            assertThat(deliveries.hasNext()).isTrue();
            received.add(deliveries.next());
        }
        assertThat(received).isEqualTo(SEQUENCE);
        assertThatThrownBy(deliveries::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void aBatchIsAtLeastOneAndNoMoreThanAsked() throws Exception {
        send();
        assertThat(receiver.receiveBatch(2)).isEqualTo(SEQUENCE.subList(0, 2));
        assertThat(receiver.receiveBatch(10)).isEqualTo(SEQUENCE.subList(2, 3));
        assertThat(receiver.receiveBatch(10)).isEqualTo(SEQUENCE.subList(3, 4));
        Thread waiting =
                threads.start(() -> assertThat(receiver.receiveBatch(10)).containsExactly(new Message<>("c", 5)));
        Threads.awaitBlocked(waiting);
        sender.send("c");
        threads.join();
        assertThatThrownBy(() -> receiver.receiveBatch(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max must be at least 1, not 0");
        dispatcher.close();
    }

    @Test
    void nothingInTimeIsEmpty() throws Exception {
        assertThat(receiver.poll()).isEmpty();
        assertThat(receiver.receive(Duration.ofMillis(2))).isEmpty();
        assertThat(receiver.receive(Duration.ofMillis(-2))).isEmpty();
        sender.send("a");
        assertThat(receiver.receive(Duration.ofMillis(-2))).isPresent();
        dispatcher.close();
    }

    @Test
    void whoSleepsIsWokenByAMessageByTheClockAndByTheEnd() throws Exception {
        Thread reader = threads.start(() -> {
            assertThat(receiver.receive()).isEqualTo(new Message<>("a", 1));
            assertThat(receiver.receive(Threads.LIMIT)).contains(new Tick<>(2));
            assertThatThrownBy(receiver::receive).isInstanceOf(ChannelClosedException.class);
        });
        Threads.awaitBlocked(reader);
        sender.send("a");
        Threads.awaitThat(() -> receiver.stats().lastDelivered() == 1);
        Threads.awaitBlocked(reader);
        toOther.send("x");
        Threads.awaitThat(() -> receiver.stats().lastDelivered() == 2);
        Threads.awaitBlocked(reader);
        dispatcher.close();
        threads.join();
    }

    @Test
    void whoWaitsCanBeInterrupted() throws Exception {
        Thread reader = threads.start(() -> {
            assertThatThrownBy(receiver::receive).isInstanceOf(InterruptedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
        Threads.awaitBlocked(reader);
        reader.interrupt();
        threads.join();
        Thread iterating = threads.start(() -> {
            assertThatThrownBy(() -> receiver.iterator().hasNext())
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("interrupted while waiting for receiver 'r'");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
        Threads.awaitBlocked(iterating);
        iterating.interrupt();
        threads.join();
        sender.send("a");
        Thread.currentThread().interrupt();
        assertThatThrownBy(receiver::receive).isInstanceOf(InterruptedException.class);
        assertThat(receiver.receive()).as("nothing was lost").isEqualTo(new Message<>("a", 1));
        dispatcher.close();
    }

    // ---- what must not be mixed

    @Test
    void aReceiverHasOneWayAtATime() {
        receiver.poll();
        receiver.poll();
        assertThatThrownBy(() -> receiver.onDelivery(delivery -> {}, Runnable::run))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("receiver 'r' is read by hand already");
        assertThatThrownBy(receiver::publisher).isInstanceOf(IllegalStateException.class);
        other.onDelivery(delivery -> {}, Runnable::run);
        assertThatThrownBy(other::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("receiver 'other' is read by a handler already");
        assertThatThrownBy(other::iterator).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> other.onDelivery(delivery -> {}, Runnable::run))
                .isInstanceOf(IllegalStateException.class);
        Receiver<String> third = dispatcher.receiver("third");
        third.publisher();
        assertThatThrownBy(third::publisher)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("receiver 'third' is read by way of its publisher already");
        assertThatThrownBy(() -> third.receive(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
        dispatcher.close();
    }

    @Test
    void aReceiverIsReadByOneThreadAtATime() throws Exception {
        Thread reader =
                threads.start(() -> assertThatThrownBy(receiver::receive).isInstanceOf(ChannelClosedException.class));
        Threads.awaitBlocked(reader);
        assertThatThrownBy(receiver::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("receiver 'r' is being read by another thread");
        dispatcher.close();
    }

    // ---- processed

    @Test
    void comingBackForMoreSaysThatWhatWasHandedOutIsProcessed() throws Exception {
        send();
        receiver.receive();
        assertThat(receiver.stats().lastDelivered()).isEqualTo(1);
        assertThat(receiver.stats().lastProcessed()).isZero();
        assertThat(receiver.awaitTimestamp(1, Duration.ZERO)).isFalse();
        assertThat(receiver.receiveBatch(10)).hasSize(2);
        assertThat(receiver.stats().lastProcessed()).isEqualTo(1);
        assertThat(receiver.awaitTimestamp(1, Duration.ZERO)).isTrue();
        assertThat(receiver.awaitTimestamp(3, Duration.ofMillis(1))).isFalse();
        assertThat(receiver.poll()).isPresent();
        assertThat(receiver.poll()).isEmpty();
        assertThat(receiver.awaitTimestamp(4, Duration.ZERO)).isTrue();
        dispatcher.close();
    }

    @Test
    void forEachSaysItByTheReturnOfTheCode() throws Exception {
        Gate gate = new Gate();
        threads.start(() -> receiver.forEach(delivery -> {
            if (delivery instanceof Message) {
                gate.passUninterruptibly();
            }
        }));
        sender.send("a");
        gate.awaitArrivals(1);
        assertThat(receiver.awaitTimestamp(1, Duration.ofMillis(1))).isFalse();
        Thread waiting = threads.start(
                () -> assertThat(receiver.awaitTimestamp(1, Threads.LIMIT)).isTrue());
        Threads.awaitBlocked(waiting);
        gate.open();
        waiting.join(Threads.LIMIT.toMillis());
        dispatcher.close();
    }

    // ---- awaitTimestamp

    @Test
    void whoWaitsForATimestampIsWokenWhenItIsProcessed() throws Exception {
        Thread[] waiting = new Thread[4];
        for (int i = 0; i < waiting.length; i++) {
            int timestamp = i + 1;
            waiting[i] = threads.start(() -> assertThat(receiver.awaitTimestamp(timestamp, Threads.LIMIT))
                    .isTrue());
        }
        for (Thread thread : waiting) {
            Threads.awaitBlocked(thread);
        }
        send();
        for (Thread thread : waiting) {
            assertThat(thread.isAlive()).isTrue();
            receiver.receive();
            receiver.poll().ifPresent(delivery -> {});
            break;
        }
        while (receiver.poll().isPresent()) {}
        threads.join();
        dispatcher.close();
    }

    @Test
    void whoWaitsForATimestampCanBeInterrupted() throws Exception {
        Thread waiting = threads.start(() -> assertThatThrownBy(() -> receiver.awaitTimestamp(1, Threads.LIMIT))
                .isInstanceOf(InterruptedException.class));
        Threads.awaitBlocked(waiting);
        waiting.interrupt();
        threads.join();
        dispatcher.close();
    }

    @Test
    void aReceiverThatLeftFailsWhoWaitsForIt() throws Exception {
        Thread waiting = threads.start(() -> assertThatThrownBy(() -> receiver.awaitTimestamp(1, Threads.LIMIT))
                .isInstanceOf(ReceiverClosedException.class));
        Threads.awaitBlocked(waiting);
        receiver.close();
        threads.join();
        assertThatThrownBy(() -> receiver.awaitTimestamp(1, Threads.LIMIT))
                .isInstanceOf(ReceiverClosedException.class)
                .hasMessage("receiver 'r' was closed, and will not process timestamp 1");
        assertThat(receiver.awaitTimestamp(0, Threads.LIMIT)).isTrue();
        dispatcher.close();
    }

    @Test
    void aReceiverThatEndedBelowFailsWhoWaitsForIt() throws Exception {
        send();
        Thread waiting = threads.start(() -> assertThatThrownBy(() -> receiver.awaitTimestamp(7, Threads.LIMIT))
                .isInstanceOf(ReceiverClosedException.class));
        Threads.awaitBlocked(waiting);
        sender.close();
        threads.join();
        toOther.send("later");
        assertThatThrownBy(() -> receiver.awaitTimestamp(5, Threads.LIMIT))
                .isInstanceOf(ReceiverClosedException.class)
                .hasMessage("receiver 'r' has ended after 4, and will not process timestamp 5");
        receiver.forEach(delivery -> {});
        assertThat(receiver.awaitTimestamp(4, Duration.ZERO)).isTrue();
        dispatcher.close();
    }
}
