package dev.fairway.dispatcher;

import static dev.fairway.dispatcher.Deliveries.message;
import static dev.fairway.dispatcher.Deliveries.tick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is released by numbers without a gap, whoever brings them and for whomever. */
class MergingConsecutiveTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private final MergingDispatcher<String> merge = ClockedDispatcher.<String>builder()
            .name("merge")
            .inboxCapacity(1)
            .reorderCapacity(1)
            .merging(MergeOrder.CONSECUTIVE);

    @AfterEach
    void close() {
        merge.close();
    }

    /** The second one is owed to a reader that has had a tick just now, and goes to sleep for it. */
    @Test
    void aTickMayFollowATick() throws Exception {
        Receiver<String> a = merge.receiver("a");
        merge.receiver("b");
        Forwarder<String> f = merge.forwarder("f", "b");
        f.forward("x", 1);
        assertThat(a.receive()).isEqualTo(tick(1));
        f.forward("y", 2);
        assertThat(a.receive()).isEqualTo(tick(2));
    }

    @Test
    void aNumberIsReleasedOnceAllLowerOnesAreSeenWhoeverBringsThem() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Receiver<String> b = merge.receiver("b");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        Forwarder<String> toB = merge.forwarder("toB", "b");
        assertThat(merge.order()).isEqualTo(MergeOrder.CONSECUTIVE);
        tx1.forward("three", 3);
        assertThat(a.poll()).isEmpty();
        tx2.forward("one", 1);
        assertThat(a.receive()).isEqualTo(message("one", 1));
        assertThat(a.poll()).isEmpty();
        assertThat(b.receive()).isEqualTo(tick(1));
        toB.forward("two", 2);
        assertThat(a.receive()).isEqualTo(tick(2));
        assertThat(a.receive()).isEqualTo(message("three", 3));
        assertThat(b.receive()).isEqualTo(message("two", 2));
        assertThat(b.receive()).isEqualTo(tick(3));
        assertThat(b.poll()).isEmpty();
        assertThat(merge.stats().clock()).isEqualTo(3);
    }

    @Test
    void whatEveryOpenSourceHasPromisedIsGivenUp() throws Exception {
        Receiver<String> a = merge.receiver("a");
        merge.receiver("b");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "b");
        tx1.forward("five", 5);
        tx2.advance(3);
        assertThat(a.receive()).isEqualTo(tick(3));
        assertThat(a.poll()).isEmpty();
        tx2.close();
        assertThat(a.receive()).isEqualTo(tick(4));
        assertThat(a.receive()).isEqualTo(message("five", 5));
    }

    @Test
    void aGapOfAReceiverThatLeftOrOfAReceiverThatIsFullStopsNobody() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Receiver<String> b = merge.receiver("b");
        Receiver<String> gone = merge.receiver("gone");
        Forwarder<String> toA = merge.forwarder("toA", "a");
        Forwarder<String> toB = merge.forwarder("toB", "b");
        Forwarder<String> toGone = merge.forwarder("toGone", "gone");
        gone.close();
        assertThatThrownBy(() -> toGone.forward("one", 1)).isInstanceOf(ReceiverClosedException.class);
        assertThat(a.receive()).isEqualTo(tick(1));
        toB.forward("two", 2);
        toB.forward("three", 3);
        Thread waits = threads.start(() -> toB.forward("four", 4));
        Threads.awaitBlocked(waits);
        assertThat(toB.promise()).isEqualTo(3);
        toA.forward("five", 5);
        assertThat(a.receive()).isEqualTo(tick(4));
        assertThat(a.receive()).isEqualTo(message("five", 5));
        assertThat(b.receive()).isEqualTo(tick(1));
        for (long number = 2; number <= 4; number++) {
            assertThat(b.receive().timestamp()).isEqualTo(number);
        }
        assertThat(b.receive()).isEqualTo(tick(5));
    }

    @Test
    void aNumberIsUsedOnceInTheWholeDispatcher() throws Exception {
        merge.receiver("a");
        merge.receiver("b");
        Forwarder<String> toA = merge.forwarder("toA", "a");
        Forwarder<String> toB = merge.forwarder("toB", "b");
        toA.forward("two", 2);
        assertThatThrownBy(() -> toB.forward("two, too", 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timestamp 2 is in use: forwarder 'toB' of dispatcher 'merge', which has promised 0,"
                        + " cannot forward at it");
        toB.forward("one", 1);
        assertThatThrownBy(() -> toB.forward("two, too", 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> toB.forward("one, too", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has promised 1");
        assertThat(toB.promise()).isEqualTo(1);
    }

    @Test
    void whoComesLateStartsAtTheClock() throws Exception {
        merge.receiver("a");
        Forwarder<String> toA = merge.forwarder("toA", "a");
        Forwarder<String> second = merge.forwarder("second", "a");
        toA.forward("one", 1);
        toA.forward("three", 3);
        second.advance(1);
        Receiver<String> late = merge.receiver("late");
        assertThat(late.stats().lastDelivered()).isEqualTo(1);
        Forwarder<String> toLate = merge.forwarder("toLate", "late");
        assertThat(toLate.promise()).isEqualTo(1);
        assertThat(merge.broadcaster("all").promise()).isEqualTo(1);
        assertThat(late.poll()).isEmpty();
        toLate.forward("two", 2);
        assertThat(late.receive()).isEqualTo(message("two", 2));
        assertThat(late.receive()).isEqualTo(tick(3));
    }

    @Test
    void theRestIsReleasedInOrderWhenAllSourcesAreClosed() throws Exception {
        try (MergingDispatcher<String> roomy = ClockedDispatcher.<String>builder()
                .inboxCapacity(1)
                .reorderCapacity(10)
                .merging(MergeOrder.CONSECUTIVE)) {
            Receiver<String> a = roomy.receiver("a");
            Forwarder<String> tx1 = roomy.forwarder("tx1", "a");
            Forwarder<String> tx2 = roomy.forwarder("tx2", "a");
            Forwarder<String> silent = roomy.forwarder("silent", "a");
            tx1.forward("three", 3);
            tx2.forward("five", 5);
            tx1.forward("seven", 7);
            tx1.close();
            tx2.close();
            assertThat(a.poll()).isEmpty();
            silent.close();
            assertThat(a.poll()).contains(tick(2));
            assertThat(a.poll()).contains(message("three", 3));
            assertThat(a.poll()).contains(tick(4));
            assertThat(a.poll()).contains(message("five", 5));
            assertThat(a.poll()).contains(tick(6));
            assertThat(a.poll()).contains(message("seven", 7));
            assertThatThrownBy(a::poll).isInstanceOf(ChannelClosedException.class);
            assertThat(roomy.stats().clock()).isEqualTo(7);
        }
    }

    @Test
    void aSleepingReceiverIsWokenByWhatIsForIt() throws Exception {
        Receiver<String> a = merge.receiver("a");
        merge.receiver("b");
        Forwarder<String> toA = merge.forwarder("toA", "a");
        Forwarder<String> toB = merge.forwarder("toB", "b");
        toA.forward("two", 2);
        List<Delivery<String>> received = new CopyOnWriteArrayList<>();
        Thread reader = threads.start(() -> {
            for (int i = 0; i < 3; i++) {
                received.add(a.receive());
            }
        });
        Threads.awaitBlocked(reader);
        toB.forward("one", 1);
        Threads.awaitThat(() -> received.size() == 2);
        Threads.awaitBlocked(reader);
        toB.forward("three", 3);
        threads.join();
        assertThat(received).containsExactly(tick(1), message("two", 2), tick(3));
    }

    @Test
    void noHandlerRunsInTheThreadOfAStrangersForward() throws Exception {
        Receiver<String> a = merge.receiver("a");
        merge.receiver("b");
        Forwarder<String> toA = merge.forwarder("toA", "a");
        Forwarder<String> toB = merge.forwarder("toB", "b");
        List<Delivery<String>> received = new CopyOnWriteArrayList<>();
        List<Thread> ranIn = new CopyOnWriteArrayList<>();
        a.onDelivery(
                delivery -> {
                    ranIn.add(Thread.currentThread());
                    received.add(delivery);
                },
                Runnable::run);
        toA.forward("two", 2);
        toB.forward("one", 1);
        Threads.awaitThat(() -> received.contains(message("two", 2)));
        toB.advance(3);
        toA.advance(3);
        Threads.awaitThat(() -> received.contains(tick(3)));
        assertThat(received).containsExactly(tick(1), message("two", 2), tick(3));
        assertThat(ranIn).doesNotContain(Thread.currentThread());
    }

    /** A tick beyond what is withdrawn would be a lie if it came again. */
    @Test
    void aWithdrawnForwardMayComeAgainUntilSomethingHigherIsReleased() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        tx1.forward("one", 1);
        tx1.forward("two", 2);
        assertThat(tx1.forward("three", 3, Duration.ZERO)).isFalse();
        assertThat(tx1.promise()).isEqualTo(2);
        assertThat(merge.stats().clock()).as("it is seen").isEqualTo(3);
        assertThat(a.receive()).isEqualTo(message("one", 1));
        assertThat(a.receive()).isEqualTo(message("two", 2));
        assertThat(a.poll()).isEmpty();
        assertThatThrownBy(() -> tx2.forward("mine", 3)).isInstanceOf(IllegalArgumentException.class);
        assertThat(tx1.forward("three", 3, Duration.ZERO)).isTrue();
        assertThat(a.receive()).isEqualTo(message("three", 3));

        tx1.forward("four", 4);
        tx1.forward("five", 5);
        assertThat(tx1.forward("six", 6, Duration.ofNanos(1))).isFalse();
        assertThat(a.receive()).isEqualTo(message("four", 4));
        tx2.forward("seven", 7);
        assertThat(a.receive()).isEqualTo(message("five", 5));
        assertThatThrownBy(() -> tx1.forward("six", 6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("number 6 comes too late: receiver 'a' has been given something higher since forwarder"
                        + " 'tx1' of dispatcher 'merge', which has promised 5, withdrew it");
        assertThat(a.receive()).isEqualTo(tick(6));
        assertThat(a.receive()).isEqualTo(message("seven", 7));
        tx1.forward("eight", 8);
        assertThat(a.receive()).isEqualTo(message("eight", 8));
    }

    @Test
    void whoGoesOnOrClosesGivesUpWhatItHadWithdrawn() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        tx1.forward("one", 1);
        tx1.forward("two", 2);
        assertThat(tx1.forward("three", 3, Duration.ZERO)).isFalse();
        assertThat(tx2.forward("four", 4, Duration.ZERO)).isFalse();
        a.receive();
        a.receive();
        List<Delivery<String>> received = new CopyOnWriteArrayList<>();
        Thread reader = threads.start(() -> {
            received.add(a.receive());
            received.add(a.receive());
        });
        Threads.awaitBlocked(reader);
        tx1.advance(4);
        Threads.awaitThat(() -> received.size() == 1);
        Threads.awaitBlocked(reader);
        tx2.close();
        threads.join();
        assertThat(received).containsExactly(tick(3), tick(4));
    }

    @Test
    void anInterruptedForwardMayComeAgain() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> tx = merge.forwarder("tx", "a");
        tx.forward("one", 1);
        tx.forward("two", 2);
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread waits = threads.start(() -> {
            assertThatThrownBy(() -> tx.forward("three", 3)).isInstanceOf(InterruptedException.class);
            assertThat(tx.promise()).isEqualTo(2);
            interrupted.countDown();
            tx.forward("three", 3);
        });
        Threads.awaitBlocked(waits);
        waits.interrupt();
        Threads.await(interrupted);
        for (long number = 1; number <= 3; number++) {
            assertThat(a.receive().timestamp()).isEqualTo(number);
        }
    }

    /** To one receiver of two it may have come too late: then it comes to none. */
    @Test
    void aWithdrawnForwardToSeveralComesToAllOrToNone() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Receiver<String> b = merge.receiver("b");
        Forwarder<String> both = merge.forwarder("both", "a", "b");
        Forwarder<String> toB = merge.forwarder("toB", "b");
        both.forward("one", 1);
        both.forward("two", 2);
        assertThat(both.forward("three", 3, Duration.ZERO)).isFalse();
        assertThat(b.receive()).isEqualTo(message("one", 1));
        toB.forward("four", 4);
        assertThat(b.receive()).isEqualTo(message("two", 2));
        assertThat(b.receive()).isEqualTo(tick(3));
        assertThatThrownBy(() -> both.forward("three", 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("receiver 'b' has been given something higher");
        assertThat(a.receive()).isEqualTo(message("one", 1));
        assertThat(a.receive()).isEqualTo(message("two", 2));
        assertThat(a.receive()).isEqualTo(tick(4));
    }

    /** Who registers while a broadcast waits comes after its number. */
    @Test
    void aReceiverThatComesAfterTheNumberOfAWaitingBroadcastIsNotPartOfIt() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> all = merge.broadcaster("all");
        all.forward("one", 1);
        all.forward("two", 2);
        Thread waits = threads.start(() -> all.forward("three", 3));
        Threads.awaitBlocked(waits);
        Receiver<String> late = merge.receiver("late");
        assertThat(late.stats().lastDelivered()).isEqualTo(3);
        a.receive();
        threads.join();
        all.advance(3);
        all.forward("four", 4, Duration.ZERO);
        assertThat(late.poll()).as("the broadcast of 4 waits for the other").isEmpty();
        a.receive();
        all.forward("four", 4);
        assertThat(late.receive()).isEqualTo(message("four", 4));
    }

    @Test
    void aReceiverThatComesBeforeTheNumberOfAWaitingBroadcastIsPartOfIt() throws Exception {
        Receiver<String> a = merge.receiver("a");
        Forwarder<String> all = merge.broadcaster("all");
        Forwarder<String> slow = merge.forwarder("slow", "a");
        all.forward("two", 2);
        Thread waits = threads.start(() -> all.forward("three", 3));
        Threads.awaitBlocked(waits);
        Receiver<String> late = merge.receiver("late");
        assertThat(late.stats().lastDelivered()).isZero();
        slow.forward("one", 1);
        for (long number = 1; number <= 3; number++) {
            assertThat(a.receive().timestamp()).isEqualTo(number);
        }
        assertThat(late.receive()).isEqualTo(tick(2));
        assertThat(late.receive()).isEqualTo(message("three", 3));
    }

    /** What was withdrawn held its tick back when it last looked, and is given up before it sleeps: nobody tells it then. */
    @Test
    void aTickThatIsNoLongerHeldBackWhenTheReaderFallsAsleepIsTold() throws Exception {
        DefaultReceiver<String> a = (DefaultReceiver<String>) merge.receiver("a");
        Forwarder<String> tx = merge.forwarder("tx", "a");
        tx.forward("one", 1);
        tx.forward("two", 2);
        assertThat(tx.forward("three", 3, Duration.ZERO)).isFalse();
        assertThat(a.receive()).isEqualTo(message("one", 1));
        assertThat(a.receive()).isEqualTo(message("two", 2));
        assertThat(a.reading.tryRead()).isTrue();
        assertThat(a.reading.next(true)).isNull();
        tx.advance(3);
        assertThat(a.reading.fallAsleep(true)).isTrue();
        Threads.awaitThat(() -> !a.inbox.isAsleep());
        a.reading.awaken();
        assertThat(a.reading.next(true)).isEqualTo(tick(3));
        a.reading.stopReading();
    }
}
