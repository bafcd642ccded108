package dev.fairway.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.ChannelClosedException;
import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.DeliveryErrorCallback.Decision;
import dev.fairway.dispatcher.Forwarder;
import dev.fairway.dispatcher.MergeOrder;
import dev.fairway.dispatcher.MergingDispatcher;
import dev.fairway.dispatcher.Message;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.ReceiverState;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.dispatcher.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The Java of the section of docs/guide.md on dispatchers, and its messages; {@link GuideTest} compares it with the page. */
class DispatcherCoreGuideTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final List<Event> index = new CopyOnWriteArrayList<>();

    record Event(String text) {}

    @Test
    void sequencing() throws Exception {
        List<Long> seen = new ArrayList<>();
        try (SequencingDispatcher<Event> ledger = ClockedDispatcher.<Event>builder()
                .name("ledger")
                .inboxCapacity(1_024)
                .startAfter(69_105)
                .sequencing()) {
            Receiver<Event> orders = ledger.receiver("orders");
            Receiver<Event> audit = ledger.receiver("audit");
            try (Sender<Event> web = ledger.sender("web", "orders");
                    Broadcaster<Event> control = ledger.broadcaster("control")) {
                long placed = web.send(new Event("placed")); // 69106, for orders
                long over = control.broadcast(new Event("day is over")); // 69107, for all
                assertThat(List.of(placed, over)).containsExactly(69_106L, 69_107L);
            } // the last sources are closed: both receivers end after what was sent
            Delivery<Event> first = orders.receive(); // Message[payload=placed, timestamp=69106]
            Delivery<Event> other = audit.receive(); // Tick[timestamp=69106]
            for (Delivery<Event> delivery : audit) { // the broadcast, then the end
                seen.add(delivery.timestamp());
            }
            assertThat(first).isEqualTo(new Message<>(new Event("placed"), 69_106));
            assertThat(other).isEqualTo(new Tick<>(69_106));
        }
        assertThat(seen).containsExactly(69_107L);
    }

    @Test
    void aFullInboxStopsItsOwnSendersOnly() throws Exception {
        try (SequencingDispatcher<Event> ledger = ClockedDispatcher.<Event>builder()
                .inboxCapacity(1)
                .receivers("orders", "audit")
                .sequencing()) {
            Sender<Event> web = ledger.sender("web", "orders");
            Event event = new Event("placed");
            long sent = web.send(event); // waits for room in the inbox of orders, and for nothing else
            OptionalLong now = web.trySend(event); // never waits; empty: full, and no timestamp was taken
            OptionalLong soon = web.send(event, Duration.ofMillis(50)); // empty: still full then
            assertThat(sent).isEqualTo(1);
            assertThat(now).isEmpty();
            assertThat(soon).isEmpty();
            assertThat(ledger.sender("clerk", "audit").send(event)).isEqualTo(2);
            assertThat(ledger.broadcaster("control").tryBroadcast(event)).isEmpty(); // for the full one
        }
    }

    @Test
    void handlers() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (SequencingDispatcher<Event> ledger =
                ClockedDispatcher.<Event>builder().name("ledger").sequencing()) {
            Receiver<Event> orders = ledger.receiver("orders");
            orders.onDelivery(
                    delivery -> {
                        if (calls.incrementAndGet() == 1) {
                            throw new IllegalStateException("not yet");
                        }
                        if (delivery instanceof Message<Event> message) { // else a Tick
                            index.add(message.payload());
                        }
                    },
                    threads,
                    (delivery, failure, failures) ->
                            failures < 10 ? Decision.retryAfter(Duration.ofMillis(100)) : Decision.stop());
            Sender<Event> web = ledger.sender("web", "orders");
            long written = web.send(new Event("placed"));
            assertThat(orders.awaitTimestamp(written, LIMIT)).isTrue();
            assertThat(orders.stats().failures()).isEqualTo(1);
        } finally {
            threads.shutdown();
        }
        assertThat(index).containsExactly(new Event("placed"));
    }

    @Test
    void readYourOwnWrites() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (SequencingDispatcher<Event> ledger =
                ClockedDispatcher.<Event>builder().receivers("orders", "audit").sequencing()) {
            for (String name : List.of("orders", "audit")) {
                ledger.receiver(name)
                        .onDelivery(
                                delivery -> {
                                    if (delivery instanceof Message<Event> message) {
                                        index.add(message.payload());
                                    }
                                },
                                threads);
            }
            Sender<Event> web = ledger.sender("web", "orders");
            assertThat(search(ledger, web)).hasSize(1);
            assertThat(ledger.awaitTimestamp("audit", 1, LIMIT)).isTrue(); // which got a tick only
        } finally {
            threads.shutdown();
        }
    }

    private List<Event> search(SequencingDispatcher<Event> ledger, Sender<Event> web) throws Exception {
        long written = web.send(new Event("placed"));
        if (!ledger.awaitTimestamp("orders", written, Duration.ofSeconds(30))) {
            throw new TimeoutException("orders has not seen " + written + " yet");
        }
        return List.copyOf(index); // with the caller's own event in it
    }

    @Test
    void processedMeansComingBackForMore() throws Exception {
        try (SequencingDispatcher<Event> ledger =
                ClockedDispatcher.<Event>builder().sequencing()) {
            Receiver<Event> orders = ledger.receiver("orders");
            long written = ledger.sender("web", "orders").send(new Event("placed"));
            orders.receive();
            assertThat(orders.awaitTimestamp(written, Duration.ZERO)).isFalse();
            assertThat(orders.poll()).isEmpty();
            assertThat(orders.awaitTimestamp(written, Duration.ZERO)).isTrue();
        }
    }

    @Test
    void merging() throws Exception {
        try (MergingDispatcher<String> merge =
                ClockedDispatcher.<String>builder().name("merge").merging()) {
            Receiver<String> all = merge.receiver("all");
            Forwarder<String> east = merge.forwarder("east", "all");
            Forwarder<String> west = merge.forwarder("west", "all");
            east.forward("from the east", 7);
            assertThat(all.poll()).isEmpty(); // west may still have something for 1 to 7
            west.advance(9); // "nothing at or below 9 from me"
            Delivery<String> tick = all.receive(); // Tick[timestamp=6]
            Delivery<String> first = all.receive(); // Message[payload=from the east, timestamp=7]
            east.close(); // one that is open and silent would hold up the others
            Delivery<String> frontier = all.receive(); // Tick[timestamp=9]
            assertThat(tick).isEqualTo(new Tick<>(6));
            assertThat(first).isEqualTo(new Message<>("from the east", 7));
            assertThat(frontier).isEqualTo(new Tick<>(9));
        }
    }

    @Test
    void consecutive() throws Exception {
        try (MergingDispatcher<String> merge =
                ClockedDispatcher.<String>builder().merging(MergeOrder.CONSECUTIVE)) {
            Receiver<String> all = merge.receiver("all");
            Forwarder<String> east = merge.forwarder("east", "all");
            Forwarder<String> west = merge.forwarder("west", "all");
            east.forward("second", 2);
            assertThat(all.poll()).isEmpty(); // 1 is missing
            west.forward("first", 1);
            List<Delivery<String>> both = all.receiveBatch(10); // 1, then 2: nobody had to promise anything
            assertThat(both).containsExactly(new Message<>("first", 1), new Message<>("second", 2));
        }
    }

    @Test
    void hierarchy() throws Exception {
        try (SequencingDispatcher<Event> ledger =
                        ClockedDispatcher.<Event>builder().sequencing();
                MergingDispatcher<Event> regions =
                        ClockedDispatcher.<Event>builder().merging()) {
            ledger.connect("regions", regions, "east", "west"); // returns at once; registers all three
            Receiver<Event> east = regions.receiver("east");
            Receiver<Event> west = regions.receiver("west");
            try (Sender<Event> web = ledger.sender("web", "regions")) {
                web.send(new Event("placed"));
            }
            Delivery<Event> there = west.receive(); // with the timestamp of above
            assertThat(east.receive()).isEqualTo(there).isEqualTo(new Message<>(new Event("placed"), 1));
            assertThatThrownBy(east::receive).isInstanceOf(ChannelClosedException.class); // the end flows down, too
        }
    }

    @Test
    void whatWasAcceptedCanStillBeReceivedAfterAClose() throws Exception {
        SequencingDispatcher<Event> ledger = ClockedDispatcher.<Event>builder().sequencing();
        Receiver<Event> orders = ledger.receiver("orders");
        ledger.sender("web", "orders").send(new Event("placed"));
        ledger.close(); // does not wait for who receives by hand
        orders.forEach(delivery -> index.add(((Message<Event>) delivery).payload()));
        assertThat(index).containsExactly(new Event("placed"));
    }

    // ---- its messages

    @Test
    void theMessagesOfSequencingAreThoseOfTheCode() throws Exception {
        List<String> messages = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try (SequencingDispatcher<Event> ledger =
                ClockedDispatcher.<Event>builder().name("ledger").sequencing()) {
            Receiver<Event> orders = ledger.receiver("orders");
            Receiver<Event> audit = ledger.receiver("audit");
            messages.add(message(() -> ledger.receiver("orders")));
            messages.add(message(() -> ledger.sender("web", "order")));
            messages.add(message(() -> ledger.awaitTimestamp("order", 1, LIMIT)));
            Sender<Event> web = ledger.sender("web", "orders");
            messages.add(message(() -> ledger.broadcaster("web")));
            orders.onDelivery(
                    delivery -> {
                        messages.add(message(() -> orders.awaitTimestamp(delivery.timestamp(), LIMIT)));
                        throw new IllegalStateException("out of paper");
                    },
                    threads,
                    (delivery, failure, failures) -> Decision.stop());
            messages.add(message(orders::receive));
            web.send(new Event("placed"));
            await().until(() -> orders.stats().state() == ReceiverState.STOPPED);
            messages.add(message(() -> orders.awaitTimestamp(1, LIMIT)));
            ledger.sender("clerk", "audit").close();
            messages.add(message(() -> audit.awaitTimestamp(2, LIMIT)));
            messages.add(message(() -> ledger.sender("clerk", "audit")));
            while (audit.receive(LIMIT).isPresent()) {
                // up to the end
            }
        } catch (ChannelClosedException e) {
            messages.add(String.valueOf(e.getMessage()));
        } finally {
            threads.shutdown();
        }
        assertThat(messages).hasSize(10).allSatisfy(GuideTest::assertOnThePage);
    }

    @Test
    void theMessagesOfMergingAreThoseOfTheCode() throws Exception {
        List<String> messages = new ArrayList<>();
        MergingDispatcher<String> merge =
                ClockedDispatcher.<String>builder().name("merge").merging();
        try (merge) {
            merge.receiver("all");
            Forwarder<String> east = merge.forwarder("east", "all");
            Forwarder<String> west = merge.forwarder("west", "all");
            east.forward("from the east", 7);
            messages.add(message(() -> east.forward("again", 7)));
            messages.add(message(() -> west.forward("from the west", 7)));
        }
        messages.add(message(() -> merge.forwarder("north", "all")));
        assertThat(messages).allSatisfy(GuideTest::assertOnThePage);
    }

    @Test
    void whatAReceiverDropsIsLogged() {
        List<String> lines = GuideTest.logged("dev.fairway.dispatcher", () -> {
            try (SequencingDispatcher<Event> ledger =
                    ClockedDispatcher.<Event>builder().name("ledger").sequencing()) {
                Receiver<Event> orders = ledger.receiver("orders");
                Sender<Event> web = ledger.sender("web", "orders");
                web.trySend(new Event("placed"));
                web.trySend(new Event("paid"));
                orders.close();
            }
        });
        assertThat(lines).hasSize(1).allSatisfy(GuideTest::assertOnThePage);
    }

    private static String message(org.assertj.core.api.ThrowableAssert.ThrowingCallable code) {
        return String.valueOf(catchThrowable(code).getMessage());
    }
}
