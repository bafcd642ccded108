package dev.fairway.dispatcher;

import static dev.fairway.dispatcher.Deliveries.forward;
import static dev.fairway.dispatcher.Deliveries.message;
import static dev.fairway.dispatcher.Deliveries.tick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who waits for room in a merging dispatcher, for how long, and what it has promised meanwhile. */
class MergingRoomTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private static MergingDispatcher<String> merging(int inboxCapacity, int reorderCapacity) {
        return ClockedDispatcher.<String>builder()
                .name("merge")
                .inboxCapacity(inboxCapacity)
                .reorderCapacity(reorderCapacity)
                .merging();
    }

    private static boolean tryForward(Forwarder<String> forwarder, long timestamp) throws InterruptedException {
        return forwarder.forward("m" + timestamp, timestamp, Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "3, 1", "5, 7", "100, 30"})
    void aReceiverHoldsAsMuchAsInboxAndReorderBufferAndNotMore(int inbox, int reorder) throws Exception {
        try (MergingDispatcher<String> merge = merging(inbox, reorder)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> tx = merge.forwarder("tx", "a");
            Forwarder<String> silent = merge.forwarder("silent", "a");
            long next = 1;
            for (int i = 0; i < reorder; i++) {
                assertThat(tryForward(tx, next++)).isTrue();
            }
            assertThat(tryForward(tx, next)).isFalse();
            assertThat(rx.stats().reordering()).isEqualTo(reorder);
            silent.advance(Long.MAX_VALUE);
            while (tryForward(tx, next)) {
                next++;
            }
            assertThat(next - 1).isEqualTo(inbox + reorder);
            assertThat(rx.stats().inboxSize()).isEqualTo(inbox);
            assertThat(rx.stats().reordering()).isEqualTo(reorder);
            for (long timestamp = 1; timestamp < next; timestamp++) {
                assertThat(rx.receive()).isEqualTo(message(timestamp));
            }
            assertThat(tryForward(tx, next)).isTrue();
        }
    }

    @Test
    void aForwarderThatRunsAheadWaitsUntilTheOthersFollow() throws Exception {
        try (MergingDispatcher<String> merge = merging(4, 2)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> ahead = merge.forwarder("ahead", "a");
            Forwarder<String> behind = merge.forwarder("behind", "a");
            forward(ahead, 1);
            forward(ahead, 3);
            Thread waits = threads.start(() -> forward(ahead, 5));
            Threads.awaitBlocked(waits);
            assertThat(rx.stats().blockedSenders()).isEqualTo(1);
            behind.advance(1);
            threads.join();
            assertThat(rx.receive()).isEqualTo(message(1));
            assertThat(rx.stats().blockedSenders()).isZero();
            assertThat(rx.stats().reordering()).isEqualTo(2);
        }
    }

    @Test
    void aForwarderWaitsForTheReaderWhenInboxAndBufferAreFull() throws Exception {
        try (MergingDispatcher<String> merge = merging(1, 1)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> tx = merge.forwarder("tx", "a");
            Thread waits = threads.start(() -> {
                for (long timestamp = 1; timestamp <= 20; timestamp++) {
                    forward(tx, timestamp);
                }
            });
            for (long timestamp = 1; timestamp <= 18; timestamp++) {
                Threads.awaitBlocked(waits);
                assertThat(rx.receive()).isEqualTo(message(timestamp));
            }
            threads.join();
        }
    }

    @Test
    void whatCouldBeReleasedAtOnceNeverWaitsForTheReorderBuffer() throws Exception {
        try (MergingDispatcher<String> merge = merging(4, 1)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> ahead = merge.forwarder("ahead", "a");
            Forwarder<String> behind = merge.forwarder("behind", "a");
            forward(ahead, 9);
            for (long timestamp = 1; timestamp <= 4; timestamp++) {
                assertThat(tryForward(behind, timestamp)).isTrue();
            }
            assertThat(tryForward(behind, 5)).as("the inbox is full").isFalse();
            rx.receive();
            assertThat(tryForward(behind, 5)).isTrue();
        }
    }

    @Test
    void whoWaitsHasPromisedEverythingBelow() throws Exception {
        try (MergingDispatcher<String> merge = merging(4, 1)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> full = merge.forwarder("full", "a");
            Forwarder<String> waiting = merge.forwarder("waiting", "a");
            Forwarder<String> behind = merge.forwarder("behind", "a");
            forward(full, 100);
            Thread waits = threads.start(() -> forward(waiting, 50));
            Threads.awaitBlocked(waits);
            assertThat(waiting.promise()).isEqualTo(49);
            behind.advance(49);
            assertThat(rx.poll()).contains(tick(49));
            assertThat(rx.poll()).isEmpty();
            behind.advance(60);
            threads.join();
            assertThat(rx.receive()).isEqualTo(message(50));
        }
    }

    @Test
    void aForwardThatWasInterruptedKeepsItsPromiseAndMayBeTriedAgain() throws Exception {
        try (MergingDispatcher<String> merge = merging(1, 1)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> tx = merge.forwarder("tx", "a");
            Forwarder<String> other = merge.forwarder("other", "a");
            forward(tx, 1);
            CountDownLatch interrupted = new CountDownLatch(1);
            Thread waits = threads.start(() -> {
                assertThatThrownBy(() -> forward(tx, 5)).isInstanceOf(InterruptedException.class);
                interrupted.countDown();
            });
            Threads.awaitBlocked(waits);
            waits.interrupt();
            Threads.await(interrupted);
            assertThat(tx.promise()).isEqualTo(4);
            assertThat(tx.stats().sent()).isEqualTo(1);
            assertThatThrownBy(() -> forward(tx, 4)).isInstanceOf(IllegalArgumentException.class);
            other.advance(9);
            assertThat(rx.receive()).isEqualTo(message(1));
            assertThat(rx.receive()).isEqualTo(tick(4));
            assertThat(tryForward(tx, 5)).isTrue();
            assertThat(rx.receive()).isEqualTo(message(5));
        }
    }

    @Test
    void aForwardThatWasWithdrawnGivesItsTimestampBack() throws Exception {
        try (MergingDispatcher<String> merge = merging(1, 1)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> tx = merge.forwarder("tx", "a");
            Forwarder<String> other = merge.forwarder("other", "a");
            forward(tx, 1);
            assertThat(tx.forward("five", 5, Duration.ofNanos(1))).isFalse();
            forward(other, 2);
            assertThat(rx.receive()).isEqualTo(message(1));
            assertThat(rx.receive()).isEqualTo(message(2));
            forward(other, 5);
            assertThatThrownBy(() -> forward(tx, 5)).isInstanceOf(IllegalArgumentException.class);
            tx.advance(5);
            assertThat(rx.receive()).isEqualTo(tick(4));
            assertThat(rx.receive()).isEqualTo(message(5));
        }
    }

    @Test
    void whoIsInterruptedBeforeForwardsNothing() throws Exception {
        try (MergingDispatcher<String> merge = merging(1, 1)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> tx = merge.forwarder("tx", "a");
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> forward(tx, 1)).isInstanceOf(InterruptedException.class);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> tryForward(tx, 1)).isInstanceOf(InterruptedException.class);
            assertThat(tx.promise()).isZero();
            assertThat(rx.poll()).isEmpty();
        }
    }

    @Test
    void closingAReceiverFreesItsBlockedForwarders() throws Exception {
        try (MergingDispatcher<String> merge = merging(1, 1)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> tx = merge.forwarder("tx", "a");
            forward(tx, 1);
            forward(tx, 2);
            Thread waits = threads.start(() -> assertThatThrownBy(() -> forward(tx, 3))
                    .isInstanceOf(ReceiverClosedException.class)
                    .hasMessageContaining("receiver 'a' was closed"));
            Threads.awaitBlocked(waits);
            rx.close();
            threads.join();
        }
    }

    @Test
    void closingAForwarderOrTheDispatcherFreesWhatWaits() throws Exception {
        MergingDispatcher<String> merge = merging(1, 1);
        merge.receiver("a");
        for (String name : List.of("first", "second")) {
            Forwarder<String> tx = merge.forwarder(name, "a");
            Thread waits = threads.start(() -> assertThatThrownBy(() -> {
                        while (true) {
                            forward(tx, tx.promise() + 1);
                        }
                    })
                    .isInstanceOf(ChannelClosedException.class)
                    .hasMessage(
                            name.equals("first")
                                    ? "forwarder 'first' of dispatcher 'merge' is closed"
                                    : "dispatcher 'merge' is closed"));
            Threads.awaitBlocked(waits);
            if (name.equals("first")) {
                merge.forwarder("keeps it open", "a");
                tx.close();
            } else {
                merge.close();
            }
            threads.join();
        }
    }

    @Test
    void aFullReceiverHoldsUpNobodyElse() throws Exception {
        try (MergingDispatcher<String> merge = merging(1, 1)) {
            merge.receiver("full");
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> toFull = merge.forwarder("toFull", "full");
            Forwarder<String> toA = merge.forwarder("toA", "a");
            forward(toFull, 1);
            forward(toFull, 2);
            Thread waits = threads.start(
                    () -> assertThatThrownBy(() -> forward(toFull, 3)).isInstanceOf(ChannelClosedException.class));
            Threads.awaitBlocked(waits);
            for (long timestamp = 1; timestamp <= 100; timestamp++) {
                assertThat(tryForward(toA, timestamp)).isTrue();
                assertThat(rx.receive()).isEqualTo(message(timestamp));
            }
            toFull.close();
        }
    }

    /** What it waits for is released by who brings the number that was missing, to somebody else. */
    @Test
    void whoWaitsForNumbersOfOthersNeedsNoReader() throws Exception {
        try (MergingDispatcher<String> merge = ClockedDispatcher.<String>builder()
                .inboxCapacity(1)
                .reorderCapacity(1)
                .merging(MergeOrder.CONSECUTIVE)) {
            Receiver<String> a = merge.receiver("a");
            merge.receiver("b");
            Forwarder<String> toA = merge.forwarder("toA", "a");
            Forwarder<String> toB = merge.forwarder("toB", "b");
            forward(toA, 2);
            Thread waits = threads.start(() -> forward(toA, 3));
            Threads.awaitThat(() -> a.stats().blockedSenders() == 1);
            Threads.awaitBlocked(waits);
            forward(toB, 1);
            threads.join();
            assertThat(a.stats().inboxSize()).isEqualTo(1);
            assertThat(a.stats().reordering()).isEqualTo(1);
        }
    }

    /** While it waits for b, what is above it stays behind it at a, where there is room. */
    @Test
    void aForwardToSeveralWaitsForAllAndNothingOvertakesIt() throws Exception {
        try (MergingDispatcher<String> merge = merging(4, 1)) {
            Receiver<String> a = merge.receiver("a");
            Receiver<String> b = merge.receiver("b");
            Forwarder<String> both = merge.forwarder("both", "a", "b");
            Forwarder<String> toA = merge.forwarder("toA", "a");
            Forwarder<String> toB = merge.forwarder("toB", "b");
            merge.forwarder("silent", "b");
            forward(toB, 10);
            Thread waits = threads.start(() -> forward(both, 5));
            Threads.awaitBlocked(waits);
            forward(toA, 7);
            assertThat(a.poll()).contains(tick(4));
            assertThat(a.poll()).isEmpty();
            assertThat(b.poll()).isEmpty();
            toB.advance(11);
            b.close();
            threads.join();
            assertThat(a.receive()).isEqualTo(message(5));
            both.advance(7);
            assertThat(a.receive()).isEqualTo(tick(6));
            assertThat(a.receive()).isEqualTo(message(7));
        }
    }

    /** Three forwarders, each to two of three receivers, in a circle, with no room to spare. */
    @Test
    void forwardsToSeveralDoNotStopOneAnother() throws Exception {
        try (MergingDispatcher<String> merge = merging(1, 1)) {
            List<Receiver<String>> receivers = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                receivers.add(merge.receiver(name));
            }
            List<Forwarder<String>> forwarders = List.of(
                    merge.forwarder("ab", "a", "b"), merge.forwarder("bc", "b", "c"), merge.forwarder("ca", "c", "a"));
            threads.startTogether(3, i -> {
                try (Forwarder<String> forwarder = forwarders.get(i)) {
                    for (long round = 0; round < 20_000; round++) {
                        forward(forwarder, 3 * round + i + 1);
                    }
                }
            });
            threads.startTogether(3, i -> {
                long last = 0;
                int messages = 0;
                for (Delivery<String> delivery : receivers.get(i)) {
                    assertThat(delivery.timestamp()).isGreaterThan(last);
                    last = delivery.timestamp();
                    messages += delivery instanceof Message<String> ? 1 : 0;
                }
                assertThat(messages).isEqualTo(40_000);
            });
            threads.join();
        }
    }

    @Test
    void aForwarderIsOneThreadsAtATime() throws Exception {
        try (MergingDispatcher<String> merge = merging(1, 1)) {
            Receiver<String> rx = merge.receiver("a");
            Forwarder<String> tx = merge.forwarder("tx", "a");
            forward(tx, 1);
            forward(tx, 2);
            Thread waits = threads.start(() -> forward(tx, 4));
            Threads.awaitBlocked(waits);
            assertThatThrownBy(() -> tryForward(tx, 5))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("forwarder 'tx' of dispatcher 'merge' already waits in a forward at 4 in another"
                            + " thread, and cannot forward at 5");
            assertThatThrownBy(() -> tx.advance(4))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("forwarder 'tx' of dispatcher 'merge' waits in a forward at 4, and cannot promise 4");
            tx.advance(3);
            for (long timestamp : new long[] {1, 2, 3, 4}) {
                assertThat(rx.receive().timestamp()).isEqualTo(timestamp);
            }
        }
    }
}
