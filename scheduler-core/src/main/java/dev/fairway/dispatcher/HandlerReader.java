package dev.fairway.dispatcher;

import dev.fairway.ContextPropagator.Snapshot;
import dev.fairway.dispatcher.DeliveryErrorCallback.Decision;
import dev.fairway.internal.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads a receiver for a {@link DeliveryHandler}. */
final class HandlerReader<T> extends PushReader<T> {
    private final DeliveryHandler<? super T> handler;
    private final @Nullable DeliveryErrorCallback<? super T> onError;
    private final Failures log;

    // Owned by who reads.

    private @Nullable Delivery<T> failed;
    private @Nullable Snapshot context;
    private int failures;

    /** Whether the time to try again has come. */
    private volatile boolean mayRetry;

    HandlerReader(
            DefaultReceiver<T> receiver,
            AbstractDispatcher<T> dispatcher,
            Executor executor,
            DeliveryHandler<? super T> handler,
            @Nullable DeliveryErrorCallback<? super T> onError) {
        super(receiver, dispatcher.helpers, executor);
        this.handler = handler;
        this.onError = onError;
        this.log = dispatcher.failures;
    }

    @Override
    boolean mayTake() {
        return failed == null || mayRetry;
    }

    @Override
    @Nullable
    Delivery<T> again() {
        return failed;
    }

    @Override
    boolean deliver(Delivery<T> delivery) {
        if (failed == null) {
            context = reading.context();
        }
        try {
            inContext(context, () -> handle(handler, delivery));
        } catch (Throwable thrown) {
            receiver.countFailure();
            failures++;
            return afterFailure(delivery, thrown);
        }
        failed = null;
        failures = 0;
        return true;
    }

    @SuppressWarnings("unchecked") // a delivery only hands its payload out
    private static <S> void handle(DeliveryHandler<S> handler, Delivery<? extends S> delivery) throws Exception {
        handler.handle((Delivery<S>) delivery);
    }

    private boolean afterFailure(Delivery<T> delivery, Throwable thrown) {
        Decision decision = decide(delivery, thrown);
        if (decision instanceof Decision.RetryAfter retry) {
            failed = delivery;
            mayRetry = false;
            CompletableFuture.delayedExecutor(
                            TimeUnit.NANOSECONDS.convert(retry.delay()), TimeUnit.NANOSECONDS, helpers)
                    .execute(() -> {
                        mayRetry = true;
                        wake();
                    });
            return false;
        }
        failed = null;
        failures = 0;
        if (decision instanceof Decision.Stop) {
            receiver.stop(
                    "its handler threw at timestamp " + delivery.timestamp() + ": " + Failures.describe(thrown),
                    thrown);
            return false;
        }
        return true;
    }

    private Decision decide(Delivery<T> delivery, Throwable thrown) {
        if (onError == null) {
            log.log(() -> "the handler of " + receiver + " failed at timestamp " + delivery.timestamp(), thrown);
            return Decision.proceed();
        }
        try {
            Decision decision = decide(onError, delivery, thrown, failures);
            return decision == null ? Decision.stop() : decision;
        } catch (Throwable secondary) {
            if (secondary != thrown) {
                secondary.addSuppressed(thrown);
            }
            log.log(() -> "the error callback of " + receiver + " failed", secondary);
            return Decision.stop();
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // as above; and what others return may be null whatever they promise
    private static <S> @Nullable Decision decide(
            DeliveryErrorCallback<S> callback, Delivery<? extends S> delivery, Throwable thrown, int failures) {
        return callback.decide((Delivery<S>) delivery, thrown, failures);
    }
}
