package dev.fairway.dispatcher;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a dispatcher has done, what closed receivers and sources did included. Read while it goes on, so the numbers need not belong to
 * one moment.
 *
 * @param dispatcher the dispatcher's name
 * @param clock how far it is: of a sequencing dispatcher the last timestamp given; of a merging one the highest that any
 *     receiver may have seen
 * @param sent messages accepted from all sources, a broadcast counting once
 * @param accepted messages accepted for all receivers, a broadcast counting for each
 * @param dropped messages that were in the inboxes of receivers when these were closed
 * @param ticksDelivered ticks delivered to all receivers
 * @param failures how often handlers threw
 * @param receivers the receivers by name, in the order in which they were registered
 * @param senders the open sources by name, in the order in which they were made
 * @param unclaimed the receivers that wait for somebody to claim them, in that order too
 */
public record DispatcherStats(
        String dispatcher,
        long clock,
        long sent,
        long accepted,
        long dropped,
        long ticksDelivered,
        long failures,
        Map<String, ReceiverStats> receivers,
        Map<String, SenderStats> senders,
        List<String> unclaimed) {
    /** Copies the maps, in their order. */
    public DispatcherStats {
        receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
        senders = Collections.unmodifiableMap(new LinkedHashMap<>(senders));
        unclaimed = List.copyOf(unclaimed);
    }
}
