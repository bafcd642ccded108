package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.ContextPropagator;
import dev.fairway.testing.Threads;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A sender's context goes along with its message. */
class DispatcherContextTest {
    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

    private static final ContextPropagator PROPAGATOR = () -> {
        String captured = CURRENT.get();
        if (captured == null) {
            return null;
        }
        return () -> {
            String before = CURRENT.get();
            CURRENT.set(captured);
            return () -> CURRENT.set(before);
        };
    };

    @RegisterExtension
    final Threads threads = new Threads();

    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final SequencingDispatcher<String> dispatcher = ClockedDispatcher.<String>builder()
            .inboxCapacity(1)
            .contextPropagator(PROPAGATOR)
            .sequencing();
    private final Receiver<String> receiver = dispatcher.receiver("r");
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        CURRENT.remove();
        dispatcher.close();
        pool.shutdownNow();
    }

    private void note(Delivery<String> delivery) {
        String what = delivery instanceof Message<String> message ? message.payload() : "tick";
        seen.add(what + " in " + CURRENT.get());
    }

    /** The inbox holds one message, so most of them are put in by others for senders that wait. */
    private void sendAll() throws InterruptedException {
        dispatcher.receiver("other");
        Sender<String> sender = dispatcher.sender("s", "r");
        Sender<String> toOther = dispatcher.sender("o", "other");
        Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
        CURRENT.set("one");
        sender.send("a");
        CURRENT.set("two");
        sender.send("b");
        CURRENT.remove();
        sender.send("c");
        CURRENT.set("three");
        toOther.send("x");
        dispatcher.receiver("free");
        assertThat(receiver.awaitTimestamp(4, Threads.LIMIT)).isTrue();
        broadcaster.close();
        sender.close();
    }

    private void assertSeen() {
        assertThat(seen).containsExactly("a in one", "b in two", "c in null", "tick in null");
    }

    @Test
    void aHandlerHasIt() throws Exception {
        receiver.onDelivery(this::note, pool);
        sendAll();
        assertSeen();
    }

    @Test
    void forEachHasIt() throws Exception {
        threads.start(() -> receiver.forEach(this::note));
        sendAll();
        assertSeen();
    }

    @Test
    void aSubscriberHasIt() throws Exception {
        receiver.publisher().subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Delivery<String> delivery) {
                note(delivery);
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onComplete() {}
        });
        sendAll();
        assertSeen();
    }

    @Test
    void aBroadcastCarriesItToAll() throws Exception {
        receiver.onDelivery(this::note, pool);
        CURRENT.set("everywhere");
        dispatcher.broadcaster("b").broadcast("a");
        assertThat(receiver.awaitTimestamp(1, Threads.LIMIT)).isTrue();
        assertThat(seen).containsExactly("a in everywhere");
    }
}
