package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for room, and who does not. */
class SequencingRoomTest {
    @RegisterExtension
    final Threads threads = new Threads();

    private static SequencingDispatcher<String> dispatcher(int capacity) {
        return ClockedDispatcher.<String>builder()
                .name("test")
                .inboxCapacity(capacity)
                .sequencing();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 100, 1_000})
    void anInboxHoldsExactlyItsCapacity(int capacity) {
        try (SequencingDispatcher<String> dispatcher = dispatcher(capacity)) {
            Receiver<String> receiver = dispatcher.receiver("r");
            Sender<String> sender = dispatcher.sender("s", "r");
            for (int i = 0; i < capacity; i++) {
                assertThat(sender.trySend("x")).isPresent();
            }
            assertThat(sender.trySend("x")).isEmpty();
            assertThat(receiver.poll()).isPresent();
            assertThat(sender.trySend("x")).hasValue(capacity + 1);
            assertThat(sender.trySend("x")).isEmpty();
        }
    }

    @Test
    void whatWasRefusedTookNoTimestamp() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            dispatcher.receiver("full");
            dispatcher.receiver("free");
            Sender<String> toFull = dispatcher.sender("a", "full");
            Sender<String> toFree = dispatcher.sender("b", "free");
            Broadcaster<String> toAll = dispatcher.broadcaster("c");
            assertThat(toFull.send("1")).isEqualTo(1);
            assertThat(toFull.trySend("x")).isEmpty();
            assertThat(toFull.send("x", Duration.ofMillis(1))).isEmpty();
            assertThat(toAll.tryBroadcast("x")).isEmpty();
            assertThat(toAll.broadcast("x", Duration.ofMillis(1))).isEmpty();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> toFree.send("x")).isInstanceOf(InterruptedException.class);
            assertThat(toFree.send("2")).isEqualTo(2);
        }
    }

    /** The original's one thread stops everybody here. */
    @Test
    void thousandsOfMessagesPassAReceiverThatSleepsWithAFullInbox() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(4)) {
            Receiver<String> asleep = dispatcher.receiver("asleep");
            Receiver<String> awake = dispatcher.receiver("awake");
            Sender<String> toAsleep = dispatcher.sender("a", "asleep");
            Sender<String> toAwake = dispatcher.sender("b", "awake");
            for (int i = 0; i < 4; i++) {
                toAsleep.send("x");
            }
            Thread blocked = threads.start(() -> toAsleep.send("x"));
            Threads.awaitBlocked(blocked);
            for (int i = 0; i < 10_000; i++) {
                assertThat(toAwake.trySend("y")).isPresent();
                while (!(awake.receive() instanceof Message)) {}
            }
            assertThat(asleep.stats().inboxSize()).isEqualTo(4);
            assertThat(asleep.stats().blockedSenders()).isEqualTo(1);
            assertThat(asleep.stats().lag()).isEqualTo(10_004);
            asleep.receive();
            blocked.join(Threads.LIMIT.toMillis());
            assertThat(blocked.isAlive()).isFalse();
        }
    }

    @Test
    void trafficForOthersNeverFillsAnInboxAndIsOneTick() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(2)) {
            Receiver<String> other = dispatcher.receiver("other");
            Receiver<String> busy = dispatcher.receiver("busy");
            Sender<String> sender = dispatcher.sender("s", "busy");
            for (int i = 0; i < 5_000; i++) {
                sender.send("x");
                while (!(busy.poll().orElseThrow() instanceof Message)) {}
            }
            assertThat(other.stats().inboxSize()).isZero();
            assertThat(other.receive()).isEqualTo(new Tick<>(5_000));
            assertThat(other.poll()).isEmpty();
        }
    }

    @Test
    void whoWaitsForRoomGetsItInTurnAndNobodyIsLeftBehind() throws Exception {
        int senders = 6;
        int each = 300;
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            Receiver<String> receiver = dispatcher.receiver("r");
            for (int i = 0; i < senders; i++) {
                Sender<String> sender = dispatcher.sender("s" + i, "r");
                threads.start(() -> {
                    for (int n = 0; n < each; n++) {
                        sender.send("x");
                    }
                });
            }
            for (int i = 1; i <= senders * each; i++) {
                assertThat(receiver.receive()).isEqualTo(new Message<>("x", i));
            }
            threads.join();
            assertThat(receiver.stats().blockedSenders()).isZero();
        }
    }

    @Test
    void aSendThatWaitsCanBeInterrupted() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            Receiver<String> receiver = dispatcher.receiver("r");
            Sender<String> sender = dispatcher.sender("s", "r");
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            sender.send("x");
            Thread blocked = threads.start(
                    () -> assertThatThrownBy(() -> sender.send("y")).isInstanceOf(InterruptedException.class));
            Thread blockedToo = threads.start(() ->
                    assertThatThrownBy(() -> broadcaster.broadcast("z")).isInstanceOf(InterruptedException.class));
            Threads.awaitThat(() -> receiver.stats().blockedSenders() == 2);
            Threads.awaitBlocked(blocked);
            Threads.awaitBlocked(blockedToo);
            blocked.interrupt();
            blockedToo.interrupt();
            threads.join();
            assertThat(receiver.stats().blockedSenders()).isZero();
            receiver.receive();
            assertThat(receiver.poll()).isEmpty();
            assertThat(sender.send("w")).isEqualTo(2);
        }
    }

    // ---- broadcasts

    @Test
    void aWaitingBroadcastHoldsUpNobody() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            Receiver<String> full = dispatcher.receiver("full");
            Receiver<String> neighbour = dispatcher.receiver("neighbour");
            Sender<String> toFull = dispatcher.sender("a", "full");
            Sender<String> toNeighbour = dispatcher.sender("b", "neighbour");
            Broadcaster<String> broadcaster = dispatcher.broadcaster("c");
            toFull.send("x");
            Thread waiting =
                    threads.start(() -> assertThat(broadcaster.broadcast("all")).isEqualTo(1_002));
            Threads.awaitThat(() -> full.stats().blockedSenders() == 1);
            for (int i = 0; i < 1_000; i++) {
                assertThat(toNeighbour.trySend("y")).isPresent();
                while (!(neighbour.receive() instanceof Message)) {}
            }
            assertThat(dispatcher.receiver("late").poll()).isEmpty(); // registering does not wait either
            assertThat(full.receive()).isEqualTo(new Message<>("x", 1));
            waiting.join(Threads.LIMIT.toMillis());
            assertThat(full.receive()).isEqualTo(new Tick<>(1_001));
            assertThat(full.receive()).isEqualTo(new Message<>("all", 1_002));
            assertThat(neighbour.receive()).isEqualTo(new Message<>("all", 1_002));
        }
    }

    /** Room at different times is enough: else somebody who fills each gap at once could hold a broadcast up for ever. */
    @Test
    void aBroadcastTicksOffEachInboxOnceThatHadRoom() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            Receiver<String> a = dispatcher.receiver("a");
            Receiver<String> b = dispatcher.receiver("b");
            Sender<String> toA = dispatcher.sender("toA", "a");
            Sender<String> toB = dispatcher.sender("toB", "b");
            Broadcaster<String> broadcaster = dispatcher.broadcaster("all");
            toA.send("a1");
            toB.send("b1");
            Thread waiting = threads.start(() -> broadcaster.broadcast("all"));
            Threads.awaitThat(() -> a.stats().blockedSenders() + b.stats().blockedSenders() == 2);
            assertThat(b.receive()).isEqualTo(new Tick<>(1));
            assertThat(b.receive()).isEqualTo(new Message<>("b1", 2));
            assertThat(toB.trySend("b2")).hasValue(3);
            assertThat(toB.trySend("b3")).isEmpty();
            assertThat(a.receive()).isEqualTo(new Message<>("a1", 1));
            waiting.join(Threads.LIMIT.toMillis());
            assertThat(b.stats().inboxSize()).isEqualTo(2);
            assertThat(toB.trySend("b3")).isEmpty();
            assertThat(b.receive()).isEqualTo(new Message<>("b2", 3));
            assertThat(b.receive()).isEqualTo(new Message<>("all", 4));
            assertThat(a.receive()).isEqualTo(new Tick<>(3));
            assertThat(a.receive()).isEqualTo(new Message<>("all", 4));
        }
    }

    @Test
    void anInboxIsExceededByOneMessageForEachBroadcasterAtMost() throws Exception {
        int broadcasters = 3;
        try (SequencingDispatcher<String> dispatcher = dispatcher(2)) {
            Receiver<String> receiver = dispatcher.receiver("r");
            Receiver<String> gate = dispatcher.receiver("gate");
            Sender<String> sender = dispatcher.sender("s", "r");
            Sender<String> toGate = dispatcher.sender("t", "gate");
            toGate.send("x");
            toGate.send("x");
            for (int i = 0; i < broadcasters; i++) {
                Broadcaster<String> broadcaster = dispatcher.broadcaster("b" + i);
                for (int n = 0; n < 3; n++) {
                    threads.start(() -> broadcaster.broadcast("all"));
                }
            }
            Threads.awaitThat(() -> gate.stats().blockedSenders() == broadcasters);
            sender.send("x");
            sender.send("x");
            while (gate.poll().isPresent()) {}
            Threads.awaitThat(() -> receiver.stats().blockedSenders() == broadcasters);
            assertThat(receiver.stats().inboxSize()).isEqualTo(2 + broadcasters);
            long got = 0;
            while (got < 2 + 3 * broadcasters) {
                assertThat(receiver.stats().inboxSize()).isLessThanOrEqualTo(2 + broadcasters);
                got += receiver.receive(Duration.ofMillis(1)).stream()
                        .filter(delivery -> delivery instanceof Message)
                        .count();
                while (gate.poll().isPresent()) {}
            }
            threads.join();
        }
    }

    @Test
    void twoWaitingBroadcastsDoNotBlockEachOther() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            Receiver<String> a = dispatcher.receiver("a");
            Receiver<String> b = dispatcher.receiver("b");
            Broadcaster<String> one = dispatcher.broadcaster("one");
            Broadcaster<String> two = dispatcher.broadcaster("two");
            int each = 500;
            threads.start(() -> {
                for (int i = 0; i < each; i++) {
                    one.broadcast("one");
                }
            });
            threads.start(() -> {
                for (int i = 0; i < each; i++) {
                    two.broadcast("two");
                }
            });
            for (Receiver<String> receiver : List.of(a, b)) {
                threads.start(() -> {
                    for (int i = 1; i <= 2 * each; i++) {
                        assertThat(receiver.receive())
                                .isInstanceOf(Message.class)
                                .extracting(Delivery::timestamp)
                                .isEqualTo((long) i);
                    }
                });
            }
            threads.join();
        }
    }

    @Test
    void aBroadcasterLetsOneWaitAndRefusesWhatWillNotWait() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            Receiver<String> receiver = dispatcher.receiver("r");
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            assertThat(broadcaster.tryBroadcast("x")).hasValue(1);
            Thread waiting = threads.start(() -> broadcaster.broadcast("y"));
            Threads.awaitThat(() -> receiver.stats().blockedSenders() == 1);
            assertThat(broadcaster.tryBroadcast("z")).isEmpty();
            assertThat(broadcaster.broadcast("z", Duration.ofMillis(1))).isEmpty();
            receiver.receive();
            waiting.join(Threads.LIMIT.toMillis());
            assertThat(receiver.receive()).isEqualTo(new Message<>("y", 2));
            assertThat(broadcaster.tryBroadcast("z")).hasValue(3);
        }
    }

    /** Threads that try at the same time are no reason to refuse: only a full inbox is. */
    @Test
    void broadcastsThatTryTogetherAllGetIn() {
        int each = 5_000;
        try (SequencingDispatcher<String> dispatcher = dispatcher(4 * each)) {
            dispatcher.receiver("r");
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            threads.startTogether(4, t -> {
                for (int i = 0; i < each; i++) {
                    assertThat(broadcaster.tryBroadcast("x")).isPresent();
                }
            });
            threads.join();
            assertThat(dispatcher.stats().clock()).isEqualTo(4 * each);
        }
    }

    @Test
    void aBroadcastThatNobodyIsThereToHearTakesATimestamp() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            assertThat(broadcaster.broadcast("x")).isEqualTo(1);
            assertThat(broadcaster.broadcast("x")).isEqualTo(2);
            Receiver<String> late = dispatcher.receiver("late");
            assertThat(late.poll()).isEmpty();
            assertThat(late.stats().lastDelivered()).isEqualTo(2);
            assertThat(broadcaster.broadcast("y")).isEqualTo(3);
            assertThat(late.receive()).isEqualTo(new Message<>("y", 3));
        }
    }

    // ---- closing

    @Test
    void closingAReceiverFreesWhoWaitsForIt() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            Receiver<String> receiver = dispatcher.receiver("r");
            Receiver<String> other = dispatcher.receiver("other");
            Sender<String> sender = dispatcher.sender("s", "r");
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            sender.send("x");
            CountDownLatch refused = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                threads.start(() -> {
                    assertThatThrownBy(() -> sender.send("y"))
                            .isInstanceOf(ReceiverClosedException.class)
                            .hasMessage("receiver 'r' of sender 's' of dispatcher 'test' has left");
                    refused.countDown();
                });
            }
            AtomicLong timestamp = new AtomicLong();
            Thread waiting = threads.start(() -> timestamp.set(broadcaster.broadcast("all")));
            Threads.awaitThat(() -> receiver.stats().blockedSenders() == 3);
            receiver.close();
            Threads.await(refused);
            waiting.join(Threads.LIMIT.toMillis());
            assertThat(timestamp).hasValue(2);
            assertThat(other.receive()).isEqualTo(new Tick<>(1));
            assertThat(other.receive()).isEqualTo(new Message<>("all", 2));
            assertThatThrownBy(() -> sender.trySend("y")).isInstanceOf(ReceiverClosedException.class);
            assertThatThrownBy(() -> dispatcher.sender("late", "r"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no receiver 'r' for sender 'late' of dispatcher 'test' (receivers: [other])");
        }
    }

    @Test
    void closingASourceFailsItsWaitingCalls() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            Receiver<String> receiver = dispatcher.receiver("r");
            Sender<String> sender = dispatcher.sender("s", "r");
            Sender<String> other = dispatcher.sender("o", "r");
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            sender.send("x");
            Thread[] waiting = {
                threads.start(() -> assertThatThrownBy(() -> sender.send("y"))
                        .isInstanceOf(ChannelClosedException.class)
                        .hasMessage("sender 's' of dispatcher 'test' is closed")),
                threads.start(() -> assertThatThrownBy(() -> broadcaster.broadcast("y"))
                        .isInstanceOf(ChannelClosedException.class)
                        .hasMessage("broadcaster 'b' of dispatcher 'test' is closed"))
            };
            Thread unharmed = threads.start(() -> assertThat(other.send("z")).isEqualTo(2));
            Threads.awaitThat(() -> receiver.stats().blockedSenders() == 3);
            sender.close();
            broadcaster.close();
            for (Thread thread : waiting) {
                thread.join(Threads.LIMIT.toMillis());
            }
            receiver.receive();
            unharmed.join(Threads.LIMIT.toMillis());
            assertThat(receiver.receive()).isEqualTo(new Message<>("z", 2));
        }
    }

    @Test
    void closingTheDispatcherFailsWhatWaits() throws Exception {
        SequencingDispatcher<String> dispatcher = dispatcher(1);
        Receiver<String> receiver = dispatcher.receiver("r");
        Sender<String> sender = dispatcher.sender("s", "r");
        Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
        sender.send("x");
        threads.start(() -> assertThatThrownBy(() -> sender.send("y"))
                .isInstanceOf(ChannelClosedException.class)
                .hasMessage("dispatcher 'test' is closed"));
        threads.start(() -> assertThatThrownBy(() -> broadcaster.broadcast("y"))
                .isInstanceOf(ChannelClosedException.class)
                .hasMessage("dispatcher 'test' is closed"));
        Threads.awaitThat(() -> receiver.stats().blockedSenders() == 2);
        dispatcher.close();
        threads.join();
        assertThat(receiver.receive()).isEqualTo(new Message<>("x", 1));
        assertThatThrownBy(receiver::receive).isInstanceOf(ChannelClosedException.class);
    }

    /** Who closes has marked it, and not yet refused those who wait; meanwhile the reader still takes something. */
    @Test
    void whoWaitsIsNotLetIntoAReceiverThatIsBeingClosed() throws Exception {
        try (SequencingDispatcher<String> dispatcher = dispatcher(1)) {
            DefaultReceiver<String> receiver = (DefaultReceiver<String>) dispatcher.receiver("r");
            Sender<String> sender = dispatcher.sender("s", "r");
            sender.send("x");
            Thread waits = threads.start(
                    () -> assertThatThrownBy(() -> sender.send("y")).isInstanceOf(ReceiverClosedException.class));
            Threads.awaitThat(() -> receiver.stats().blockedSenders() == 1);
            Threads.awaitBlocked(waits);
            receiver.inbox.shut();
            assertThat(receiver.inbox.removeAll()).isEqualTo(1);
            receiver.reading.settle();
            assertThat(receiver.stats().blockedSenders()).isEqualTo(1);
            receiver.close();
            threads.join();
            assertThat(dispatcher.stats().clock()).isEqualTo(1);
            assertThat(dispatcher.stats().accepted()).isEqualTo(1);
        }
    }
}
