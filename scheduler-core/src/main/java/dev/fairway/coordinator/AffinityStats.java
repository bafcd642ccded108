package dev.fairway.coordinator;

/**
 * What became of tasks of one affinity.
 *
 * @param completed ended with a result
 * @param failed threw, or took too long
 * @param cancelled cancelled after their start
 */
public record AffinityStats(long completed, long failed, long cancelled) {}
