package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers that send, on an executor that runs what it gets in its caller. */
class HandlerInCallerTest {
    private static final Executor IN_CALLER = Runnable::run;

    @RegisterExtension
    final Threads threads = new Threads();

    private final SequencingDispatcher<Long> dispatcher =
            ClockedDispatcher.<Long>builder().name("test").inboxCapacity(4).sequencing();
    private final List<Receiver<Long>> receivers = new ArrayList<>();
    private final List<Sender<Long>> senders = new ArrayList<>();

    @AfterEach
    void close() {
        dispatcher.close(Duration.ZERO);
    }

    private void receivers(int count) {
        for (int i = 0; i < count; i++) {
            receivers.add(dispatcher.receiver("r" + i));
            senders.add(dispatcher.sender("s" + i, "r" + i));
        }
    }

    /** What a handler does with a message. */
    @FunctionalInterface
    private interface Action {
        void take(long payload) throws Exception;
    }

    private void handle(int receiver, Executor executor, Action action) {
        receivers
                .get(receiver)
                .onDelivery(
                        delivery -> {
                            if (delivery instanceof Message<Long> message) {
                                action.take(message.payload());
                            }
                        },
                        executor);
    }

    @Test
    void aMillionMessagesGoToAndFroBetweenTwoHandlers() throws Exception {
        receivers(2);
        long last = 1_000_000;
        CountDownLatch done = new CountDownLatch(1);
        for (int i = 0; i < 2; i++) {
            Sender<Long> toOther = senders.get(1 - i);
            handle(i, IN_CALLER, n -> {
                if (n == last) {
                    done.countDown();
                } else {
                    toOther.send(n + 1);
                }
            });
        }
        senders.get(0).send(1L);
        Threads.await(done);
        assertThat(dispatcher.stats().clock()).isEqualTo(last);
        assertThat(dispatcher.stats().failures()).isZero();
    }

    /** It is never done, so it goes on in one run after the other. */
    @Test
    void aMillionMessagesOfAHandlerToItselfLeaveTheStackFlat() throws Exception {
        receivers(1);
        long last = 1_000_000;
        CountDownLatch done = new CountDownLatch(1);
        AtomicLong deepest = new AtomicLong();
        handle(0, IN_CALLER, n -> {
            if (n % 100_000 == 0) {
                deepest.accumulateAndGet(new Throwable().getStackTrace().length, Math::max);
            }
            if (n == last) {
                done.countDown();
            } else {
                senders.get(0).send(n + 1);
            }
        });
        senders.get(0).send(1L);
        Threads.await(done);
        assertThat(deepest.get()).isPositive().isLessThan(50);
    }

    @Test
    void noHandlerRunsInsideAnotherOne() throws Exception {
        int length = 50;
        receivers(length);
        ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
        AtomicBoolean together = new AtomicBoolean();
        CountDownLatch done = new CountDownLatch(100);
        for (int i = 0; i < length; i++) {
            int next = i + 1;
            handle(i, IN_CALLER, n -> {
                if (inside.get()) {
                    together.set(true);
                }
                inside.set(true);
                if (next < length) {
                    senders.get(next).send(n);
                } else {
                    done.countDown();
                }
                inside.set(false);
            });
        }
        for (long n = 0; n < 100; n++) {
            senders.get(0).send(n);
        }
        Threads.await(done);
        assertThat(together).isFalse();
    }

