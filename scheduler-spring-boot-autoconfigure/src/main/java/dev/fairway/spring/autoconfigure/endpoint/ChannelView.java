package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.ChannelStats;
import org.jspecify.annotations.Nullable;

/**
 * A channel in JSON. Times are in milliseconds.
 *
 * @param name its name
 * @param state open, paused, or closing: accepts no more, and still has tasks
 * @param weight how many tasks a turn starts
 * @param maxParallel how many may run at once; null when there is no limit but the workers
 * @param capacity how many may wait
 * @param waiting tasks that wait now
 * @param running tasks that run now
 * @param oldestWaitMillis how long the oldest waiting task has waited
 * @param tasks what has become of the tasks so far
 */
record ChannelView(
        String name,
        String state,
        int weight,
        @Nullable Integer maxParallel,
        int capacity,
        int waiting,
        int running,
        double oldestWaitMillis,
        TasksView tasks) {

    static ChannelView of(ChannelControl channel) {
        ChannelStats stats = channel.stats();
        return new ChannelView(
                channel.name(),
                state(channel),
                channel.weight(),
                channel.maxParallel() == ChannelOptions.UNLIMITED ? null : channel.maxParallel(),
                channel.capacity(),
                stats.waiting(),
                stats.running(),
                SchedulerView.millis(stats.oldestWait()),
                new TasksView(
                        stats.accepted(),
                        stats.rejected(),
                        stats.started(),
                        stats.completed(),
                        stats.failed(),
                        stats.cancelled(),
                        stats.suppressed(),
                        stats.expired()));
    }

    private static String state(ChannelControl channel) {
        if (channel.isPaused()) {
            return "paused";
        }
        return channel.isClosed() ? "closing" : "open";
    }
}
