package dev.fairway.spring.autoconfigure.health;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.ReceiverState;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides whether a dispatcher has receivers whose listeners have stopped: nothing is delivered to them any more. */
final class StoppedReceivers {
    private StoppedReceivers() {}

    /** {@return why it is down; null when it is not} */
    static @Nullable String reason(ClockedDispatcher<?> dispatcher) {
        String stopped = dispatcher.stats().receivers().values().stream()
                .filter(receiver -> receiver.state() == ReceiverState.STOPPED)
                .map(receiver -> "receiver '" + receiver.receiver() + "' is stopped: " + receiver.reason())
                .collect(Collectors.joining("; "));
        return stopped.isEmpty() ? null : stopped;
    }
}
