package dev.fairway.spring.autoconfigure.endpoint;

/**
 * What has become of tasks.
 *
 * @param accepted accepted
 * @param rejected refused
 * @param started started
 * @param completed ended with a result
 * @param failed ended with a failure
 * @param cancelled cancelled before their start
 * @param suppressed cancelled after their start and before their commit
 * @param expired waited too long to be started
 */
record TasksView(
        long accepted,
        long rejected,
        long started,
        long completed,
        long failed,
        long cancelled,
        long suppressed,
        long expired) {}
