package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.DispatcherStats;
import dev.fairway.dispatcher.MergingDispatcher;
import dev.fairway.dispatcher.ReceiverStats;
import dev.fairway.dispatcher.SenderStats;
import java.util.Comparator;
import java.util.List;

/**
 * A dispatcher in JSON.
 *
 * @param name its name
 * @param mode sequencing or merging
 * @param state open or closed
 * @param clock how far it is
 * @param sent messages accepted from all sources, a broadcast counting once
 * @param accepted messages accepted for all receivers, a broadcast counting for each
 * @param dropped messages that were in the inboxes of receivers when these were closed
 * @param ticksDelivered ticks delivered to all receivers
 * @param failures how often handlers threw
 * @param receiverCount how many receivers there are
 * @param receivers some of them, those that are furthest behind the clock first
 * @param senderCount how many open sources there are
 * @param senders some of them
 */
record DispatcherView(
        String name,
        String mode,
        String state,
        long clock,
        long sent,
        long accepted,
        long dropped,
        long ticksDelivered,
        long failures,
        int receiverCount,
        List<ReceiverView> receivers,
        int senderCount,
        List<Source> senders) {

    static DispatcherView of(String name, ClockedDispatcher<?> dispatcher, int limit) {
        DispatcherStats stats = dispatcher.stats();
        return new DispatcherView(
                name,
                dispatcher instanceof MergingDispatcher ? "merging" : "sequencing",
                dispatcher.isClosed() ? "closed" : "open",
                stats.clock(),
                stats.sent(),
                stats.accepted(),
                stats.dropped(),
                stats.ticksDelivered(),
                stats.failures(),
                stats.receivers().size(),
                stats.receivers().values().stream()
                        .sorted(Comparator.comparingLong(ReceiverStats::lag).reversed())
                        .limit(limit)
                        .map(ReceiverView::of)
                        .toList(),
                stats.senders().size(),
                stats.senders().values().stream().limit(limit).map(Source::of).toList());
    }

    /**
     * A sender, broadcaster or forwarder.
     *
     * @param name its name
     * @param sent messages it sent, ever
     * @param promise the timestamp that everything it sends from now on exceeds
     */
    record Source(String name, long sent, long promise) {
        static Source of(SenderStats stats) {
            return new Source(stats.sender(), stats.sent(), stats.promise());
        }
    }
}
