package dev.fairway.sample.comparison;

import java.util.List;

/**
 * How long the quiet tenant's documents waited, from being handed in to being rendered.
 *
 * @param medianMicros the median, in microseconds
 * @param p99Micros the 99th percentile
 * @param longestMicros the longest
 * @param mostBefore how many of the noisy tenant's documents at the most were begun while one waited
 * @param tookMillis how long the whole load took, in milliseconds
 */
public record Waits(long medianMicros, long p99Micros, long longestMicros, int mostBefore, long tookMillis) {
    static Waits of(List<Probe> probes, long tookNanos) {
        long[] micros = probes.stream().mapToLong(Probe::waitMicros).sorted().toArray();
        return new Waits(
                micros[rank(micros, 0.5)],
                micros[rank(micros, 0.99)],
                micros[micros.length - 1],
                probes.stream().mapToInt(Probe::before).max().orElse(0),
                tookNanos / 1_000_000);
    }

    private static int rank(long[] sorted, double share) {
        return (int) Math.ceil(share * sorted.length) - 1;
    }

    /**
     * One document of the quiet tenant.
     *
     * @param waitMicros how long it waited
     * @param before how many of the noisy tenant's were begun meanwhile
     */
    record Probe(long waitMicros, int before) {}
}
