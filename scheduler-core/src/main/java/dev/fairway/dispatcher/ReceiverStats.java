package dev.fairway.dispatcher;

import org.jspecify.annotations.Nullable;

/**
 * What a receiver has seen. Read while it goes on, so the numbers need not belong to one moment.
 *
 * @param receiver the receiver's name
 * @param state whether it is open
 * @param reason why it is stopped; null when it is not
 * @param lastDelivered the timestamp of its last delivery; from its registration's on
 * @param lastProcessed the timestamp up to which everything for it is processed; from its registration's on
 * @param lag how far it is behind: the dispatcher's clock less {@code lastDelivered}
 * @param inboxSize messages that wait in its inbox
 * @param inboxCapacity how many may
 * @param reordering messages in its reorder buffer; always 0 at a sequencing dispatcher
 * @param blockedSenders calls that wait for room in it
 * @param accepted messages for it, ever
 * @param ticksDelivered ticks it got, ever
 * @param failures how often its handler threw
 */
public record ReceiverStats(
        String receiver,
        ReceiverState state,
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
        long failures) {}
