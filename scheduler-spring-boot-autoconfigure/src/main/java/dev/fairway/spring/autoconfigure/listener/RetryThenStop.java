package dev.fairway.spring.autoconfigure.listener;

import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.DeliveryErrorCallback;
import dev.fairway.spring.autoconfigure.listener.ListenerMethod.UnsuitablePayloadException;
import java.time.Duration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** Tries again, each time after twice as long as before, and stops when that has not helped. Nothing is skipped. */
final class RetryThenStop implements DeliveryErrorCallback<Object> {
    private static final Log log = LogFactory.getLog(RetryThenStop.class);

    private final String listener;
    private final int retries;
    private final Duration first;
    private final Duration longest;

    RetryThenStop(String listener, int retries, Duration first, Duration longest) {
        this.listener = listener;
        this.retries = retries;
        this.first = first;
        this.longest = longest;
    }

    @Override
    public Decision decide(Delivery<Object> delivery, Throwable failure, int failures) {
        String what = "The " + listener + " failed at timestamp " + delivery.timestamp();
        if (failures > retries || failure instanceof Error || failure instanceof UnsuitablePayloadException) {
            log.error(what + ", and is stopped: nothing is skipped, and its receiver takes no more", failure);
            return Decision.stop();
        }
        Duration delay = delay(failures);
        log.warn(what + " (" + failures + " of " + (retries + 1) + " tries): it is tried again in " + delay.toMillis()
                + " ms: " + failure);
        return Decision.retryAfter(delay);
    }

    /** {@return how long to wait after that many failures} */
    Duration delay(int failures) {
        Duration delay = first;
        for (int i = 1; i < failures && delay.compareTo(longest) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(longest) < 0 ? delay : longest;
    }
}
