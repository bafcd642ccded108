package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.DrainReport;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How receivers, sources and the dispatcher end. */
class SequencingEndsTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    private final ExecutorService pool = Executors.newFixedThreadPool(2);

    @AfterEach
    void shutDown() {
        pool.shutdownNow();
    }

    private static ClockedDispatcher.Builder<String> builder() {
        return ClockedDispatcher.<String>builder().name("test");
    }

    @Test
    void aReceiverEndsAfterItsLastMessageWhenItsLastSourceIsClosed() throws Exception {
        try (SequencingDispatcher<String> dispatcher = builder().sequencing()) {
            Receiver<String> receiver = dispatcher.receiver("r");
            Sender<String> one = dispatcher.sender("one", "r");
            Sender<String> two = dispatcher.sender("two", "r");
            one.send("a");
            one.close();
            one.close();
            two.send("b");
            two.close();
            assertThat(receiver.stats().state()).isEqualTo(ReceiverState.ENDED);
            assertThat(receiver.receive()).isEqualTo(new Message<>("a", 1));
            assertThat(receiver.receive()).isEqualTo(new Message<>("b", 2));
            assertThatThrownBy(receiver::receive)
                    .isInstanceOf(ChannelClosedException.class)
                    .hasMessage("receiver 'r' has ended after timestamp 2");
            assertThatThrownBy(() -> dispatcher.sender("late", "r"))
                    .isInstanceOf(ReceiverClosedException.class)
                    .hasMessage("receiver 'r' of dispatcher 'test' has ended: sender 'late' comes too late");
            dispatcher.receiver("other");
            assertThat(dispatcher.sender("late", "other").send("x"))
                    .as("no name was taken")
                    .isEqualTo(3);
        }
    }

    /** What a receiver sees must not depend on how quick it is, so it is told how far the clock was when it ended. */
    @Test
    void theLastTickSaysHowFarTheClockWasAtTheEnd() throws Exception {
        try (SequencingDispatcher<String> dispatcher = builder().sequencing()) {
            Receiver<String> receiver = dispatcher.receiver("r");
            dispatcher.receiver("other");
            Sender<String> sender = dispatcher.sender("s", "r");
            Sender<String> toOther = dispatcher.sender("o", "other");
            sender.send("a");
            toOther.send("x");
            sender.close();
            toOther.send("x");
            assertThat(receiver.receive()).isEqualTo(new Message<>("a", 1));
            assertThat(receiver.receive()).isEqualTo(new Tick<>(2));
            assertThatThrownBy(receiver::receive).isInstanceOf(ChannelClosedException.class);
        }
    }

    @Test
    void aReceiverWithoutASourceYetIsOpen() throws Exception {
        try (SequencingDispatcher<String> dispatcher = builder().sequencing()) {
            Receiver<String> receiver = dispatcher.receiver("r");
            dispatcher.receiver("other");
            dispatcher.sender("s", "other").close();
            assertThat(receiver.poll()).isEmpty();
            assertThat(dispatcher.sender("s", "r").send("a")).isEqualTo(1);
        }
    }

    @Test
    void anOpenBroadcasterKeepsAllReceiversOpen() throws Exception {
        try (SequencingDispatcher<String> dispatcher = builder().sequencing()) {
            Receiver<String> early = dispatcher.receiver("early");
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            Receiver<String> late = dispatcher.receiver("late");
            dispatcher.sender("s", "early").close();
            broadcaster.broadcast("x");
            assertThat(early.receive()).isEqualTo(new Message<>("x", 1));
            assertThat(early.poll()).isEmpty();
            broadcaster.close();
            assertThatThrownBy(early::poll).isInstanceOf(ChannelClosedException.class);
            assertThat(late.receive()).isEqualTo(new Message<>("x", 1));
            assertThatThrownBy(late::poll).isInstanceOf(ChannelClosedException.class);
        }
    }

    @Test
    void anEndedReceiverNeitherGetsNorDelaysBroadcasts() throws Exception {
        try (SequencingDispatcher<String> dispatcher =
                builder().inboxCapacity(1).sequencing()) {
            Receiver<String> ended = dispatcher.receiver("ended");
            Receiver<String> open = dispatcher.receiver("open");
            Sender<String> sender = dispatcher.sender("s", "ended");
            sender.send("last");
            sender.close();
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            assertThat(broadcaster.broadcast("x")).isEqualTo(2);
            assertThat(open.receive()).isEqualTo(new Tick<>(1));
            assertThat(open.receive()).isEqualTo(new Message<>("x", 2));
            assertThat(ended.receive()).isEqualTo(new Message<>("last", 1));
            assertThatThrownBy(ended::receive).isInstanceOf(ChannelClosedException.class);
            assertThat(ended.stats().accepted()).isEqualTo(1);
        }
    }

    @Test
    void receiversNamedToTheBuilderStayOpenAndMissNothing() throws Exception {
        SequencingDispatcher<String> dispatcher =
                builder().receivers("x").receivers("a", "b").sequencing();
        assertThat(dispatcher.stats().receivers()).containsOnlyKeys("a", "b");
        Sender<String> sender = dispatcher.sender("s", "a");
        sender.send("before");
        sender.close();
        Receiver<String> a = dispatcher.receiver("a");
        assertThatThrownBy(() -> dispatcher.receiver("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("receiver 'a' of dispatcher 'test' exists already (receivers: [a, b])");
        assertThat(a.receive()).isEqualTo(new Message<>("before", 1));
        assertThat(a.poll()).isEmpty();
        assertThat(dispatcher.sender("s", "a").send("after")).isEqualTo(2);
        dispatcher.close();
        assertThat(a.receive()).isEqualTo(new Message<>("after", 2));
        assertThatThrownBy(a::receive).isInstanceOf(ChannelClosedException.class);
        assertThat(dispatcher.receiver("b").receive()).as("claimed late").isEqualTo(new Tick<>(2));
    }

    @Test
    void aClosedReceiverDropsWhatItDidNotReadAndItsNameIsFree() throws Exception {
        try (SequencingDispatcher<String> dispatcher = builder().sequencing()) {
            Receiver<String> receiver = dispatcher.receiver("r");
            Sender<String> sender = dispatcher.sender("s", "r");
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            sender.send("1");
            sender.send("2");
            broadcaster.broadcast("3");
            receiver.receive();
            receiver.close();
            receiver.close();
            assertThat(logs.warnings())
                    .containsExactly("receiver 'r' of dispatcher 'test' was closed with 2 messages unread");
            assertThatThrownBy(receiver::poll)
                    .isInstanceOf(ChannelClosedException.class)
                    .hasMessage("receiver 'r' is closed");
            assertThat(receiver.stats().state()).isEqualTo(ReceiverState.CLOSED);
            Receiver<String> next = dispatcher.receiver("r");
            assertThatThrownBy(() -> sender.send("x")).isInstanceOf(ReceiverClosedException.class);
            sender.close();
            assertThat(dispatcher.sender("s", "r").send("4")).isEqualTo(4);
            assertThat(next.receive()).isEqualTo(new Message<>("4", 4));
            DispatcherStats stats = dispatcher.stats();
            assertThat(stats.sent()).isEqualTo(4);
            assertThat(stats.accepted()).isEqualTo(4);
            assertThat(stats.dropped()).isEqualTo(2);
        }
    }

    @Test
    void closingAReceiverWakesItsReader() {
        SequencingDispatcher<String> dispatcher = builder().sequencing();
        Receiver<String> receiver = dispatcher.receiver("r");
        Thread reader = threads.start(() -> assertThatThrownBy(receiver::receive)
                .isInstanceOf(ChannelClosedException.class)
                .hasMessage("receiver 'r' is closed"));
        Threads.awaitBlocked(reader);
        receiver.close();
        threads.join();
        dispatcher.close();
    }

    // ---- the dispatcher

    @Test
    void aClosedDispatcherAcceptsNothingAndWhatItAcceptedCanBeReceived() throws Exception {
        SequencingDispatcher<String> dispatcher = builder().sequencing();
        Receiver<String> receiver = dispatcher.receiver("r");
        Receiver<String> other = dispatcher.receiver("other");
        Sender<String> sender = dispatcher.sender("s", "r");
        Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
        sender.send("a");
        dispatcher.close(); // by the thread that reads: it must not wait for itself
        dispatcher.close();
        assertThat(dispatcher.isClosed()).isTrue();
        assertThat(dispatcher.terminated().toCompletableFuture()).isCompleted();
        for (Runnable refused : List.<Runnable>of(
                () -> sender.trySend("b"),
                () -> broadcaster.tryBroadcast("b"),
                () -> dispatcher.sender("t", "r"),
                () -> dispatcher.broadcaster("c"),
                () -> dispatcher.receiver("late"))) {
            assertThatThrownBy(refused::run)
                    .isInstanceOf(ChannelClosedException.class)
                    .hasMessage("dispatcher 'test' is closed");
        }
        assertThat(receiver.receive()).isEqualTo(new Message<>("a", 1));
        assertThatThrownBy(receiver::receive).isInstanceOf(ChannelClosedException.class);
        assertThat(other.receive()).isEqualTo(new Tick<>(1));
        assertThatThrownBy(other::receive).isInstanceOf(ChannelClosedException.class);
        assertThat(dispatcher.stats().sent()).isEqualTo(1);
    }

    @Test
    void closeWaitsForHandlers() throws Exception {
        SequencingDispatcher<String> dispatcher = builder().sequencing();
        Receiver<String> receiver = dispatcher.receiver("r");
        List<Delivery<String>> seen = new CopyOnWriteArrayList<>();
        Gate gate = new Gate();
        receiver.onDelivery(
                delivery -> {
                    gate.pass();
                    seen.add(delivery);
                },
                pool);
        Sender<String> sender = dispatcher.sender("s", "r");
        sender.send("a");
        sender.send("b");
        gate.awaitArrivals(1);
        Thread closing = threads.start(
                () -> assertThat(dispatcher.close(Threads.LIMIT).isClean()).isTrue());
        Threads.awaitBlocked(closing);
        assertThat(dispatcher.terminated().toCompletableFuture()).isNotDone();
        gate.open();
        threads.join();
        assertThat(seen).containsExactly(new Message<>("a", 1), new Message<>("b", 2));
        assertThat(dispatcher.terminated().toCompletableFuture()).isCompleted();
    }

    @Test
    void whatHandlersDidNotDoInTimeIsReported() throws Exception {
        SequencingDispatcher<String> dispatcher = builder().sequencing();
        Receiver<String> receiver = dispatcher.receiver("r");
        Gate gate = new Gate();
        receiver.onDelivery(delivery -> gate.passUninterruptibly(), pool);
        Sender<String> sender = dispatcher.sender("s", "r");
        sender.send("a");
        sender.send("b");
        gate.awaitArrivals(1);
        DrainReport report = dispatcher.close(Duration.ofMillis(5));
        assertThat(report).isEqualTo(new DrainReport("test", Map.of("r", new DrainReport.Unfinished(1, 1))));
        assertThat(receiver.stats().state()).isEqualTo(ReceiverState.STOPPED);
        assertThat(logs.warnings()).isEmpty();
        gate.open();
    }

    @Test
    void whatHandlersDidNotDoInTheDrainTimeoutIsLogged() throws Exception {
        SequencingDispatcher<String> dispatcher =
                builder().drainTimeout(Duration.ofMillis(5)).sequencing();
        Receiver<String> receiver = dispatcher.receiver("r");
        Gate gate = new Gate();
        receiver.onDelivery(delivery -> gate.passUninterruptibly(), pool);
        Sender<String> sender = dispatcher.sender("s", "r");
        sender.send("a");
        sender.send("b");
        gate.awaitArrivals(1);
        dispatcher.close();
        assertThat(logs.warnings())
                .containsExactly("receiver 'r' of dispatcher 'test' did not come to its end in time: 1 message not"
                        + " delivered, and one still being handled");
        gate.open();
    }

    @Test
    void whoIsInterruptedWhileClosingWaitsNoLonger() throws Exception {
        SequencingDispatcher<String> dispatcher = builder().sequencing();
        Receiver<String> receiver = dispatcher.receiver("r");
        Gate gate = new Gate();
        receiver.onDelivery(delivery -> gate.passUninterruptibly(), pool);
        dispatcher.sender("s", "r").send("a");
        gate.awaitArrivals(1);
        Thread closing = threads.start(() -> {
            dispatcher.close();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
        Threads.awaitBlocked(closing);
        closing.interrupt();
        threads.join();
        gate.open();
    }

    @Test
    void afterCloseNoThreadIsLeft() throws Exception {
        SequencingDispatcher<String> dispatcher =
                ClockedDispatcher.<String>builder().name("leaves-nobody").sequencing();
        Receiver<String> receiver = dispatcher.receiver("r");
        Receiver<String> handled = dispatcher.receiver("handled");
        handled.onDelivery(delivery -> {}, Runnable::run);
        Thread reader = threads.start(() -> receiver.forEach(delivery -> {}));
        Threads.awaitBlocked(reader);
        dispatcher.sender("s", "handled").send("x");
        assertThat(receiver.awaitTimestamp(1, Threads.LIMIT)).isTrue();
        assertThat(handled.awaitTimestamp(1, Threads.LIMIT)).isTrue();
        assertThat(Threads.named("leaves-nobody")).isNotEmpty();
        dispatcher.close();
        Threads.awaitThat(() -> Threads.named("leaves-nobody").isEmpty());
    }
}
