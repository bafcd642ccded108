package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.dispatcher.ReceiverStats;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A receiver of a dispatcher in JSON.
 *
 * @param name its name
 * @param state open, stopped, ended or closed
 * @param reason why it is stopped; null when it is not
 * @param lastDelivered the timestamp of its last delivery
 * @param lastProcessed the timestamp up to which everything for it is processed
 * @param lag how far it is behind the clock
 * @param inboxSize messages that wait for it
 * @param inboxCapacity how many may
 * @param reordering messages for it that wait for their turn
 * @param blockedSenders calls that wait for room in it
 * @param accepted messages for it, ever
 * @param ticksDelivered ticks it got, ever
 * @param failures how often its handler threw
 */
record ReceiverView(
        String name,
        String state,
        @Nullable String reason,
        long lastDelivered,
        long lastProcessed,
        long lag,
        int inboxSize,
        int inboxCapacity,
        int reordering,
        int blockedSenders,
        long accepted,
        long ticksDelivered,
        long failures) {

    static ReceiverView of(ReceiverStats stats) {
        return new ReceiverView(
                stats.receiver(),
                stats.state().name().toLowerCase(Locale.ROOT),
                stats.reason(),
                stats.lastDelivered(),
                stats.lastProcessed(),
                stats.lag(),
                stats.inboxSize(),
                stats.inboxCapacity(),
                stats.reordering(),
                stats.blockedSenders(),
                stats.accepted(),
                stats.ticksDelivered(),
                stats.failures());
    }
}
