package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.dispatcher.DeliveryErrorCallback.Decision;
import dev.fairway.testing.Gate;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Receiving by a handler on an executor. */
class HandlerTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    private final ExecutorService pool = Executors.newFixedThreadPool(3);
    private final SequencingDispatcher<String> dispatcher =
            ClockedDispatcher.<String>builder().name("test").inboxCapacity(4).sequencing();
    private final Receiver<String> receiver = dispatcher.receiver("r");
    private final Receiver<String> other = dispatcher.receiver("other");
    private final Sender<String> sender = dispatcher.sender("s", "r");
    private final Sender<String> toOther = dispatcher.sender("o", "other");

    @AfterEach
    void shutDown() {
        dispatcher.close(Duration.ZERO); // some of the executors here do not run what they get
        pool.shutdownNow();
    }

    @Test
    void aHandlerGetsEverythingInOrderAndNeverTwiceAtOnce() throws Exception {
        AtomicBoolean inside = new AtomicBoolean();
        List<Long> seen = new ArrayList<>();
        AtomicInteger messages = new AtomicInteger();
        receiver.onDelivery(
                delivery -> {
                    assertThat(inside.compareAndSet(false, true)).isTrue();
                    seen.add(delivery.timestamp());
                    if (delivery instanceof Message) {
                        messages.incrementAndGet();
                    }
                    inside.set(false);
                },
                pool);
        other.onDelivery(delivery -> {}, pool);
        threads.startTogether(3, t -> {
            Sender<String> mine = dispatcher.sender("s" + t, "r");
            for (int i = 0; i < 500; i++) {
                mine.send("x");
                if (i % 10 == 0) {
                    toOther.send("y");
                }
            }
        });
        threads.join();
        assertThat(receiver.awaitTimestamp(1_650, Threads.LIMIT)).isTrue();
        assertThat(messages).hasValue(1_500);
        assertThat(seen).isSorted().doesNotHaveDuplicates();
        assertThat(receiver.stats().failures()).isZero();
    }

    @Test
    void aHandlerIsToldOfTheClock() throws Exception {
        BlockingList seen = new BlockingList();
        receiver.onDelivery(seen::add, pool);
        toOther.send("x");
        seen.awaitLast(1);
        toOther.send("x");
        seen.awaitLast(2);
    }

    private static final class BlockingList {
        private final List<Delivery<String>> seen = new CopyOnWriteArrayList<>();

        void add(Delivery<String> delivery) {
            seen.add(delivery);
        }

        void awaitLast(long timestamp) {
            Threads.awaitThat(() -> !seen.isEmpty() && seen.get(seen.size() - 1).timestamp() == timestamp);
        }
    }

    // ---- failures

    @Test
    void whatAHandlerThrowsIsLoggedAndCountedAndTheNextDeliveryComes() throws Exception {
        RuntimeException failure = new RuntimeException("on purpose");
        List<Long> seen = new CopyOnWriteArrayList<>();
        receiver.onDelivery(
                delivery -> {
                    seen.add(delivery.timestamp());
                    if (delivery.timestamp() == 1) {
                        throw failure;
                    }
                },
                pool);
        sender.send("a");
        sender.send("b");
        assertThat(receiver.awaitTimestamp(2, Threads.LIMIT)).isTrue();
        assertThat(seen).containsExactly(1L, 2L);
        assertThat(receiver.stats().failures()).isEqualTo(1);
        assertThat(receiver.stats().state()).isEqualTo(ReceiverState.OPEN);
        assertThat(logs.count(failure)).isEqualTo(1);
        assertThat(logs.warnings()).contains("the handler of receiver 'r' of dispatcher 'test' failed at timestamp 1");
    }

    @Test
    void anErrorCallbackMayTryAgainLater() throws Exception {
        List<Integer> failures = new CopyOnWriteArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        List<Delivery<String>> done = new CopyOnWriteArrayList<>();
        receiver.onDelivery(
                delivery -> {
                    if (delivery.timestamp() == 1 && calls.incrementAndGet() < 4) {
                        throw new IllegalStateException("not yet");
                    }
                    done.add(delivery);
                },
                pool,
                (delivery, thrown, count) -> {
                    assertThat(delivery).isEqualTo(new Message<>("a", 1));
                    failures.add(count);
                    return Decision.retryAfter(Duration.ofMillis(count));
                });
        sender.send("a");
        sender.send("b");
        assertThat(receiver.awaitTimestamp(2, Threads.LIMIT)).isTrue();
        assertThat(failures).containsExactly(1, 2, 3);
        assertThat(done).containsExactly(new Message<>("a", 1), new Message<>("b", 2));
        assertThat(receiver.stats().failures()).isEqualTo(3);
    }

    @Test
    void whileARetryIsDueNothingElseIsDelivered() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        List<Delivery<String>> seen = new CopyOnWriteArrayList<>();
        receiver.onDelivery(
                delivery -> {
                    seen.add(delivery);
                    throw new IllegalStateException("for a day");
                },
                pool,
                (delivery, thrown, count) -> {
                    failed.countDown();
                    return Decision.retryAfter(Duration.ofDays(1));
                });
        sender.send("a");
        Threads.await(failed);
        for (int i = 0; i < 4; i++) {
            sender.send("b");
        }
        assertThat(sender.trySend("c")).isEmpty();
        assertThat(receiver.awaitTimestamp(1, Duration.ofMillis(20))).isFalse();
        assertThat(seen).containsExactly(new Message<>("a", 1));
        receiver.close(); // also while a retry is due
        assertThatThrownBy(() -> sender.send("c")).isInstanceOf(ReceiverClosedException.class);
        Threads.awaitThat(
                () -> logs.warnings().contains("receiver 'r' of dispatcher 'test' was closed with 4 messages unread"));
    }

    @Test
    void anErrorCallbackMayStopTheReceiverWhichStaysOpenAndFills() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        receiver.onDelivery(
                delivery -> {
                    calls.incrementAndGet();
                    throw new IllegalStateException("broken");
                },
                pool,
                (delivery, thrown, count) -> Decision.stop());
        Thread waiting = threads.start(() -> assertThatThrownBy(() -> receiver.awaitTimestamp(2, Threads.LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("receiver 'r' is stopped"));
        Threads.awaitBlocked(waiting);
        sender.send("a");
        threads.join();
        for (int i = 0; i < 4; i++) {
            assertThat(sender.trySend("b")).isPresent();
        }
        assertThat(sender.trySend("c")).isEmpty();
        assertThat(calls).hasValue(1);
        ReceiverStats stats = receiver.stats();
        assertThat(stats.state()).isEqualTo(ReceiverState.STOPPED);
        assertThat(stats.reason())
                .isEqualTo("its handler threw at timestamp 1: java.lang.IllegalStateException: broken");
        assertThat(stats.lastProcessed()).isZero();
        assertThat(stats.inboxSize()).isEqualTo(4);
        assertThat(toOther.trySend("x")).as("nobody else feels it").isPresent();
    }

    @Test
    void anErrorCallbackThatFailsItselfStopsTheReceiver() throws Exception {
        RuntimeException secondary = new RuntimeException("callback");
        receiver.onDelivery(
                delivery -> {
                    throw new IllegalStateException("broken");
                },
                pool,
                (delivery, thrown, count) -> {
                    throw secondary;
                });
        other.onDelivery(
                delivery -> {
                    throw new IllegalStateException("broken");
                },
                pool,
                (delivery, thrown, count) -> null);
        sender.send("a");
        Threads.awaitThat(() -> receiver.stats().state() == ReceiverState.STOPPED);
        Threads.awaitThat(() -> other.stats().state() == ReceiverState.STOPPED);
    }

    // ---- executors

    @Test
    void anExecutorThatRefusesStopsItsReceiverAndNeverThrowsOutOfASend() throws Exception {
        CountDownLatch refusals = new CountDownLatch(1);
        receiver.onDelivery(delivery -> {}, task -> {
            refusals.countDown();
            throw new RejectedExecutionException("full");
        });
        Threads.await(refusals);
        Threads.awaitThat(() -> receiver.stats().state() == ReceiverState.STOPPED);
        assertThat(sender.send("a")).isEqualTo(1);
        assertThat(toOther.send("b")).isEqualTo(2);
        assertThat(receiver.stats().reason())
                .isEqualTo("its executor refused it: java.util.concurrent.RejectedExecutionException: full");
        assertThatThrownBy(() -> receiver.awaitTimestamp(1, Threads.LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void anExecutorThatRefusesLaterNeverThrowsOutOfASendEither() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean();
        receiver.onDelivery(delivery -> {}, task -> {
            if (refuses.get()) {
                throw new RejectedExecutionException("full");
            }
            pool.execute(task);
        });
        sender.send("a");
        assertThat(receiver.awaitTimestamp(1, Threads.LIMIT)).isTrue();
        refuses.set(true);
        Threads.awaitThat(() -> {
            toOther.send("x"); // wakes it for the clock, sooner or later
            other.receiveBatch(10);
            return receiver.stats().state() == ReceiverState.STOPPED;
        });
    }

    /** An executor may run what it gets in its caller; then the handler must not end up in somebody's send. */
    @Test
    void noHandlerRunsInTheThreadOfASend() throws Exception {
        ConcurrentLinkedQueue<Thread> ran = new ConcurrentLinkedQueue<>();
        receiver.onDelivery(delivery -> ran.add(Thread.currentThread()), Runnable::run);
        other.onDelivery(delivery -> ran.add(Thread.currentThread()), Runnable::run);
        Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
        for (int i = 0; i < 300; i++) {
            switch (i % 3) {
                case 0 -> sender.send("x");
                case 1 -> toOther.send("x");
                default -> broadcaster.broadcast("x");
            }
        }
        assertThat(receiver.awaitTimestamp(300, Threads.LIMIT)).isTrue();
        assertThat(other.awaitTimestamp(300, Threads.LIMIT)).isTrue();
        assertThat(ran).isNotEmpty().doesNotContain(Thread.currentThread());
    }

    /** A handler in its caller's thread, or an executor that blocks, may hold up a thread of ours, but nobody else. */
    @Test
    void anExecutorThatBlocksHoldsUpNobodyElse() throws Exception {
        Gate gate = new Gate();
        AtomicInteger calls = new AtomicInteger();
        receiver.onDelivery(delivery -> {}, task -> {
            if (calls.incrementAndGet() > 1) {
                gate.passUninterruptibly();
            }
            pool.execute(task);
        });
        Threads.awaitThat(() -> {
            toOther.send("x"); // wakes it for the clock, once it has slept
            other.receiveBatch(10);
            return gate.arrivals() > 0;
        });
        List<Receiver<String>> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Receiver<String> next = dispatcher.receiver("more" + i);
            next.onDelivery(delivery -> {}, pool);
            others.add(next);
        }
        for (int i = 0; i < 20; i++) {
            long timestamp = toOther.send("x");
            other.receiveBatch(10);
            other.poll();
            for (Receiver<String> next : others) {
                assertThat(next.awaitTimestamp(timestamp, Threads.LIMIT)).isTrue();
            }
        }
        gate.open();
    }

    @Test
    void anExecutorThatStartsLateDelaysItsReceiverOnly() throws Exception {
        AtomicReference<Runnable> kept = new AtomicReference<>();
        receiver.onDelivery(delivery -> {}, kept::set);
        for (int i = 0; i < 4; i++) {
            assertThat(sender.trySend("x")).isPresent();
        }
        assertThat(sender.trySend("x")).isEmpty();
        assertThat(toOther.trySend("y")).isPresent();
        assertThat(other.receive()).isEqualTo(new Tick<>(4));
        kept.get().run();
        assertThat(receiver.stats().lastProcessed()).isEqualTo(5);
        assertThat(sender.trySend("x")).isPresent();
    }

    // ---- from inside

    @Test
    void aHandlerCannotWaitForItself() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        receiver.onDelivery(
                delivery -> {
                    try {
                        receiver.awaitTimestamp(1, Threads.LIMIT);
                    } catch (IllegalStateException e) {
                        thrown.set(e);
                    }
                },
                pool);
        sender.send("a");
        assertThat(receiver.awaitTimestamp(1, Threads.LIMIT)).isTrue();
        assertThat(thrown.get()).hasMessage("receiver 'r' cannot wait for timestamp 1 in its own handler");
    }

    @Test
    void aHandlerMayCloseItsReceiver() throws Exception {
        List<Delivery<String>> seen = new CopyOnWriteArrayList<>();
        Gate gate = new Gate();
        receiver.onDelivery(
                delivery -> {
                    gate.pass();
                    seen.add(delivery);
                    receiver.close();
                },
                pool);
        sender.send("a");
        gate.awaitArrivals(1);
        sender.send("b");
        gate.open();
        Threads.awaitThat(
                () -> logs.warnings().contains("receiver 'r' of dispatcher 'test' was closed with 1 message unread"));
        assertThat(seen).containsExactly(new Message<>("a", 1));
        assertThat(dispatcher.stats().dropped()).isEqualTo(1);
        assertThat(dispatcher.stats().accepted()).isEqualTo(2);
    }

    /** The handler is busy when its receiver leaves, so the rest is dropped later; what was broadcast meanwhile is not part of it. */
    @Test
    void whatIsBroadcastAfterAReceiverLeftIsNotForIt() throws Exception {
        Gate gate = new Gate();
        receiver.onDelivery(delivery -> gate.pass(), pool);
        Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
        sender.send("a");
        gate.awaitArrivals(1);
        broadcaster.broadcast("dropped");
        receiver.close();
        other.receiveBatch(10);
        for (int i = 0; i < 3; i++) {
            broadcaster.broadcast("later");
        }
        assertThat(receiver.stats().accepted()).isEqualTo(2);
        gate.open();
        Threads.awaitThat(() -> dispatcher.stats().dropped() > 0);
        assertThat(dispatcher.stats().dropped()).isEqualTo(1);
        assertThat(dispatcher.stats().accepted()).isEqualTo(2 + 4);
    }

    @Test
    void aHandlerMayCloseTheDispatcherWhichThenOnlyBegins() throws Exception {
        CountDownLatch returned = new CountDownLatch(1);
        List<Delivery<String>> seen = new CopyOnWriteArrayList<>();
        Gate gate = new Gate();
        receiver.onDelivery(
                delivery -> {
                    seen.add(delivery);
                    if (delivery.timestamp() == 1) {
                        gate.pass();
                        dispatcher.close();
                        returned.countDown();
                    }
                },
                pool);
        sender.send("a");
        gate.awaitArrivals(1);
        sender.send("b");
        gate.open();
        Threads.await(returned);
        dispatcher.terminated().toCompletableFuture().join();
        assertThat(seen).containsExactly(new Message<>("a", 1), new Message<>("b", 2));
    }
}
