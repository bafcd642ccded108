package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads a receiver for a subscriber, as much as that asks for. Is the publisher, and the subscription of its first subscriber. */
final class SubscriberReader<T> extends PushReader<T> implements Flow.Publisher<Delivery<T>>, Flow.Subscription {
    private final AbstractDispatcher<T> dispatcher;
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private final AtomicLong demand = new AtomicLong();

    private volatile boolean cancelled;
    private volatile @Nullable IllegalArgumentException illegalRequest;

    /** Written by who reads, once it is subscribed; null when it is to be called no more. */
    private volatile Flow.@Nullable Subscriber<? super Delivery<T>> subscriber;

    SubscriberReader(DefaultReceiver<T> receiver, AbstractDispatcher<T> dispatcher, Executor executor) {
        super(receiver, dispatcher.helpers, executor);
        this.dispatcher = dispatcher;
    }

    // ---- publisher

    @Override
    public void subscribe(Flow.Subscriber<? super Delivery<T>> next) {
        requireNonNull(next, "subscriber");
        if (!subscribed.compareAndSet(false, true)) {
            next.onSubscribe(NOBODYS);
            next.onError(new IllegalStateException(
                    "receiver '" + receiver.name() + "' has a subscriber already, and takes only one"));
            return;
        }
        subscriber = next;
        hold(); // nothing else is called before onSubscribe has returned
        try {
            next.onSubscribe(this);
        } catch (Throwable thrown) {
            threw(thrown);
        }
        submit();
    }

    private static final Flow.Subscription NOBODYS = new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    };

    // ---- subscription

    @Override
    public void request(long n) {
        if (cancelled) {
            return;
        }
        if (n <= 0) {
            illegalRequest = new IllegalArgumentException("a subscriber must request at least 1 delivery, not " + n);
        } else {
            demand.accumulateAndGet(n, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
        }
        wake();
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            receiver.close();
        }
    }

    // ---- the reader

    @Override
    boolean mayTake() {
        if (illegalRequest != null) {
            fail(illegalRequest);
            return false;
        }
        return demand.get() > 0;
    }

    @Override
    boolean deliver(Delivery<T> delivery) {
        Flow.Subscriber<? super Delivery<T>> target = subscriber;
        if (target == null) {
            return false;
        }
        if (demand.get() != Long.MAX_VALUE) {
            demand.decrementAndGet();
        }
        try {
            inContext(reading.context(), () -> target.onNext(delivery));
        } catch (Throwable thrown) {
            receiver.countFailure();
            threw(thrown);
        }
        return true;
    }

    @Override
    boolean isAttached() {
        return subscribed.get();
    }

    @Override
    void finish() {
        Flow.Subscriber<? super Delivery<T>> target = subscriber;
        if (target == null) {
            return;
        }
        subscriber = null;
        if (!cancelled) {
            try {
                target.onComplete();
            } catch (Throwable thrown) {
                log(thrown);
            }
        }
    }

    @Override
    void refused(Throwable refusal) {
        helpers.execute(() -> fail(refusal));
    }

    /** What the subscriber's methods must not do: it counts as cancelled. */
    private void threw(Throwable thrown) {
        log(thrown);
        subscriber = null;
        cancel();
    }

    private void fail(Throwable failure) {
        Flow.Subscriber<? super Delivery<T>> target = subscriber;
        subscriber = null;
        if (target != null && !cancelled) {
            cancel();
            try {
                target.onError(failure);
            } catch (Throwable thrown) {
                log(thrown);
            }
        }
    }

    private void log(Throwable thrown) {
        dispatcher.failures.log(() -> "the subscriber of " + receiver + " threw", thrown);
    }
}
