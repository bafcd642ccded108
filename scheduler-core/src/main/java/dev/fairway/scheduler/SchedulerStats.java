package dev.fairway.scheduler;

import java.time.Duration;

/**
 * What a scheduler has done, over all channels, those that were closed included. Each channel's share is consistent; the sum
 * is exact when the scheduler is quiet.
 *
 * @param scheduler the scheduler's name
 * @param accepted tasks accepted
 * @param rejected refused attempts of any kind, an interrupted {@code put} apart
 * @param started tasks removed from their queue by a worker, or run by their caller
 * @param completed tasks that ended with a result
 * @param failed tasks whose process or commit threw
 * @param cancelled tasks cancelled or handed back before their start
 * @param suppressed tasks cancelled after their start and before their commit
 * @param expired tasks that had waited too long to be started
 * @param waiting tasks that wait now
 * @param running tasks that run now, in workers or in their callers
 * @param oldestWait how long the oldest waiting task has waited; zero when none waits
 * @param workers how many workers may run at once
 * @param busyWorkers how many of them have a turn now
 * @param channels open channels, those that still drain included
 * @param runnableChannels channels that wait for a turn now
 * @param sinceLastTurn how long ago a worker last took a turn; zero before the first
 */
public record SchedulerStats(
        String scheduler,
        long accepted,
        long rejected,
        long started,
        long completed,
        long failed,
        long cancelled,
        long suppressed,
        long expired,
        long waiting,
        int running,
        Duration oldestWait,
        int workers,
        int busyWorkers,
        int channels,
        int runnableChannels,
        Duration sinceLastTurn) {}
