package dev.fairway.dispatcher;

import static dev.fairway.dispatcher.Deliveries.message;
import static dev.fairway.dispatcher.Deliveries.tick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.DrainReport;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dispatchers that feed dispatchers. */
class HierarchyTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    private final SequencingDispatcher<String> upper = ClockedDispatcher.<String>builder()
            .name("upper")
            .inboxCapacity(4)
            .drainTimeout(Duration.ZERO)
            .sequencing();
    private final MergingDispatcher<String> lower = ClockedDispatcher.<String>builder()
            .name("lower")
            .inboxCapacity(4)
            .drainTimeout(Duration.ZERO)
            .merging();

    @AfterEach
    void close() {
        upper.close();
        lower.close();
    }

    @Test
    void everyTargetGetsEveryMessageWithItsTimestampAndTicksAsPromises() throws Exception {
        Receiver<String> east = lower.receiver("east");
        upper.receiver("other");
        upper.connect("regions", lower, "east", "west");
        Receiver<String> west = lower.receiver("west");
        try (Sender<String> toRegions = upper.sender("s1", "regions");
                Sender<String> toOther = upper.sender("s2", "other");
                Broadcaster<String> all = upper.broadcaster("all")) {
            toRegions.send("one");
            toOther.send("two");
            for (Receiver<String> leaf : List.of(east, west)) {
                assertThat(leaf.receive()).isEqualTo(message("one", 1));
                assertThat(leaf.receive()).as("the clock moves below, too").isEqualTo(tick(2));
            }
            all.broadcast("three");
            for (Receiver<String> leaf : List.of(east, west)) {
                assertThat(leaf.receive()).isEqualTo(message("three", 3));
            }
        }
        for (Receiver<String> leaf : List.of(east, west)) {
            assertThatThrownBy(leaf::receive).isInstanceOf(ChannelClosedException.class);
        }
    }

    @Test
    void aReceiverNamedToTheBuilderIsTakenWhenNobodyReadsIt() throws Exception {
        try (SequencingDispatcher<String> named =
                ClockedDispatcher.<String>builder().receivers("a").sequencing()) {
            named.sender("s", "a").send("before");
            named.connect("a", lower, "leaf");
            assertThat(lower.receiver("leaf").receive()).isEqualTo(message("before", 1));
            assertThatThrownBy(() -> named.receiver("a")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aConnectionThatIsRefusedChangesNothing() throws Exception {
        Receiver<String> read = upper.receiver("read");
        lower.receiver("leaf");
        assertThatThrownBy(() -> upper.connect("read", lower, "leaf")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> upper.connect("a", lower)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> upper.connect("a", lower, "x", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("target 'x' is named twice for receiver 'a'");
        assertThatThrownBy(() -> upper.connect("a", lower, "x", " ")).isInstanceOf(IllegalArgumentException.class);
        upper.connect("first", lower, "leaf");
        assertThatThrownBy(() -> upper.connect("second", lower, "x", "leaf"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("receiver 'leaf' of dispatcher 'lower' is fed by connection 'upper/first' already");
        assertThatThrownBy(() -> lower.connect("leaf", lower, "leaf")).isInstanceOf(IllegalArgumentException.class);
        assertThat(upper.stats().receivers()).containsOnlyKeys("read", "first");
        assertThat(lower.stats().receivers()).containsOnlyKeys("leaf");
        assertThat(lower.stats().senders()).containsOnlyKeys("upper/first");
        assertThat(read.poll()).isEmpty();
        upper.connect("second", lower, "x");
    }

    @Test
    void aRefusedConnectionGivesBackTheReceiverThatItHadClaimed() {
        try (SequencingDispatcher<String> named =
                ClockedDispatcher.<String>builder().receivers("a").sequencing()) {
            lower.close();
            assertThatThrownBy(() -> named.connect("a", lower, "leaf"))
                    .isInstanceOf(ChannelClosedException.class)
                    .hasMessageContaining("'lower'");
            assertThat(named.receiver("a").poll()).isEmpty();
        }
        upper.close();
        assertThatThrownBy(() -> upper.connect("a", lower, "leaf"))
                .isInstanceOf(ChannelClosedException.class)
                .hasMessageContaining("'upper'");
    }

    @Test
    void whenOneTargetLeavesTheOthersGoOnAndWhenAllHaveLeftTheReceiverIsClosed() throws Exception {
        upper.connect("regions", lower, "east", "west");
        Receiver<String> east = lower.receiver("east");
        Receiver<String> west = lower.receiver("west");
        Sender<String> sender = upper.sender("s", "regions");
        east.close();
        sender.send("one");
        assertThat(west.receive()).isEqualTo(message("one", 1));
        threads.start(() -> assertThatThrownBy(() -> {
                    while (true) {
                        sender.send("too much");
                    }
                })
                .isInstanceOf(ReceiverClosedException.class));
        Threads.awaitThat(() -> upper.stats().receivers().get("regions").blockedSenders() == 1);
        west.close();
        threads.join();
        assertThat(upper.stats().receivers()).isEmpty();
        assertThatThrownBy(() -> upper.sender("new", "regions")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReceiverIsClosedAlsoWhenItsTargetsLeaveInSilence() {
        upper.connect("regions", lower, "east");
        Receiver<String> east = lower.receiver("east");
        Sender<String> sender = upper.sender("s", "regions");
        east.close();
        Threads.awaitThat(() -> upper.stats().receivers().isEmpty());
        assertThatThrownBy(() -> sender.send("nobody")).isInstanceOf(ReceiverClosedException.class);
    }

    /** They leave when the connection reads already, and does not know yet what to do then. */
    @Test
    void aReceiverIsClosedAlsoWhenItsTargetsLeaveBeforeItIsConnected() {
        Receiver<String> east = lower.receiver("east");
        upper.connect("regions", lower, run -> east.close(), "east");
        assertThat(upper.stats().receivers()).doesNotContainKey("regions");
    }

    @Test
    void closingTheLowerDispatcherClosesTheReceiverAbove() {
        upper.connect("regions", lower, "east");
        Sender<String> sender = upper.sender("s", "regions");
        lower.close();
        Threads.awaitThat(() -> upper.stats().receivers().isEmpty());
        assertThatThrownBy(() -> sender.send("nobody")).isInstanceOf(ReceiverClosedException.class);
    }

    @Test
    void aSlowLeafHoldsUpItsOwnConnectionAndNothingElse() throws Exception {
        upper.connect("slow", lower, "slowLeaf");
        upper.connect("quick", lower, "quickLeaf");
        lower.receiver("slowLeaf");
        Receiver<String> quick = lower.receiver("quickLeaf");
        Sender<String> toSlow = upper.sender("s1", "slow");
        Sender<String> toQuick = upper.sender("s2", "quick");
        long sent = 0;
        while (toSlow.send("slow", Duration.ofMillis(sent < 8 ? 60_000 : 20)).isPresent()) {
            sent++;
        }
        for (int i = 1; i <= 100; i++) {
            long timestamp = toQuick.send("quick");
            Delivery<String> delivery = quick.receive();
            while (delivery instanceof Tick<String>) {
                delivery = quick.receive();
            }
            assertThat(delivery).isEqualTo(message("quick", timestamp));
        }
    }

    @Test
    void closingTheUpperDispatcherWaitsForItsConnectionsButNoLongerThanItMay() throws Exception {
        upper.connect("regions", lower, "leaf");
        Receiver<String> leaf = lower.receiver("leaf");
        try (Sender<String> sender = upper.sender("s", "regions")) {
            for (int i = 1; i <= 4; i++) {
                sender.send("m" + i);
            }
            Threads.awaitThat(() -> leaf.stats().inboxSize() == 4);
        }
        DrainReport report = upper.close(Threads.LIMIT);
        assertThat(report.isClean()).isTrue();
        for (int i = 1; i <= 4; i++) {
            assertThat(leaf.receive()).isEqualTo(message("m" + i, i));
        }
        assertThatThrownBy(leaf::receive).isInstanceOf(ChannelClosedException.class);
        assertThat(Threads.named("upper-")).isEmpty();
    }

    @Test
    void aConnectionThatDoesNotComeToItsEndInTimeIsCutOffAndItsTargetsEnd() throws Exception {
        MergingDispatcher<String> tiny = ClockedDispatcher.<String>builder()
                .inboxCapacity(1)
                .reorderCapacity(1)
                .merging();
        upper.connect("regions", tiny, "leaf");
        Receiver<String> leaf = tiny.receiver("leaf");
        Sender<String> sender = upper.sender("s", "regions");
        for (int i = 1; i <= 6; i++) {
            sender.send("m" + i);
        }
        Threads.awaitThat(() -> leaf.stats().blockedSenders() == 1);
        DrainReport report = upper.close(Duration.ZERO);
        assertThat(report.unfinished()).containsOnlyKeys("regions");
        assertThat(leaf.receive()).isEqualTo(message("m1", 1));
        assertThat(leaf.receive()).isEqualTo(message("m2", 2));
        assertThatThrownBy(leaf::receive).isInstanceOf(ChannelClosedException.class);
        Threads.awaitThat(() -> Threads.named("upper-").isEmpty());
        tiny.close();
    }

    /** A number twice is refused below: the receiver above stops instead of losing a message. */
    @Test
    void aConnectionWhoseForwardIsRefusedStopsItsReceiver() throws Exception {
        try (MergingDispatcher<String> consecutive =
                ClockedDispatcher.<String>builder().merging(MergeOrder.CONSECUTIVE)) {
            consecutive.receiver("other");
            consecutive.forwarder("fast", "other").forward("taken", 1);
            upper.connect("regions", consecutive, "leaf");
            upper.sender("s", "regions").send("one");
            Threads.awaitThat(() -> upper.stats().receivers().get("regions").state() == ReceiverState.STOPPED);
            assertThat(upper.stats().receivers().get("regions").reason())
                    .startsWith("its connection failed at timestamp 1");
            assertThat(consecutive.stats().senders()).containsKey("upper/regions");
            upper.close();
            assertThat(consecutive.stats().senders()).doesNotContainKey("upper/regions");
        }
    }

    @Test
    void aConnectionRunsOnAGivenExecutor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            upper.connect("regions", lower, executor, "leaf");
            Receiver<String> leaf = lower.receiver("leaf");
            Gate gate = new Gate();
            executor.execute(gate::passUninterruptibly);
            gate.awaitArrivals(1);
            upper.sender("s", "regions").send("one");
            assertThat(leaf.poll()).isEmpty();
            gate.open();
            assertThat(leaf.receive()).isEqualTo(message("one", 1));
        } finally {
            upper.close();
            executor.shutdown();
        }
    }

    /** Messages for single leaves and for all, through three levels, with a leaf that is slow and many that compete for two cores. */
    @ParameterizedTest
    @EnumSource
    void everyLeafOfThreeLevelsSeesOneOrder(MergeOrder order) throws Exception {
        int senders = 3;
        int each = 400;
        try (SequencingDispatcher<String> top = ClockedDispatcher.<String>builder()
                        .name("top")
                        .inboxCapacity(8)
                        .sequencing();
                MergingDispatcher<String> middle = ClockedDispatcher.<String>builder()
                        .name("middle")
                        .inboxCapacity(4)
                        .reorderCapacity(4)
                        .merging();
                MergingDispatcher<String> bottom1 = bottom(order);
                MergingDispatcher<String> bottom2 = bottom(order)) {
            top.connect("all", middle, "left", "right");
            middle.connect("left", bottom1, "leaf1", "leaf2");
            middle.connect("right", bottom2, "leaf3", "slow");
            Map<String, List<Delivery<String>>> received = new ConcurrentHashMap<>();
            Map<Long, String> sent = new ConcurrentHashMap<>();
            Map<String, Receiver<String>> leaves = Map.of(
                    "leaf1", bottom1.receiver("leaf1"),
                    "leaf2", bottom1.receiver("leaf2"),
                    "leaf3", bottom2.receiver("leaf3"),
                    "slow", bottom2.receiver("slow"));
            leaves.forEach((name, leaf) -> threads.start(() -> {
                List<Delivery<String>> mine = new ArrayList<>();
                for (Delivery<String> delivery : leaf) {
                    mine.add(delivery);
                    if (name.equals("slow") && mine.size() % 50 == 0) {
                        Threads.awaitThat(() -> true); // takes a while
                    }
                }
                received.put(name, mine);
            }));
            List<Source> sources = new CopyOnWriteArrayList<>();
            Receiver<String> aside = top.receiver("aside");
            threads.start(() -> aside.forEach(delivery -> {}));
            for (int i = 0; i < senders; i++) {
                Sender<String> sender = top.sender("s" + i, i == 0 ? "aside" : "all");
                Broadcaster<String> broadcaster = top.broadcaster("b" + i);
                sources.add(sender);
                sources.add(broadcaster);
                boolean forLeaves = i > 0;
                threads.start(() -> {
                    for (int n = 0; n < each; n++) {
                        String payload = sender.name() + "-" + n;
                        boolean toAll = n % 3 == 0;
                        long timestamp = toAll ? broadcaster.broadcast(payload) : sender.send(payload);
                        if (toAll || forLeaves) {
                            sent.put(timestamp, payload);
                        }
                    }
                    sender.close();
                    broadcaster.close();
                });
            }
            threads.join();
            assertThat(received).containsOnlyKeys(leaves.keySet());
            received.values().forEach(deliveries -> {
                long last = 0;
                Map<Long, String> messages = new ConcurrentHashMap<>();
                for (Delivery<String> delivery : deliveries) {
                    assertThat(delivery.timestamp()).isGreaterThan(last);
                    last = delivery.timestamp();
                    if (delivery instanceof Message<String> message) {
                        messages.put(message.timestamp(), message.payload());
                    }
                }
                assertThat(messages).isEqualTo(sent);
            });
        }
    }

    private static MergingDispatcher<String> bottom(MergeOrder order) {
        return ClockedDispatcher.<String>builder()
                .inboxCapacity(2)
                .reorderCapacity(1)
                .merging(order);
    }
}
