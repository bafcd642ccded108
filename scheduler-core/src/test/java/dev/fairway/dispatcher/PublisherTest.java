package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Gate;
import dev.fairway.testing.Logs;
import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Receiving by a subscriber; what every publisher must do is tested by {@link PublisherTckTest}. */
class PublisherTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @RegisterExtension
    final Logs logs = new Logs();

    private final SequencingDispatcher<String> dispatcher =
            ClockedDispatcher.<String>builder().name("test").inboxCapacity(2).sequencing();
    private final Receiver<String> receiver = dispatcher.receiver("r");
    private final Receiver<String> other = dispatcher.receiver("other");
    private final Sender<String> sender = dispatcher.sender("s", "r");
    private final Sender<String> toOther = dispatcher.sender("o", "other");

    @AfterEach
    void close() {
        dispatcher.close(Threads.LIMIT.dividedBy(1_000));
    }

    /** Remembers what it is told. */
    private static class Listener implements Flow.Subscriber<Delivery<String>> {
        final List<Delivery<String>> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch subscribed = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        volatile Flow.@Nullable Subscription subscription;
        volatile @Nullable Throwable error;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscribed.countDown();
        }

        @Override
        public void onNext(Delivery<String> delivery) {
            seen.add(delivery);
        }

        @Override
        public void onError(Throwable failure) {
            error = failure;
            ended.countDown();
        }

        @Override
        public void onComplete() {
            ended.countDown();
        }

        void request(long n) {
            subscription.request(n);
        }
    }

    @Test
    void aSubscriberGetsWhatItAskedForAndTicksCount() throws Exception {
        Listener listener = new Listener();
        receiver.publisher().subscribe(listener);
        sender.send("a");
        toOther.send("x");
        sender.send("b");
        listener.request(2);
        assertThat(receiver.awaitTimestamp(2, Threads.LIMIT)).isTrue();
        assertThat(listener.seen).containsExactly(new Message<>("a", 1), new Tick<>(2));
        assertThat(sender.trySend("c")).isPresent();
        assertThat(sender.trySend("d")).as("no demand, no room").isEmpty();
        listener.request(Long.MAX_VALUE);
        listener.request(Long.MAX_VALUE);
        assertThat(receiver.awaitTimestamp(4, Threads.LIMIT)).isTrue();
        sender.close();
        Threads.await(listener.ended);
        assertThat(listener.error).isNull();
        assertThat(listener.seen)
                .containsExactly(new Message<>("a", 1), new Tick<>(2), new Message<>("b", 3), new Message<>("c", 4));
    }

    @Test
    void theEndNeedsNoDemand() throws Exception {
        Listener listener = new Listener();
        receiver.publisher().subscribe(listener);
        sender.close();
        Threads.await(listener.ended);
        assertThat(listener.error).isNull();
    }

    @Test
    void cancellingClosesTheReceiver() throws Exception {
        Listener listener = new Listener();
        receiver.publisher().subscribe(listener);
        sender.send("a");
        sender.send("b");
        Thread blocked = threads.start(
                () -> assertThatThrownBy(() -> sender.send("c")).isInstanceOf(ReceiverClosedException.class));
        Threads.awaitThat(() -> receiver.stats().blockedSenders() == 1);
        Threads.awaitBlocked(blocked);
        listener.subscription.cancel();
        listener.subscription.cancel();
        listener.request(5);
        threads.join();
        assertThat(receiver.stats().state()).isEqualTo(ReceiverState.CLOSED);
        assertThat(dispatcher.stats().receivers()).containsOnlyKeys("other");
        assertThat(listener.seen).isEmpty();
        Threads.awaitThat(() -> dispatcher.stats().dropped() == 2);
        assertThat(listener.ended.getCount()).as("who cancels is told no more").isEqualTo(1);
    }

    @Test
    void closingTheReceiverCompletesTheSubscriber() throws Exception {
        Listener listener = new Listener();
        receiver.publisher().subscribe(listener);
        listener.request(1);
        receiver.close();
        Threads.await(listener.ended);
        assertThat(listener.error).isNull();
    }

    @Test
    void aSecondSubscriberIsRefused() throws Exception {
        Flow.Publisher<Delivery<String>> publisher = receiver.publisher();
        Listener first = new Listener();
        Listener second = new Listener();
        publisher.subscribe(first);
        publisher.subscribe(second);
        Threads.await(second.subscribed);
        Threads.await(second.ended);
        assertThat(second.error)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("receiver 'r' has a subscriber already, and takes only one");
        second.subscription.request(1);
        second.subscription.cancel();
        first.request(1);
        sender.send("a");
        assertThat(receiver.awaitTimestamp(1, Threads.LIMIT)).isTrue();
    }

    @Test
    void aSubscriberThatThrowsIsLoggedAndCountsAsCancelled() throws Exception {
        RuntimeException failure = new RuntimeException("on purpose");
        Listener listener = new Listener() {
            @Override
            public void onNext(Delivery<String> delivery) {
                throw failure;
            }
        };
        receiver.publisher().subscribe(listener);
        listener.request(10);
        sender.send("a");
        Threads.awaitThat(() -> logs.count(failure) == 1);
        Threads.awaitThat(() -> receiver.stats().state() == ReceiverState.CLOSED);
        assertThatThrownBy(() -> sender.send("b")).isInstanceOf(ReceiverClosedException.class);
    }

    @Test
    void anExecutorThatRefusesIsAnErrorOfTheSubscription() throws Exception {
        Listener listener = new Listener();
        receiver.publisher(task -> {
                    throw new RejectedExecutionException("full");
                })
                .subscribe(listener);
        Threads.await(listener.ended);
        assertThat(listener.error).isInstanceOf(RejectedExecutionException.class);
        assertThat(toOther.send("x")).isEqualTo(1);
    }

    @Test
    void aPublisherWithoutSubscriberDelaysNoClose() {
        receiver.publisher();
        assertThat(dispatcher.close(Threads.LIMIT).isClean()).isTrue();
    }

    @Test
    void whoSubscribesLateGetsWhatWaits() throws Exception {
        Flow.Publisher<Delivery<String>> publisher = receiver.publisher(Runnable::run);
        sender.send("a");
        sender.send("b");
        sender.close();
        Listener listener = new Listener();
        publisher.subscribe(listener);
        listener.request(5);
        Threads.await(listener.ended);
        assertThat(listener.seen).containsExactly(new Message<>("a", 1), new Message<>("b", 2));
        assertThat(other.receive()).isEqualTo(new Tick<>(2));
    }

    // ---- before and after

    /** The executor had a run before there was anybody to call. */
    @Test
    void nothingIsCalledBeforeOnSubscribeHasReturned() {
        AtomicReference<Runnable> kept = new AtomicReference<>();
        Flow.Publisher<Delivery<String>> publisher = receiver.publisher(kept::set);
        receiver.close();
        assertThat(kept.get()).as("it was woken by the close").isNotNull();
        List<String> calls = new CopyOnWriteArrayList<>();
        publisher.subscribe(new Listener() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                kept.get().run();
                calls.add("onSubscribe");
            }

            @Override
            public void onComplete() {
                calls.add("onComplete");
            }
        });
        kept.get().run();
        assertThat(calls).containsExactly("onSubscribe", "onComplete");
    }

    @Test
    void norIsARefusalTold() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        Listener listener = new Listener() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
                Threads.awaitThat(() -> refused.getCount() == 0);
                super.onSubscribe(subscription);
            }

            @Override
            public void onError(Throwable failure) {
                assertThat(subscribed.getCount()).isZero();
                super.onError(failure);
            }
        };
        receiver.publisher(task -> {
                    refused.countDown();
                    throw new RejectedExecutionException("full");
                })
                .subscribe(listener);
        Threads.await(listener.ended);
        assertThat(listener.error).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void whatASubscriberDidNotGetWhenTheDispatcherClosedIsAnError() throws Exception {
        Listener listener = new Listener();
        receiver.publisher().subscribe(listener);
        sender.send("a");
        sender.send("b");
        listener.request(1);
        assertThat(receiver.awaitTimestamp(1, Threads.LIMIT)).isTrue();
        sender.send("c");
        assertThat(dispatcher.close(Duration.ZERO).unfinished()).containsOnlyKeys("r");
        Threads.await(listener.ended);
        assertThat(listener.error)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("receiver 'r' of dispatcher 'test' was stopped, and 2 messages dropped: its dispatcher was"
                        + " closed, and it did not come to its end in time");
        assertThat(listener.seen).containsExactly(new Message<>("a", 1));
    }

    /** It has taken what it is busy with. */
    @Test
    void whoIsBusyWhenTheTimeIsOverIsToldAfterwards() throws Exception {
        Gate gate = new Gate();
        Listener listener = new Listener() {
            @Override
            public void onNext(Delivery<String> delivery) {
                gate.passUninterruptibly();
                super.onNext(delivery);
            }
        };
        receiver.publisher().subscribe(listener);
        listener.request(5);
        sender.send("a");
        gate.awaitArrivals(1);
        sender.send("b");
        dispatcher.close(Duration.ZERO);
        gate.open();
        Threads.await(listener.ended);
        assertThat(listener.seen).containsExactly(new Message<>("a", 1));
        assertThat(listener.error)
                .hasMessageStartingWith("receiver 'r' of dispatcher 'test' was stopped, and 1 message");
    }
}
