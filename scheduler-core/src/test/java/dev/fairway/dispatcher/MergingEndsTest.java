package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How sources, receivers and the whole of a merging dispatcher end. */
class MergingEndsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    private static ClockedDispatcher.Builder<String> merge() {
        return ClockedDispatcher.<String>builder()
                .name("merge")
                .inboxCapacity(1)
                .reorderCapacity(10)
                .drainTimeout(Duration.ZERO);
    }

    private static List<Long> timestampsOfMessages(Receiver<String> receiver) {
        List<Long> timestamps = new ArrayList<>();
        receiver.forEach(delivery -> {
            if (delivery instanceof Message<String> message) {
                timestamps.add(message.timestamp());
            }
        });
        return timestamps;
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverEndsAfterItsLastMessageWhenItsLastSourceIsClosed(MergeOrder order) throws Exception {
        try (MergingDispatcher<String> merge = merge().merging(order)) {
            Receiver<String> rx = merge.receiver("a");
            assertThat(rx.poll()).as("there was no source yet").isEmpty();
            try (Forwarder<String> tx1 = merge.forwarder("tx1", "a");
                    Forwarder<String> tx2 = merge.forwarder("tx2", "a")) {
                tx2.forward("five", 5);
                tx2.forward("six", 6);
                tx1.forward("one", 1);
            }
            assertThatThrownBy(() -> merge.forwarder("late", "a"))
                    .isInstanceOf(ReceiverClosedException.class)
                    .hasMessageContaining("receiver 'a' of dispatcher 'merge' has ended");
            assertThat(timestampsOfMessages(rx)).containsExactly(1L, 5L, 6L);
            assertThatThrownBy(rx::receive).isInstanceOf(ChannelClosedException.class);
            assertThatThrownBy(rx::poll).isInstanceOf(ChannelClosedException.class);
            assertThatThrownBy(() -> rx.receive(Duration.ZERO)).isInstanceOf(ChannelClosedException.class);
            assertThatThrownBy(() -> rx.receiveBatch(2)).isInstanceOf(ChannelClosedException.class);
            assertThat(rx.iterator()).isExhausted();
            assertThat(rx.stats().state()).isEqualTo(ReceiverState.ENDED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBroadcasterKeepsReceiversOpenAndAnEndedOneGetsNothingFromALaterOne(MergeOrder order) throws Exception {
        try (MergingDispatcher<String> merge = merge().merging(order)) {
            Receiver<String> a = merge.receiver("a");
            Receiver<String> b = merge.receiver("b");
            Forwarder<String> all = merge.broadcaster("all");
            merge.forwarder("toA", "a").close();
            assertThat(a.poll()).isEmpty();
            all.forward("one", 1);
            all.close();
            assertThat(timestampsOfMessages(a)).containsExactly(1L);
            Receiver<String> c = merge.receiver("c");
            Forwarder<String> later = merge.broadcaster("later");
            later.forward("two", 2);
            later.forward("three", 3);
            assertThat(later.receivers()).containsExactly("c");
            assertThat(c.receive()).isEqualTo(new Message<>("two", 2));
            assertThat(a.iterator()).isExhausted();
            assertThat(timestampsOfMessages(b)).containsExactly(1L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverNamedToTheBuilderStaysOpenAndLaterSourcesComeAfterWhatItHas(MergeOrder order) throws Exception {
        try (MergingDispatcher<String> merge = merge().receivers("a").merging(order)) {
            try (Forwarder<String> tx1 = merge.forwarder("tx1", "a");
                    Forwarder<String> tx2 = merge.forwarder("tx2", "a")) {
                tx1.forward("one", 1);
                tx1.forward("nine", 9);
                tx2.forward("four", 4);
            }
            assertThat(merge.stats().clock()).isEqualTo(9);
            Forwarder<String> later = merge.forwarder("later", "a");
            assertThat(later.promise()).isEqualTo(9);
            later.forward("ten", 10);
            Receiver<String> rx = merge.receiver("a");
            List<Delivery<String>> received = new ArrayList<>();
            while (received.stream().noneMatch(delivery -> delivery.timestamp() == 10)) {
                received.add(rx.receive());
            }
            assertThat(received.stream().filter(Message.class::isInstance).map(Delivery::timestamp))
                    .containsExactly(1L, 4L, 9L, 10L);
            later.close();
            assertThat(rx.poll()).isEmpty();
            assertThat(rx.stats().state()).isEqualTo(ReceiverState.OPEN);
        }
    }

    /** Nobody has come, or all have gone: there is no promise, so no tick. */
    @Test
    void withoutSourcesTheFrontierDoesNotMove() throws Exception {
        try (MergingDispatcher<String> merge = merge().receivers("a").merging()) {
            Receiver<String> rx = merge.receiver("a");
            assertThat(rx.poll()).isEmpty();
            Forwarder<String> tx1 = merge.forwarder("tx1", "a");
            Forwarder<String> tx2 = merge.forwarder("tx2", "a");
            tx1.advance(9);
            tx2.advance(3);
            tx1.close();
            tx2.close();
            assertThat(rx.poll()).contains(new Tick<>(3));
            assertThat(rx.poll()).isEmpty();
            assertThat(merge.stats().clock()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingTheDispatcherReleasesTheBufferInOrder(MergeOrder order) throws Exception {
        MergingDispatcher<String> merge = merge().receivers("unread").merging(order);
        Receiver<String> rx = merge.receiver("a");
        Receiver<String> idle = merge.receiver("idle");
        Forwarder<String> tx1 = merge.forwarder("tx1", "a");
        Forwarder<String> tx2 = merge.forwarder("tx2", "a");
        Forwarder<String> silent = merge.forwarder("silent", "a", "idle");
        tx1.forward("three", 3);
        tx1.forward("seven", 7);
        tx2.forward("five", 5);
        assertThat(rx.poll()).isEmpty();
        merge.close();
        assertThatThrownBy(() -> silent.forward("one", 1))
                .isInstanceOf(ChannelClosedException.class)
                .hasMessage("dispatcher 'merge' is closed");
        assertThatThrownBy(() -> silent.advance(1)).isInstanceOf(ChannelClosedException.class);
        assertThatThrownBy(() -> merge.forwarder("new", "a")).isInstanceOf(ChannelClosedException.class);
        assertThatThrownBy(() -> merge.broadcaster("new")).isInstanceOf(ChannelClosedException.class);
        assertThat(timestampsOfMessages(rx)).containsExactly(3L, 5L, 7L);
        assertThat(timestampsOfMessages(idle)).isEmpty();
        assertThat(timestampsOfMessages(merge.receiver("unread"))).isEmpty();
        merge.close();
        assertThat(merge.terminated().toCompletableFuture()).isCompleted();
    }

    @ParameterizedTest
    @EnumSource
    void aSleepingReaderAndWhoWaitsForMoreThanComesAreToldTheEnd(MergeOrder order) throws Exception {
        try (MergingDispatcher<String> merge = merge().merging(order)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> tx1 = merge.forwarder("tx1", "a");
            Forwarder<String> tx2 = merge.forwarder("tx2", "a");
            tx1.forward("two", 2);
            Thread reader =
                    threads.start(() -> assertThat(timestampsOfMessages(rx)).containsExactly(2L));
            Thread waits = threads.start(() -> assertThatThrownBy(() -> rx.awaitTimestamp(3, Threads.LIMIT))
                    .isInstanceOf(ReceiverClosedException.class)
                    .hasMessageContaining("has ended after 2"));
            Threads.awaitBlocked(reader);
            Threads.awaitBlocked(waits);
            tx2.close();
            Threads.awaitThat(() -> rx.awaitTimestamp(2, Duration.ZERO));
            Threads.awaitBlocked(waits);
            tx1.close();
            threads.join();
        }
    }

    /** In CONSECUTIVE the end of one receiver comes when what it holds is released, which takes others' numbers. */
    @Test
    void aReceiverWhoseSourcesAreClosedStillWaitsForTheNumbersOfOthers() throws Exception {
        try (MergingDispatcher<String> merge = merge().merging(MergeOrder.CONSECUTIVE)) {
            Receiver<String> a = merge.receiver("a");
            merge.receiver("b");
            Forwarder<String> toA = merge.forwarder("toA", "a");
            Forwarder<String> toB = merge.forwarder("toB", "b");
            toA.forward("two", 2);
            toA.close();
            Thread waits = threads.start(() -> assertThatThrownBy(() -> a.awaitTimestamp(3, Threads.LIMIT))
                    .isInstanceOf(ReceiverClosedException.class)
                    .hasMessageContaining("has ended after 2"));
            Threads.awaitBlocked(waits);
            assertThat(a.poll()).isEmpty();
            toB.forward("one", 1);
            assertThat(timestampsOfMessages(a)).containsExactly(2L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereAReceiverEndsDoesNotDependOnHowQuickItIs(MergeOrder order) throws Exception {
        try (MergingDispatcher<String> merge = merge().merging(order)) {
            Receiver<String> a = merge.receiver("a");
            merge.receiver("b");
            Forwarder<String> all = merge.broadcaster("all");
            try (Forwarder<String> toA = merge.forwarder("toA", "a")) {
                toA.forward("one", 1);
                toA.forward("two", 2);
                toA.forward("three", 3);
                toA.advance(5);
                all.advance(5);
            }
            Forwarder<String> toB = merge.forwarder("toB", "b");
            all.close();
            toB.advance(9);
            List<Delivery<String>> received = new ArrayList<>();
            a.forEach(received::add);
            assertThat(received).extracting(Delivery::timestamp).containsExactly(1L, 2L, 3L, 5L);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingAReceiverDropsWhatItHoldsAndSaysHowMuch(MergeOrder order) throws Exception {
        try (MergingDispatcher<String> merge = merge().merging(order)) {
            Receiver<String> a = merge.receiver("a");
            Receiver<String> b = merge.receiver("b");
            Forwarder<String> toA = merge.forwarder("toA", "a");
            Forwarder<String> second = merge.forwarder("second", "a");
            Forwarder<String> toB = merge.forwarder("toB", "b");
            toA.forward("one", 1);
            toA.forward("two", 2);
            toA.forward("four", 4);
            second.advance(2);
            a.close();
            a.close();
            assertThat(logs.warnings())
                    .containsExactly("receiver 'a' of dispatcher 'merge' was closed with 3 messages unread");
            assertThat(merge.stats().dropped()).isEqualTo(3);
            assertThat(merge.stats().accepted()).isEqualTo(3);
            toB.forward("three", 3);
            assertThat(b.receive()).isEqualTo(new Tick<>(2));
            assertThat(b.receive()).isEqualTo(new Message<>("three", 3));
            if (order == MergeOrder.CONSECUTIVE) {
                assertThat(b.receive()).as("what was dropped counts as seen").isEqualTo(new Tick<>(4));
            }
            assertThatThrownBy(a::poll).isInstanceOf(ChannelClosedException.class);
        }
    }

    @Test
    void aClosedForwarderPromisesNothingAndItsNameIsFree() throws Exception {
        try (MergingDispatcher<String> merge = merge().merging()) {
            merge.receiver("a");
            merge.forwarder("keeps it open", "a");
            Forwarder<String> tx = merge.forwarder("tx", "a");
            tx.forward("one", 1);
            tx.close();
            tx.close();
            assertThatThrownBy(() -> tx.advance(9))
                    .isInstanceOf(ChannelClosedException.class)
                    .hasMessage("forwarder 'tx' of dispatcher 'merge' is closed");
            assertThatThrownBy(() -> tx.forward("two", 2)).isInstanceOf(ChannelClosedException.class);
            assertThat(merge.forwarder("tx", "a").promise()).isZero();
            assertThat(merge.stats().sent()).isEqualTo(1);
        }
    }

    // ---- the clock

    /** What was promised still counts when what was not released is dropped. */
    @Test
    void theClockStaysWhereItIsWhenAReceiverDropsItsMessages() throws Exception {
        try (MergingDispatcher<String> merge = merge().merging()) {
            DefaultReceiver<String> rx = (DefaultReceiver<String>) merge.receiver("a");
            Forwarder<String> one = merge.forwarder("one", "a");
            Forwarder<String> two = merge.forwarder("two", "a");
            for (int i = 0; i < 3; i++) {
                one.forward("x", 4 + i);
            }
            two.forward("x", 7);
            assertThat(merge.stats().clock()).isEqualTo(6);
            rx.inbox.shut(); // as closing begins, with a reader that is quicker to drop the rest
            rx.dropRestIfClosed();
            assertThat(merge.stats().clock()).isEqualTo(6);
            rx.close();
            assertThat(merge.stats().clock()).isEqualTo(6);
            assertThat(merge.receiver("late").stats().lastDelivered()).isEqualTo(6);
        }
    }

    @Test
    void theClockStaysWhereItIsWhenReceiversLeaveTheFurthestFirst() throws Exception {
        try (MergingDispatcher<String> merge = merge().merging()) {
            Receiver<String> far = merge.receiver("far");
            Receiver<String> near = merge.receiver("near");
            merge.forwarder("toFar", "far").advance(5);
            merge.forwarder("toNear", "near").advance(3);
            far.close();
            assertThat(merge.stats().clock()).isEqualTo(5);
            near.close();
            assertThat(merge.stats().clock()).isEqualTo(5);
        }
    }

    /** Who looks at the clock adds up those that are there and those that have left, while one goes from here to there. */
    @Test
    void theClockNeverGoesBackWhenReceiversComeAndGo() throws Exception {
        try (MergingDispatcher<String> merge = merge().merging()) {
            AtomicBoolean over = new AtomicBoolean();
            threads.start(() -> {
                for (long last = 0; !over.get(); ) {
                    long clock = ((DefaultMergingDispatcher<String>) merge).clock();
                    assertThat(clock).isGreaterThanOrEqualTo(last);
                    last = clock;
                }
            });
            for (int i = 1; i <= 20_000; i++) {
                Receiver<String> rx = merge.receiver("a");
                try (Forwarder<String> tx = merge.forwarder("tx", "a")) {
                    tx.advance(i);
                    rx.close();
                }
            }
            over.set(true);
            threads.join();
        }
    }
}
