package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Gate;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A receiver of a sequencing dispatcher that has ended or left, and that somebody still knows: it gets the broadcasts from before its
 * end, and keeps none of the later ones alive.
 */
class EndedReceiverTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final SequencingDispatcher<Object> dispatcher =
            ClockedDispatcher.<Object>builder().inboxCapacity(10).sequencing();
    private final Receiver<Object> receiver = dispatcher.receiver("r");
    private final Sender<Object> sender = dispatcher.sender("s", "r");
    private final Broadcaster<Object> before = dispatcher.broadcaster("before");

    @AfterEach
    void close() {
        dispatcher.close();
        pool.shutdownNow();
    }

    /** Broadcasts to others what nobody else knows, and fails if the first of it stays. */
    private void assertKeepsNothingLater() throws Exception {
        WeakReference<Object> first = broadcastLater();
        Threads.awaitThat(() -> {
            System.gc();
            return first.get() == null;
        });
        Reference.reachabilityFence(receiver);
        Reference.reachabilityFence(sender);
    }

    private WeakReference<Object> broadcastLater() throws Exception {
        try (Receiver<Object> other = dispatcher.receiver("other");
                Broadcaster<Object> later = dispatcher.broadcaster("later")) {
            Object payload = new Object();
            later.broadcast(payload);
            for (int i = 0; i < 5; i++) {
                later.broadcast(i);
            }
            assertThat(other.receiveBatch(10)).hasSize(6);
            return new WeakReference<>(payload);
        }
    }

    private void end() {
        sender.close();
        before.close();
    }

    @Test
    void oneThatHasEndedUnreadKeepsNothingThatCameLater() throws Exception {
        before.broadcast("one");
        sender.send("two");
        before.broadcast("three");
        end();
        assertKeepsNothingLater();
        assertThat(receiver.receive()).isEqualTo(new Message<>("one", 1));
        assertThat(receiver.receive()).isEqualTo(new Message<>("two", 2));
        assertThat(receiver.receive()).isEqualTo(new Message<>("three", 3));
        assertThatThrownBy(receiver::receive).isInstanceOf(ChannelClosedException.class);
        assertKeepsNothingLater();
    }

    @Test
    void oneThatHasBeenReadToItsEndKeepsNothingThatCameLater() throws Exception {
        before.broadcast("one");
        assertThat(receiver.receive()).isEqualTo(new Message<>("one", 1));
        end();
        assertThatThrownBy(receiver::receive).isInstanceOf(ChannelClosedException.class);
        assertKeepsNothingLater();
    }

    /** The reader has looked at the broadcast, and given a tick first. */
    @Test
    void oneThatEndsBetweenATickAndItsBroadcastKeepsNothingThatCameLater() throws Exception {
        Receiver<Object> aside = dispatcher.receiver("aside");
        dispatcher.sender("toAside", "aside").send("one");
        before.broadcast("two");
        assertThat(receiver.receive()).isEqualTo(new Tick<>(1));
        aside.close();
        end();
        assertKeepsNothingLater();
        assertThat(receiver.receive()).isEqualTo(new Message<>("two", 2));
    }

    @Test
    void oneThatHasLeftWhileItsSenderIsOpenKeepsNothingThatCameLater() throws Exception {
        before.broadcast("one");
        before.broadcast("two");
        receiver.receive();
        receiver.close();
        assertKeepsNothingLater();
        assertThat(dispatcher.stats().dropped()).isEqualTo(1);
        assertThatThrownBy(() -> sender.send("x")).isInstanceOf(ReceiverClosedException.class);
    }

    /** Nobody can drop the rest while the handler is busy. */
    @Test
    void oneThatLeavesWhileItsHandlerIsBusyKeepsNothingThatCameLater() throws Exception {
        Gate gate = new Gate();
        receiver.onDelivery(delivery -> gate.pass(), pool);
        before.broadcast("one");
        gate.awaitArrivals(1);
        before.broadcast("two");
        receiver.close();
        assertKeepsNothingLater();
        gate.open();
        Threads.awaitThat(() -> dispatcher.stats().dropped() == 1);
    }

    /** The reader goes on in the log, or in what was copied, while the end takes its place away. */
    @Test
    void whoReadsWhileItEndsMissesNothing() throws Exception {
        end();
        int messages = 9;
        for (int round = 0; round < 2_000; round++) {
            Receiver<Object> ending = dispatcher.receiver("ending");
            Sender<Object> last = dispatcher.sender("last", "ending");
            Broadcaster<Object> all = dispatcher.broadcaster("all");
            for (int i = 0; i < messages; i++) {
                if (i % 3 == 0) {
                    last.send(i);
                } else {
                    all.broadcast(i);
                }
            }
            List<Object> received = new ArrayList<>();
            threads.startTogether(2, t -> {
                if (t == 0) {
                    last.close();
                    all.close();
                    dispatcher.broadcaster("later").close();
                } else {
                    ending.forEach(delivery -> received.add(((Message<Object>) delivery).payload()));
                }
            });
            threads.join();
            assertThat(received).isEqualTo(IntStream.range(0, messages).boxed().toList());
            ending.close();
        }
    }

    /** Who reads moves its place on when that is taken away: it must not come back. */
    @Test
    void noneThatIsReadWhileItEndsKeepsWhatCameLater() throws Exception {
        end();
        DefaultSequencingDispatcher<Object> sequencing = (DefaultSequencingDispatcher<Object>) dispatcher;
        AtomicReferenceArray<SequencedInbox<Object>> ended = new AtomicReferenceArray<>(20_000);
        AtomicInteger arrived = new AtomicInteger();
        threads.startTogether(2, t -> {
            for (int i = 0; i < ended.length(); i++) {
                if (t == 0) {
                    ended.set(i, inboxWithTwoBroadcasts(sequencing));
                }
                meet(arrived, 2 * (i + 1));
                SequencedInbox<Object> inbox = ended.get(i);
                if (t == 0) {
                    inbox.endNow(true);
                } else {
                    for (int n = 0; n < 2; n++) {
                        inbox.peek();
                        inbox.remove();
                    }
                }
            }
        });
        threads.join();
        assertKeepsNothingLater();
        Reference.reachabilityFence(ended);
    }

    private static SequencedInbox<Object> inboxWithTwoBroadcasts(DefaultSequencingDispatcher<Object> dispatcher) {
        dispatcher.log.lock.lock();
        try {
            SequencedInbox<Object> inbox = new SequencedInbox<>("ending", dispatcher);
            dispatcher.log.append(new BroadcastLog.Node<>("one", null));
            dispatcher.log.append(new BroadcastLog.Node<>("two", null));
            return inbox;
        } finally {
            dispatcher.log.lock.unlock();
        }
    }

    /** Lets two threads go on at the same time. */
    private static void meet(AtomicInteger arrived, int both) {
        arrived.incrementAndGet();
        for (int spins = 0; arrived.get() < both; spins++) {
            if (spins < 1_000) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
