package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the guide shows, and what the page of the original library shows. */
class SequencingExamplesTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @Test
    void theLedgerOfTheGuide() throws Exception {
        try (SequencingDispatcher<String> ledger = ClockedDispatcher.<String>builder()
                .name("ledger")
                .inboxCapacity(1_024)
                .startAfter(69_105)
                .sequencing()) {
            Receiver<String> orders = ledger.receiver("orders");
            Receiver<String> audit = ledger.receiver("audit");
            try (Sender<String> web = ledger.sender("web", "orders");
                    Broadcaster<String> control = ledger.broadcaster("control")) {
                assertThat(web.send("placed")).isEqualTo(69_106);
                assertThat(control.broadcast("dayClosed")).isEqualTo(69_107);
            }
            assertThat(orders.receive()).isEqualTo(new Message<>("placed", 69_106));
            assertThat(orders.receive()).isEqualTo(new Message<>("dayClosed", 69_107));
            assertThat(audit.receive()).isEqualTo(new Tick<>(69_106));
            assertThat(audit.receive()).isEqualTo(new Message<>("dayClosed", 69_107));
            assertThatThrownBy(orders::receive).isInstanceOf(ChannelClosedException.class);
            assertThatThrownBy(audit::receive).isInstanceOf(ChannelClosedException.class);
        }
    }

    @Test
    void whatASendReturnsCanBeWaitedForAtAnyReceiver() throws Exception {
        try (SequencingDispatcher<String> ledger =
                ClockedDispatcher.<String>builder().sequencing()) {
            Receiver<String> orders = ledger.receiver("orders");
            Receiver<String> audit = ledger.receiver("audit");
            Sender<String> web = ledger.sender("web", "orders");
            threads.start(() -> orders.forEach(delivery -> {}));
            threads.start(() -> audit.forEach(delivery -> {}));
            long sent = web.send("placed");
            assertThat(orders.awaitTimestamp(sent, Threads.LIMIT)).isTrue();
            assertThat(audit.awaitTimestamp(sent, Threads.LIMIT)).isTrue();
        }
    }

    @Test
    void whoFindsNoRoomMayAskAgainOrWaitForALimitedTime() throws Exception {
        try (SequencingDispatcher<String> ledger =
                ClockedDispatcher.<String>builder().inboxCapacity(1).sequencing()) {
            Receiver<String> orders = ledger.receiver("orders");
            Sender<String> web = ledger.sender("web", "orders");
            assertThat(web.trySend("placed")).hasValue(1);
            assertThat(web.trySend("changed")).isEmpty();
            assertThat(web.send("changed", Duration.ofMillis(5))).isEmpty();
            assertThat(orders.receive()).isEqualTo(new Message<>("placed", 1));
            assertThat(web.trySend("changed")).hasValue(2);
        }
    }

    /** The original's "Simple usage". */
    @Test
    void aStreamingChannel() throws Exception {
        SequencingDispatcher<Integer> d =
                ClockedDispatcher.<Integer>builder().inboxCapacity(1).sequencing();
        Receiver<Integer> rx = d.receiver("arx");
        Sender<Integer> tx = d.sender("atx1", "arx");
        threads.start(() -> tx.send(10));
        assertThat(rx.receive()).isEqualTo(new Message<>(10, 1));
        d.close();
    }

    /** The original's "Shared usage". */
    @Test
    void aSharedChannel() throws Exception {
        SequencingDispatcher<Integer> d =
                ClockedDispatcher.<Integer>builder().inboxCapacity(10).sequencing();
        Receiver<Integer> rx = d.receiver("arx");
        for (int i = 0; i < 10; i++) {
            int number = i;
            Sender<Integer> tx = d.sender("atx" + i, "arx");
            threads.start(() -> tx.send(number));
        }
        Set<Integer> received = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            received.add(((Message<Integer>) rx.receive()).payload());
        }
        assertThat(received).hasSize(10);
        d.close();
    }

    /** The original's "Accessing timestamps": b sees the timestamp of the first message, then that of the second or both later. */
    @Test
    void othersSeeTheTimestamps() throws Exception {
        try (SequencingDispatcher<String> d =
                ClockedDispatcher.<String>builder().sequencing()) {
            Receiver<String> a = d.receiver("a");
            Receiver<String> b = d.receiver("b");
            Sender<String> toA = d.sender("atx1", "a");
            toA.send("a1");
            assertThat(a.receive()).isEqualTo(new Message<>("a1", 1));
            assertThat(b.receive()).isEqualTo(new Tick<>(1));
            toA.send("a2");
            toA.send("a3");
            assertThat(a.receive()).isEqualTo(new Message<>("a2", 2));
            assertThat(a.receive()).isEqualTo(new Message<>("a3", 3));
            assertThat(b.receive()).isEqualTo(new Tick<>(3));
        }
    }
}
