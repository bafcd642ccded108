package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.ChannelStats;
import dev.fairway.scheduler.SchedulerControl;
import dev.fairway.scheduler.SchedulerStats;
import dev.fairway.scheduler.TopBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A scheduler in JSON. Times are in milliseconds.
 *
 * @param name its bean name
 * @param state open or closed
 * @param workers how many may run at once
 * @param busyWorkers how many have a turn now
 * @param waiting tasks that wait now
 * @param running tasks that run now
 * @param oldestWaitMillis how long the oldest waiting task has waited
 * @param sinceLastTurnMillis how long ago a worker last took a turn
 * @param tasks what has become of the tasks so far, over all channels
 * @param channelCount how many channels there are
 * @param channels some of them, the busiest first
 */
record SchedulerView(
        String name,
        String state,
        int workers,
        int busyWorkers,
        long waiting,
        int running,
        double oldestWaitMillis,
        double sinceLastTurnMillis,
        TasksView tasks,
        int channelCount,
        List<ChannelView> channels) {

    static SchedulerView of(String name, SchedulerControl scheduler, int limit) {
        SchedulerStats stats = scheduler.stats();
        return new SchedulerView(
                name,
                scheduler.isClosed() ? "closed" : "open",
                stats.workers(),
                stats.busyWorkers(),
                stats.waiting(),
                stats.running(),
                millis(stats.oldestWait()),
                millis(stats.sinceLastTurn()),
                new TasksView(
                        stats.accepted(),
                        stats.rejected(),
                        stats.started(),
                        stats.completed(),
                        stats.failed(),
                        stats.cancelled(),
                        stats.suppressed(),
                        stats.expired()),
                stats.channels(),
                channels(scheduler, limit));
    }

    private static List<ChannelView> channels(SchedulerControl scheduler, int limit) {
        List<ChannelView> views = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ChannelStats busy : scheduler.busiest(TopBy.WAITING, limit)) {
            scheduler.findChannel(busy.channel()).ifPresent(channel -> {
                seen.add(channel.name());
                views.add(ChannelView.of(channel));
            });
        }
        if (views.size() < limit) {
            for (ChannelControl channel : scheduler.channels()) {
                if (views.size() >= limit) {
                    break;
                }
                if (seen.add(channel.name())) {
                    views.add(ChannelView.of(channel));
                }
            }
        }
        return views;
    }

    static double millis(Duration duration) {
        return duration.toNanos() / 1_000_000.0;
    }
}
