package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a dispatcher says of itself, and that it says so with many receivers, too. */
class DispatcherStatsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @Test
    void statsSayWhatEachHasSeenAndSent() throws Exception {
        try (SequencingDispatcher<String> dispatcher = ClockedDispatcher.<String>builder()
                .name("test")
                .inboxCapacity(2)
                .startAfter(10)
                .sequencing()) {
            Receiver<String> a = dispatcher.receiver("a");
            Receiver<String> b = dispatcher.receiver("b");
            Sender<String> toA = dispatcher.sender("toA", "a");
            Broadcaster<String> toAll = dispatcher.broadcaster("all");
            assertThat(a.stats())
                    .isEqualTo(new ReceiverStats("a", ReceiverState.OPEN, null, 10, 10, 0, 0, 2, 0, 0, 0, 0, 0));
            toA.send("x");
            toAll.broadcast("y");
            a.receive();
            b.receiveBatch(2);
            b.poll();
            DispatcherStats stats = dispatcher.stats();
            assertThat(stats.dispatcher()).isEqualTo("test");
            assertThat(stats.clock()).isEqualTo(12);
            assertThat(stats.sent()).isEqualTo(2);
            assertThat(stats.accepted()).isEqualTo(3);
            assertThat(stats.ticksDelivered()).isEqualTo(1);
            assertThat(stats.receivers().keySet()).containsExactly("a", "b");
            assertThat(stats.receivers().get("a"))
                    .isEqualTo(a.stats())
                    .isEqualTo(new ReceiverStats("a", ReceiverState.OPEN, null, 11, 10, 1, 1, 2, 0, 0, 2, 0, 0));
            assertThat(stats.receivers().get("b"))
                    .isEqualTo(new ReceiverStats("b", ReceiverState.OPEN, null, 12, 12, 0, 0, 2, 0, 0, 1, 1, 0));
            assertThat(stats.senders().keySet()).containsExactly("toA", "all");
            assertThat(stats.senders().get("toA")).isEqualTo(toA.stats()).isEqualTo(new SenderStats("toA", 1, 12));
            assertThat(toAll.stats()).isEqualTo(new SenderStats("all", 1, 12));
        }
    }

    @Test
    void whatClosedOnesDidStaysInTheTotals() throws Exception {
        try (SequencingDispatcher<String> dispatcher =
                ClockedDispatcher.<String>builder().sequencing()) {
            for (int i = 0; i < 5; i++) {
                Receiver<String> receiver = dispatcher.receiver("r");
                Receiver<String> other = dispatcher.receiver("other");
                Sender<String> sender = dispatcher.sender("s", "r");
                sender.send("a");
                sender.send("b");
                other.receive();
                receiver.receive();
                sender.close();
                receiver.close();
                other.close();
            }
            DispatcherStats stats = dispatcher.stats();
            assertThat(stats.receivers()).isEmpty();
            assertThat(stats.senders()).isEmpty();
            assertThat(stats.sent()).isEqualTo(10);
            assertThat(stats.accepted()).isEqualTo(10);
            assertThat(stats.dropped()).isEqualTo(5);
            assertThat(stats.ticksDelivered()).isEqualTo(5);
        }
    }

    @Test
    void tenThousandReceivers() throws Exception {
        int count = 10_000;
        SequencingDispatcher<Integer> dispatcher =
                ClockedDispatcher.<Integer>builder().inboxCapacity(8).sequencing();
        List<Receiver<Integer>> receivers = new ArrayList<>();
        List<Sender<Integer>> senders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            receivers.add(dispatcher.receiver("r" + i));
            senders.add(dispatcher.sender("s" + i, "r" + i));
        }
        Broadcaster<Integer> broadcaster = dispatcher.broadcaster("b");
        assertThat(broadcaster.broadcast(-1)).isEqualTo(1);
        for (int i = 0; i < count; i++) {
            assertThat(senders.get(i).trySend(i)).hasValue(i + 2);
        }
        assertThat(broadcaster.tryBroadcast(-1)).hasValue(count + 2);
        for (int i = 0; i < count; i++) {
            Receiver<Integer> receiver = receivers.get(i);
            List<Delivery<Integer>> expected = new ArrayList<>(List.of(new Message<>(-1, 1)));
            if (i > 0) {
                expected.add(new Tick<>(i + 1));
            }
            expected.add(new Message<>(i, i + 2));
            if (i < count - 1) {
                expected.add(new Tick<>(count + 1));
            }
            expected.add(new Message<>(-1, count + 2));
            assertThat(receiver.receiveBatch(10)).isEqualTo(expected);
        }
        dispatcher.close();
    }

    @Test
    void manySleepersAreAllToldOfTheClock() throws Exception {
        int count = 200;
        DefaultSequencingDispatcher<Integer> dispatcher = (DefaultSequencingDispatcher<Integer>)
                ClockedDispatcher.<Integer>builder().sequencing();
        dispatcher.receiver("target");
        Sender<Integer> sender = dispatcher.sender("s", "target");
        List<Receiver<Integer>> receivers = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Receiver<Integer> receiver = dispatcher.receiver("r" + i);
            receivers.add(receiver);
            readers.add(threads.start(() -> receiver.forEach(delivery -> {})));
        }
        for (int round = 1; round <= 5; round++) {
            for (Thread reader : readers) {
                Threads.awaitBlocked(reader);
            }
            Threads.awaitThat(dispatcher.sleepers::isArmed);
            sender.send(round);
            for (Receiver<Integer> receiver : receivers) {
                assertThat(receiver.awaitTimestamp(round, Threads.LIMIT)).isTrue();
            }
        }
        dispatcher.close();
    }
}