    /** In the other one's send it would wait for what is below it on its own stack. */
    @Test
    void aHandlerThatWaitsForRoomHoldsUpItselfAlone() throws Exception {
        try (MergingDispatcher<Long> there = merging();
                MergingDispatcher<Long> back = merging()) {
            Receiver<Long> a = back.receiver("a");
            Receiver<Long> b = there.receiver("b");
            Forwarder<Long> toA = back.forwarder("toA", "a");
            Forwarder<Long> toB = there.forwarder("toB", "b");
            Gate asleep = new Gate();
            a.onDelivery(
                    delivery -> {
                        if (delivery.timestamp() == 1) {
                            asleep.pass();
                            toB.forward(0L, 1);
                        }
                    },
                    IN_CALLER);
            b.onDelivery(
                    delivery -> {
                        for (long n = 2; n <= 10; n++) {
                            toA.forward(n, n); // more than there is room for
                        }
                    },
                    IN_CALLER);
            toA.forward(1L, 1);
            asleep.awaitArrivals(1);
            Threads.awaitThat(((DefaultReceiver<Long>) b).inbox::isAsleep);
            asleep.open();
            assertThat(a.awaitTimestamp(10, Threads.LIMIT)).isTrue();
        }
    }

    private static MergingDispatcher<Long> merging() {
        return ClockedDispatcher.<Long>builder()
                .name("merge")
                .inboxCapacity(1)
                .reorderCapacity(1)
                .drainTimeout(Duration.ZERO)
                .merging();
    }

    /** What it waits for is done by a handler that it has sent to. */
    @Test
    void aHandlerMayWaitForAnotherOne() throws Exception {
        receivers(2);
        CompletableFuture<Long> answer = new CompletableFuture<>();
        AtomicReference<Long> got = new AtomicReference<>();
        handle(1, IN_CALLER, n -> answer.complete(n + 1));
        handle(0, IN_CALLER, n -> {
            senders.get(1).send(n);
            got.set(answer.get(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS));
        });
        assertThat(receivers.get(0).awaitTimestamp(senders.get(0).send(41L), Threads.LIMIT))
                .isTrue();
        assertThat(got).hasValue(42L);
    }

    /** An executor may run in one caller what another one has brought. */
    @Test
    void aHandlerThatIsRunWhileAnotherOneIsHandedOverLeavesThatThread() throws Exception {
        receivers(2);
        AtomicReference<Runnable> kept = new AtomicReference<>();
        AtomicReference<Thread> ranIn = new AtomicReference<>();
        handle(0, kept::set, n -> ranIn.set(Thread.currentThread()));
        senders.get(0).send(1L);
        Runnable first = kept.getAndSet(null);
        handle(1, task -> first.run(), n -> {});
        assertThat(ranIn.get()).isNull();
        Threads.awaitThat(() -> kept.get() != null); // handed over again, by a helper
        kept.get().run();
        assertThat(ranIn.get()).isSameAs(Thread.currentThread());
    }

