package dev.fairway.dispatcher;

import static dev.fairway.dispatcher.Deliveries.message;
import static dev.fairway.dispatcher.Deliveries.tick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is released by promises, and when a receiver is told that the clock has moved. */
class MergingFrontierTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final MergingDispatcher<String> merge =
            ClockedDispatcher.<String>builder().name("merge").merging();

    @AfterEach
    void close() {
        merge.close();
    }

    @Test
    void aMessageWaitsUntilTheOtherForwarderHasPromisedItsTimestamp() throws Exception {
        Receiver<String> rx = merge.receiver("a");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        tx1.forward("a1", 1);
        assertThat(rx.poll()).isEmpty();
        tx2.advance(1);
        assertThat(rx.receive()).isEqualTo(message("a1", 1));
        assertThat(rx.poll()).isEmpty();
        assertThat(merge.order()).isEqualTo(MergeOrder.FRONTIER);
    }

    @Test
    void forwardingBeyondATimestampPromisesIt() throws Exception {
        Receiver<String> rx = merge.receiver("a");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        tx1.forward("one", 1);
        tx2.forward("seven", 7);
        assertThat(rx.receive()).isEqualTo(message("one", 1));
        assertThat(rx.poll()).isEmpty();
        tx1.advance(9);
        assertThat(rx.receive()).isEqualTo(tick(6));
        assertThat(rx.receive()).isEqualTo(message("seven", 7));
        assertThat(rx.poll()).isEmpty();
        tx2.advance(8);
        assertThat(rx.receive()).isEqualTo(tick(8));
        assertThat(tx1.promise()).isEqualTo(9);
        assertThat(tx2.promise()).isEqualTo(8);
    }

    @Test
    void whatSeveralBringComesOutInTheOrderOfTimestamps() throws Exception {
        Receiver<String> rx = merge.receiver("a");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        Forwarder<String> tx3 = merge.forwarder("tx3", "a");
        for (int i = 1; i <= 30; i += 3) {
            tx3.forward("m" + (i + 2), i + 2);
        }
        for (int i = 1; i <= 30; i += 3) {
            tx2.forward("m" + (i + 1), i + 1);
        }
        assertThat(rx.poll()).isEmpty();
        for (int i = 1; i <= 30; i += 3) {
            tx1.forward("m" + i, i);
        }
        for (int i = 1; i <= 28; i++) {
            assertThat(rx.receive()).isEqualTo(message("m" + i, i));
        }
        assertThat(rx.poll()).isEmpty();
        tx1.close();
        assertThat(rx.receive()).isEqualTo(message("m29", 29));
        tx2.close();
        assertThat(rx.receive()).isEqualTo(message("m30", 30));
    }

    @Test
    void aTickComesFromPromisesAlone() {
        Receiver<String> rx = merge.receiver("a");
        assertThat(rx.poll()).isEmpty();
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        tx1.advance(5);
        assertThat(rx.poll()).isEmpty();
        tx2.advance(3);
        assertThat(rx.poll()).contains(tick(3));
        tx2.advance(4);
        tx2.advance(5);
        assertThat(rx.poll()).as("ticks are coalesced").contains(tick(5));
        tx2.advance(100);
        assertThat(rx.poll()).isEmpty();
        tx1.close();
        assertThat(rx.poll()).as("a source that closes holds up nobody").contains(tick(100));
    }

    @Test
    void aSleepingReceiverIsWokenByATickAndByAMessage() throws Exception {
        Receiver<String> rx = merge.receiver("a");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        List<Delivery<String>> received = new CopyOnWriteArrayList<>();
        Thread reader = threads.start(() -> received.add(rx.receive()));
        Threads.awaitBlocked(reader);
        tx1.advance(4);
        tx2.advance(4);
        threads.join();
        assertThat(received).containsExactly(tick(4));
        reader = threads.start(() -> received.add(rx.receive()));
        Threads.awaitBlocked(reader);
        tx1.forward("five", 5);
        tx2.advance(5);
        threads.join();
        assertThat(received).containsExactly(tick(4), message("five", 5));
    }

    @Test
    void aBroadcastWakesAllThatSleep() throws Exception {
        List<Delivery<String>> received = new CopyOnWriteArrayList<>();
        Forwarder<String> all = merge.broadcaster("all");
        for (int i = 0; i < 8; i++) {
            Receiver<String> rx = merge.receiver("r" + i);
            Threads.awaitBlocked(threads.start(() -> received.add(rx.receive())));
        }
        all.forward("one", 1);
        threads.join();
        assertThat(received).hasSize(8).containsOnly(message("one", 1));
    }

    @Test
    void promisingLessThanIsPromisedDoesNothing() throws Exception {
        Receiver<String> rx = merge.receiver("a");
        Forwarder<String> tx = merge.forwarder("tx", "a");
        tx.forward("five", 5);
        tx.advance(3);
        tx.advance(5);
        tx.advance(Long.MIN_VALUE);
        assertThat(tx.promise()).isEqualTo(5);
        assertThat(rx.receive()).isEqualTo(tick(4));
        assertThat(rx.receive()).isEqualTo(message("five", 5));
        assertThat(rx.poll()).isEmpty();
    }

    @Test
    void forwardingAtOrBelowThePromiseIsRefusedAndTheErrorSaysWhoAndWhat() throws Exception {
        Receiver<String> rx = merge.receiver("a");
        Forwarder<String> tx = merge.forwarder("tx1", "a");
        tx.advance(5);
        for (long timestamp : new long[] {5, 4, 0, -1}) {
            assertThatThrownBy(() -> tx.forward("late", timestamp))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "forwarder 'tx1' of dispatcher 'merge' has promised 5, and cannot forward at " + timestamp);
            assertThatThrownBy(() -> tx.forward("late", timestamp, Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(tx.promise()).isEqualTo(5);
        assertThat(tx.stats().sent()).isZero();
        tx.forward("six", 6);
        assertThat(rx.receive()).isEqualTo(tick(5));
        assertThat(rx.receive()).isEqualTo(message("six", 6));
    }

    @Test
    void aTimestampIsUsedOnceForAReceiver() throws Exception {
        merge.receiver("a");
        Receiver<String> b = merge.receiver("b");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        Forwarder<String> other = merge.forwarder("other", "b");
        Forwarder<String> both = merge.forwarder("both", "b", "a");
        tx1.forward("first", 5);
        assertThatThrownBy(() -> tx2.forward("second", 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timestamp 5 is in use for receiver 'a': forwarder 'tx2' of dispatcher 'merge', which has"
                        + " promised 0, cannot forward at it");
        assertThatThrownBy(() -> both.forward("third", 5)).isInstanceOf(IllegalArgumentException.class);
        assertThat(tx2.promise()).isZero();
        assertThat(both.promise()).isZero();
        other.forward("at another receiver", 5);
        both.advance(5);
        assertThat(b.receive()).isEqualTo(tick(4));
        assertThat(b.receive()).isEqualTo(message("at another receiver", 5));
    }

    @Test
    void aLateForwarderStartsAtTheFrontierOfItsReceiver() throws Exception {
        Receiver<String> a = merge.receiver("a");
        merge.receiver("b");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        Forwarder<String> toB = merge.forwarder("toB", "b");
        tx1.advance(10);
        tx2.advance(7);
        toB.advance(20);
        Forwarder<String> late = merge.forwarder("late", "a");
        assertThat(late.promise()).isEqualTo(7);
        assertThat(merge.forwarder("later", "b", "a").promise()).isEqualTo(20);
        assertThatThrownBy(() -> late.forward("past", 7)).isInstanceOf(IllegalArgumentException.class);
        tx2.advance(8);
        assertThat(a.receive()).isEqualTo(tick(7));
        late.forward("eight", 8);
        assertThat(a.receive()).isEqualTo(message("eight", 8));
    }

    @Test
    void aLateBroadcasterStartsAtTheHighestFrontierOfAll() {
        merge.receiver("a");
        merge.receiver("b");
        merge.forwarder("toA", "a").advance(7);
        merge.forwarder("toB", "b").advance(20);
        assertThat(merge.stats().clock()).isEqualTo(20);
        assertThat(merge.broadcaster("all").promise()).isEqualTo(20);
    }

    @Test
    void aLateReceiverStartsAtTheClock() throws Exception {
        merge.receiver("a");
        Forwarder<String> toA = merge.forwarder("toA", "a");
        toA.advance(7);
        Receiver<String> late = merge.receiver("late");
        assertThat(late.stats().lastDelivered()).isEqualTo(7);
        assertThat(late.poll()).isEmpty();
        Forwarder<String> toLate = merge.forwarder("toLate", "late");
        assertThat(toLate.promise()).isEqualTo(7);
        toLate.forward("eight", 8);
        assertThat(late.receive()).isEqualTo(message("eight", 8));
    }

    @Test
    void theClockDoesNotGoBackWhenAReceiverLeaves() {
        Receiver<String> a = merge.receiver("a");
        merge.forwarder("toA", "a").advance(7);
        a.close();
        assertThat(merge.stats().clock()).isEqualTo(7);
        assertThat(merge.receiver("late").stats().lastDelivered()).isEqualTo(7);
    }

    @Test
    void aForwarderToSeveralBringsOneMessageToEach() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Receiver<String> b = merge.receiver("b");
        Receiver<String> c = merge.receiver("c");
        Forwarder<String> both = merge.forwarder("both", "b", "a");
        Forwarder<String> toB = merge.forwarder("toB", "b");
        assertThat(both.receivers()).containsExactly("b", "a");
        both.forward("one", 1);
        assertThat(a.receive()).isEqualTo(message("one", 1));
        assertThat(b.poll()).isEmpty();
        toB.advance(4);
        assertThat(b.receive()).isEqualTo(message("one", 1));
        assertThat(c.poll()).isEmpty();
        assertThat(both.stats()).isEqualTo(new SenderStats("both", 1, 1));
        assertThat(merge.stats().sent()).isEqualTo(1);
        assertThat(merge.stats().accepted()).isEqualTo(2);
    }

    @Test
    void aBroadcasterReachesThoseThatAreThere() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> all = merge.broadcaster("all");
        all.forward("one", 1);
        Receiver<String> b = merge.receiver("b");
        assertThat(all.receivers()).containsExactly("a", "b");
        all.forward("two", 2);
        a.close();
        all.forward("three", 3);
        assertThat(b.receive()).isEqualTo(message("two", 2));
        assertThat(b.receive()).isEqualTo(message("three", 3));
        b.close();
        all.forward("nobody hears it", 4);
        assertThat(all.stats()).isEqualTo(new SenderStats("all", 4, 4));
    }

    @Test
    void aBroadcasterHoldsUpEveryReceiver() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> all = merge.broadcaster("all");
        Forwarder<String> toA = merge.forwarder("toA", "a");
        toA.forward("two", 2);
        assertThat(a.poll()).isEmpty();
        all.forward("one", 1);
        assertThat(a.receive()).isEqualTo(message("one", 1));
        assertThat(a.poll()).isEmpty();
        all.close();
        assertThat(a.receive()).isEqualTo(message("two", 2));
    }

    @Test
    void aReceiverThatLeavesIsToldToItsForwardersAndNobodyElse() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Receiver<String> b = merge.receiver("b");
        Forwarder<String> toA = merge.forwarder("toA", "a");
        Forwarder<String> both = merge.forwarder("both", "a", "b");
        a.close();
        assertThatThrownBy(() -> toA.forward("one", 1))
                .isInstanceOf(ReceiverClosedException.class)
                .hasMessage("receiver 'a' was closed: forwarder 'toA' of dispatcher 'merge' has nobody to forward to")
                .extracting(e -> ((ReceiverClosedException) e).receiver())
                .isEqualTo("a");
        both.forward("two", 2);
        assertThat(b.receive()).isEqualTo(tick(1));
        assertThat(b.receive()).isEqualTo(message("two", 2));
        b.close();
        assertThatThrownBy(() -> both.forward("three", 3)).isInstanceOf(ReceiverClosedException.class);
        assertThatThrownBy(() -> merge.forwarder("new", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no receiver 'a'");
    }

    @Test
    void namesAreCheckedBeforeAnythingIsTaken() {
        merge.receiver("a");
        assertThatThrownBy(() -> merge.forwarder("tx", "a", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no receiver 'b'")
                .hasMessageContaining("[a]");
        assertThatThrownBy(() -> merge.forwarder("tx", "a", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("receiver 'a' is named twice for forwarder 'tx'");
        merge.forwarder("tx", "a").close();
        merge.broadcaster("tx");
        assertThatThrownBy(() -> merge.forwarder("tx", "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> merge.broadcaster("tx")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> merge.forwarder(" ", "a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theClockStartsWhereTheBuilderSays() throws Exception {
        try (MergingDispatcher<String> later =
                ClockedDispatcher.<String>builder().startAfter(100).merging()) {
            Receiver<String> a = later.receiver("a");
            Forwarder<String> tx = later.forwarder("tx", "a");
            assertThat(tx.promise()).isEqualTo(100);
            assertThatThrownBy(() -> tx.forward("no", 100)).isInstanceOf(IllegalArgumentException.class);
            tx.forward("yes", 101);
            assertThat(a.receiveBatch(5)).isEqualTo(List.of(message("yes", 101)));
        }
    }

    @Test
    void theHighestTimestampIsATimestamp() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> tx = merge.forwarder("tx", "a");
        Forwarder<String> other = merge.forwarder("other", "a");
        tx.forward("last", Long.MAX_VALUE);
        other.advance(Long.MAX_VALUE);
        assertThat(a.receive()).isEqualTo(tick(Long.MAX_VALUE - 1));
        assertThat(a.receive()).isEqualTo(message("last", Long.MAX_VALUE));
        tx.close();
        other.close();
        assertThatThrownBy(a::receive).isInstanceOf(ChannelClosedException.class);
    }

    @Test
    void whatIsProcessedOfAMergeCanBeAwaited() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> tx = merge.forwarder("tx", "a");
        tx.forward("one", 1);
        tx.advance(5);
        a.receive();
        assertThat(a.awaitTimestamp(1, Duration.ZERO)).isFalse();
        assertThat(a.poll()).contains(tick(5));
        assertThat(a.awaitTimestamp(1, Duration.ZERO)).isTrue();
        assertThat(a.awaitTimestamp(5, Duration.ZERO)).isFalse();
        assertThat(a.poll()).isEmpty();
        assertThat(a.awaitTimestamp(5, Duration.ZERO)).isTrue();
    }

    @Test
    void statsTellWhatWaitsWhere() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        tx1.forward("one", 1);
        tx1.forward("two", 2);
        tx1.forward("three", 3);
        tx2.advance(2);
        ReceiverStats stats = a.stats();
        assertThat(stats.accepted()).isEqualTo(3);
        assertThat(stats.inboxSize()).isEqualTo(2);
        assertThat(stats.reordering()).isEqualTo(1);
        assertThat(stats.lag()).isEqualTo(2);
        assertThat(stats.blockedSenders()).isZero();
        assertThat(merge.stats().clock()).isEqualTo(2);
        assertThat(merge.stats().senders())
                .containsEntry("tx1", new SenderStats("tx1", 3, 3))
                .containsEntry("tx2", new SenderStats("tx2", 0, 2));
    }

    /** A receiver that has left never sweeps out what is taken. */
    @Test
    void aForwarderToSeveralTakesNoTimestampsForAReceiverThatLeft() throws Exception {
        Receiver<String> left = merge.receiver("left");
        merge.receiver("a");
        Forwarder<String> both = merge.forwarder("both", "left", "a");
        both.forward("one", 1);
        left.close();
        both.forward("two", 2);
        MergingInbox<String> inbox = (MergingInbox<String>) ((DefaultReceiver<String>) left).inbox;
        assertThat(inbox.use(2)).as("it was free").isTrue();
    }
}
