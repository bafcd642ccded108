package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Decides what happens after a {@link DeliveryHandler} threw. Called where the handler is.
 *
 * @param <T> the payloads
 */
@FunctionalInterface
public interface DeliveryErrorCallback<T> {
    /**
     * Called after each failure. When it throws itself, or returns null, the receiver is stopped.
     *
     * @param delivery what the handler got
     * @param failure what it threw
     * @param failures how often it has failed with this delivery, at least 1
     * @return what to do
     */
    Decision decide(Delivery<T> delivery, Throwable failure, int failures);

    /** What to do after a failure. */
    sealed interface Decision {
        /** {@return go on with the next delivery} This one counts as processed. */
        static Decision proceed() {
            return Proceed.INSTANCE;
        }

        /**
         * {@return call the handler with this delivery again} Nothing else is delivered meanwhile.
         *
         * @param delay after what time; not negative
         */
        static Decision retryAfter(Duration delay) {
            return new RetryAfter(delay);
        }

        /**
         * {@return stop the receiver} It stays open and its senders feel a full inbox; nothing is skipped. {@link ReceiverStats} say
         * why.
         */
        static Decision stop() {
            return Stop.INSTANCE;
        }

        /** Go on. */
        record Proceed() implements Decision {
            private static final Proceed INSTANCE = new Proceed();
        }

        /**
         * Try again.
         *
         * @param delay after what time
         */
        record RetryAfter(Duration delay) implements Decision {
            /** Checks the delay. */
            public RetryAfter {
                requireNonNull(delay, "delay");
                if (delay.isNegative()) {
                    throw new IllegalArgumentException("delay must not be negative, not " + delay);
                }
            }
        }

        /** Stop. */
        record Stop() implements Decision {
            private static final Stop INSTANCE = new Stop();
        }
    }
}
