package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bad input fails at once, names the object and the value, and changes nothing. */
class DispatcherBadInputTest {
    private final SequencingDispatcher<String> dispatcher =
            ClockedDispatcher.<String>builder().name("test").sequencing();

    @AfterEach
    void close() {
        dispatcher.close();
    }

    private static void assertIllegal(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static void assertNull(ThrowingCallable call, String parameter) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(parameter);
    }

    @Test
    void settings() {
        ClockedDispatcher.Builder<String> builder = ClockedDispatcher.builder();
        assertIllegal(() -> builder.name(" "), "dispatcher name must not be blank: ' '");
        assertIllegal(() -> builder.inboxCapacity(0), "inboxCapacity must be at least 1, not 0");
        assertIllegal(() -> builder.reorderCapacity(-1), "reorderCapacity must be at least 1, not -1");
        assertIllegal(() -> builder.startAfter(-1), "startAfter must not be negative, not -1");
        assertIllegal(() -> builder.receivers("a", "b", "a"), "receiver 'a' is named twice");
        assertIllegal(() -> builder.receivers("a", ""), "receiver name must not be blank: ''");
        assertIllegal(
                () -> builder.drainTimeout(Duration.ofSeconds(-1)), "drainTimeout must not be negative, not PT-1S");
        assertNull(() -> builder.name(null), "name");
        assertNull(() -> builder.receivers((String[]) null), "names");
        assertNull(() -> builder.receivers("a", null), "name");
        assertNull(() -> builder.drainTimeout(null), "drainTimeout");
        assertNull(() -> builder.contextPropagator(null), "contextPropagator");
        assertNull(() -> builder.merging(null), "order");
    }

    @Test
    void anyCapacityIsPossible() throws Exception {
        try (SequencingDispatcher<String> large = ClockedDispatcher.<String>builder()
                .inboxCapacity(Integer.MAX_VALUE)
                .sequencing()) {
            large.receiver("r");
            assertThat(large.sender("s", "r").send("x")).isEqualTo(1);
        }
    }

    @Test
    void dispatchersWithoutANameGetDifferentOnes() {
        SequencingDispatcher<String> one = ClockedDispatcher.<String>builder().sequencing();
        SequencingDispatcher<String> two = ClockedDispatcher.<String>builder().sequencing();
        assertThat(one.name()).startsWith("dispatcher-").isNotEqualTo(two.name());
        one.close();
        two.close();
    }

    @Test
    void names() {
        dispatcher.receiver("a");
        dispatcher.receiver("b");
        dispatcher.sender("s", "a");
        assertIllegal(() -> dispatcher.receiver(""), "receiver name must not be blank: ''");
        assertIllegal(
                () -> dispatcher.receiver("a"), "receiver 'a' of dispatcher 'test' exists already (receivers: [a, b])");
        assertIllegal(
                () -> dispatcher.sender("s", "b"),
                "the name of sender 's' is taken, by a sender of dispatcher 'test' (receivers: [a, b])");
        assertIllegal(
                () -> dispatcher.broadcaster("s"),
                "the name of broadcaster 's' is taken, by a sender of dispatcher 'test' (receivers: [a, b])");
        assertIllegal(
                () -> dispatcher.sender("t", "c"),
                "no receiver 'c' for sender 't' of dispatcher 'test' (receivers: [a, b])");
        assertIllegal(() -> dispatcher.sender("", "a"), "sender name must not be blank: ''");
        assertIllegal(() -> dispatcher.broadcaster(" "), "broadcaster name must not be blank: ' '");
        assertNull(() -> dispatcher.receiver(null), "name");
        assertNull(() -> dispatcher.sender(null, "a"), "name");
        assertNull(() -> dispatcher.sender("t", null), "receiver");
        assertNull(() -> dispatcher.broadcaster(null), "name");
        assertThat(dispatcher.stats().receivers()).containsOnlyKeys("a", "b");
        assertThat(dispatcher.stats().senders()).containsOnlyKeys("s");
        dispatcher.sender("t", "b"); // the refused creations took no name
    }

    @Test
    void aMessageListsAtMostTenReceivers() {
        for (int i = 0; i < 12; i++) {
            dispatcher.receiver("r" + i);
        }
        assertIllegal(
                () -> dispatcher.sender("s", "x"),
                "no receiver 'x' for sender 's' of dispatcher 'test'"
                        + " (receivers: [r0, r1, r10, r11, r2, r3, r4, r5, r6, r7, … of 12])");
    }

    @Test
    void calls() {
        Receiver<String> receiver = dispatcher.receiver("r");
        Sender<String> sender = dispatcher.sender("s", "r");
        Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
        assertNull(() -> sender.send(null), "payload");
        assertNull(() -> sender.trySend(null), "payload");
        assertNull(() -> sender.send("x", null), "timeout");
        assertNull(() -> broadcaster.broadcast(null), "payload");
        assertNull(() -> broadcaster.tryBroadcast(null), "payload");
        assertNull(() -> broadcaster.broadcast("x", null), "timeout");
        assertNull(() -> receiver.receive(null), "timeout");
        assertNull(() -> receiver.awaitTimestamp(1, null), "timeout");
        assertNull(() -> receiver.forEach(null), "action");
        assertNull(() -> receiver.onDelivery(null, Runnable::run), "handler");
        assertNull(() -> receiver.onDelivery(delivery -> {}, null), "executor");
        assertNull(() -> receiver.onDelivery(delivery -> {}, Runnable::run, null), "onError");
        assertNull(() -> receiver.publisher(null), "executor");
        assertNull(() -> dispatcher.close(null), "drainTimeout");
        assertNull(() -> receiver.publisher().subscribe(null), "subscriber");
        assertThat(dispatcher.stats().clock()).isZero();
        assertIllegal(
                () -> DeliveryErrorCallback.Decision.retryAfter(Duration.ofNanos(-1)),
                "delay must not be negative, not PT-0.000000001S");
        assertNull(() -> DeliveryErrorCallback.Decision.retryAfter(null), "delay");
    }
}
