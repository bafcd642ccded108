package dev.fairway.scheduler;

import java.time.Duration;

/**
 * What a channel has done, as one consistent snapshot. When nothing runs, {@code accepted = completed + failed + cancelled +
 * suppressed + expired + waiting}.
 *
 * @param channel the channel's name
 * @param accepted tasks accepted
 * @param rejected refused attempts of any kind, an interrupted {@code put} apart
 * @param started tasks removed from the queue by a worker, or run by their caller
 * @param completed tasks that ended with a result
 * @param failed tasks whose process or commit threw
 * @param cancelled tasks cancelled or handed back before their start
 * @param suppressed tasks cancelled after their start and before their commit
 * @param expired tasks that had waited too long to be started
 * @param waiting tasks that wait now
 * @param running tasks that run now, suppressed ones included, until their code returns
 * @param oldestWait how long the oldest waiting task has waited; zero when none waits
 */
public record ChannelStats(
        String channel,
        long accepted,
        long rejected,
        long started,
        long completed,
        long failed,
        long cancelled,
        long suppressed,
        long expired,
        int waiting,
        int running,
        Duration oldestWait) {}
