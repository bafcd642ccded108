package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads a receiver for a subscriber, as much as that asks for. Is the publisher, and the subscription of its first subscriber. */
final class SubscriberReader<T> extends PushReader<T> implements Flow.Publisher<Delivery<T>>, Flow.Subscription {
    private final AbstractDispatcher<T> dispatcher;
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private final AtomicLong demand = new AtomicLong();

    private volatile boolean cancelled;
    private volatile @Nullable IllegalArgumentException illegalRequest;

    /** Null before there is one, and when it is to be called no more: whoever takes it out may tell it the end. */
    private final AtomicReference<Flow.@Nullable Subscriber<? super Delivery<T>>> subscriber = new AtomicReference<>();

    /** Whether {@code onSubscribe} has returned: nothing else is called before. */
    private volatile boolean introduced;

    private volatile @Nullable Throwable refusal;

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
        subscriber.set(next);
        try {
            next.onSubscribe(this);
        } catch (Throwable thrown) {
            threw(thrown);
        }
        introduced = true;
        Throwable refused = refusal;
        if (refused == null) {
            wake();
        } else {
            helpers.execute(() -> fail(refused));
        }
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
        if (!introduced) {
            return false;
        }
        if (illegalRequest != null) {
            fail(illegalRequest);
            return false;
        }
        return demand.get() > 0;
    }

    @Override
    boolean deliver(Delivery<T> delivery) {
        Flow.Subscriber<? super Delivery<T>> target = subscriber.get();
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
    boolean mayFinish() {
        return introduced;
    }

    @Override
    void finish() {
        Flow.Subscriber<? super Delivery<T>> target = subscriber.getAndSet(null);
        if (target == null || cancelled) {
            return;
        }
        try {
            String reason = receiver.stopReason();
            if (reason == null) {
                target.onComplete();
            } else {
                target.onError(stopped(reason));
            }
        } catch (Throwable thrown) {
            log(thrown);
        }
    }

    private IllegalStateException stopped(String reason) {
        long dropped = receiver.unread();
        return new IllegalStateException(receiver + " was stopped, and " + dropped
                + (dropped == 1 ? " message" : " messages") + " dropped: " + reason);
    }

    @Override
    void dispatcherClosed() {
        if (subscriber.get() != null) {
            wake(); // if it was stopped, it is told so
        }
    }

    @Override
    void refused(Throwable thrown) {
        refusal = thrown;
        if (introduced) {
            helpers.execute(() -> fail(thrown));
        }
    }

    /** What the subscriber's methods must not do: it counts as cancelled. */
    private void threw(Throwable thrown) {
        log(thrown);
        subscriber.set(null);
        cancel();
    }

    private void fail(Throwable failure) {
        Flow.Subscriber<? super Delivery<T>> target = subscriber.getAndSet(null);
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