    /** Each has more for the next one than there is room for: one of them is told, and then all go on. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void handlersThatWaitForOneAnotherInACircleDoNotHang(int length) throws Exception {
        receivers(length);
        Gate gate = new Gate();
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(length);
        for (int i = 0; i < length; i++) {
            Sender<Long> toNext = senders.get((i + 1) % length);
            handle(i, IN_CALLER, n -> {
                if (n == 0) {
                    gate.pass();
                    try {
                        for (long sent = 1; sent <= 6; sent++) {
                            toNext.send(sent);
                        }
                    } catch (IllegalStateException e) {
                        thrown.add(e);
                    }
                    done.countDown();
                }
            });
        }
        for (Sender<Long> sender : senders) {
            sender.send(0L);
        }
        gate.awaitArrivals(length);
        gate.open();
        Threads.await(done);
        assertThat(thrown)
                .singleElement(THROWABLE)
                .hasMessageMatching("sender 's\\d' of dispatcher 'test' cannot wait for"
                        + " room at receiver 'r\\d' \\(capacity 4\\): 'r\\d' would wait for 'r\\d'(, which waits for 'r\\d'){"
                        + (length - 1) + "}");
        assertThat(dispatcher.stats().clock()).as("the others were let in").isEqualTo(length + 6L * length - 2);
    }

    // ---- its own inbox

    private AtomicReference<Throwable> inHandlerWithFullInbox(Threads.Code code) throws Exception {
        receivers(1);
        Gate gate = new Gate();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        handle(0, IN_CALLER, n -> {
            if (n == 0) {
                gate.pass();
                try {
                    code.run();
                } catch (Throwable failure) {
                    thrown.set(failure);
                }
                done.countDown();
            }
        });
        senders.get(0).send(0L);
        gate.awaitArrivals(1);
        for (long n = 1; n <= 4; n++) {
            senders.get(0).send(n);
        }
        gate.open();
        Threads.await(done);
        return thrown;
    }

    @Test
    void aHandlerCannotWaitForRoomInItsOwnInbox() throws Exception {
        AtomicReference<Throwable> thrown =
                inHandlerWithFullInbox(() -> senders.get(0).send(5L));
        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "sender 's0' of dispatcher 'test' cannot wait for room at receiver 'r0' (capacity 4) in that"
                                + " receiver's own handler or subscriber");
        assertThat(receivers.get(0).awaitTimestamp(5, Threads.LIMIT)).isTrue();
        assertThat(senders.get(0).send(6L)).as("it took no timestamp").isEqualTo(6);
    }

    @Test
    void norForALimitedTimeButItMayTry() throws Exception {
        AtomicReference<Throwable> thrown = inHandlerWithFullInbox(() -> {
            assertThat(senders.get(0).trySend(5L)).isEmpty();
            assertThat(senders.get(0).send(5L, Duration.ZERO)).isEmpty();
            senders.get(0).send(5L, Threads.LIMIT);
        });
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void norCanItsBroadcast() throws Exception {
        Broadcaster<Long> broadcaster = dispatcher.broadcaster("b");
        AtomicReference<Throwable> thrown = inHandlerWithFullInbox(() -> {
            assertThat(broadcaster.tryBroadcast(5L)).isEmpty();
            assertThat(broadcaster.broadcast(5L, Duration.ZERO)).isEmpty();
            broadcaster.broadcast(5L);
        });
        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "broadcaster 'b' of dispatcher 'test' cannot wait for room at receiver 'r0' (capacity 4)");
        assertThat(broadcaster.broadcast(6L)).isEqualTo(6);
    }

    /** Somebody else's broadcast through the same broadcaster waits for the handler already. */
    @Test
    void norCanItsBroadcastWaitBehindOneThatWaitsForIt() throws Exception {
        Broadcaster<Long> broadcaster = dispatcher.broadcaster("b");
        AtomicReference<Throwable> thrown = inHandlerWithFullInbox(() -> {
            threads.start(() -> broadcaster.broadcast(5L));
            Threads.awaitThat(() -> receivers.get(0).stats().blockedSenders() == 1);
            broadcaster.broadcast(6L);
        });
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
        threads.join();
    }

    @Test
    void norCanItsForward() throws Exception {
        try (MergingDispatcher<Long> merge = merging()) {
            Receiver<Long> rx = merge.receiver("a");
            Forwarder<Long> tx = merge.forwarder("tx", "a");
            Gate gate = new Gate();
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            rx.onDelivery(
                    delivery -> {
                        if (delivery.timestamp() == 1) {
                            gate.pass();
                            assertThat(tx.forward(4L, 4, Duration.ZERO)).isFalse();
                            try {
                                tx.forward(4L, 4);
                            } catch (IllegalStateException e) {
                                thrown.set(e);
                            }
                        }
                    },
                    IN_CALLER);
            tx.forward(1L, 1);
            gate.awaitArrivals(1);
            tx.forward(2L, 2);
            tx.forward(3L, 3);
            gate.open();
            assertThat(rx.awaitTimestamp(3, Threads.LIMIT)).isTrue();
            assertThat(thrown.get())
                    .hasMessage("forwarder 'tx' of dispatcher 'merge' cannot wait for room at receiver 'a' (capacity 1)"
                            + " in that receiver's own handler or subscriber");
            assertThat(tx.promise()).isEqualTo(3);
            tx.forward(4L, 4);
        }
    }
}
