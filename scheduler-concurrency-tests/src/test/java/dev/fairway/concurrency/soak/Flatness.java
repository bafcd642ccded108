package dev.fairway.concurrency.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Whether something stays flat over time. The lowest of the last quarter of the samples is compared with the lowest of the first:
 * between these what is in use goes up and down, as it may, and what leaks lifts the lowest too.
 */
final class Flatness {
    /** One look: heap in use after a collection in bytes, and live threads. */
    record Sample(long millis, long heap, int threads) {}

    /** What may be more in the end: a quarter, and this for what the machine compiles and caches, or for workers on their way. */
    static final long HEAP_ALLOWANCE = 8L << 20;

    static final int THREAD_ALLOWANCE = 12;

    private final List<Sample> samples = new ArrayList<>();

    void add(Sample sample) {
        samples.add(sample);
    }

    /** {@return what is not flat; empty when all is, or with too few samples to tell} */
    String complaint() {
        int quarter = samples.size() / 4;
        if (quarter == 0) {
            return "";
        }
        List<Sample> first = samples.subList(0, quarter);
        List<Sample> last = samples.subList(samples.size() - quarter, samples.size());
        return complaint("bytes of heap", Sample::heap, first, last, HEAP_ALLOWANCE)
                + complaint("threads", Sample::threads, first, last, THREAD_ALLOWANCE);
    }

    private static String complaint(
            String what, ToLongFunction<Sample> of, List<Sample> first, List<Sample> last, long allowance) {
        long before = first.stream().mapToLong(of).min().orElseThrow();
        long after = last.stream().mapToLong(of).min().orElseThrow();
        long most = before + before / 4 + allowance;
        return after <= most ? "" : after + " " + what + " in the end, " + before + " at first, at most " + most + ". ";
    }

    /** {@return a table of at most 40 samples} */
    String table() {
        StringBuilder table = new StringBuilder(String.format("%10s %12s %8s%n", "seconds", "heap KiB", "threads"));
        int step = Math.max(1, samples.size() / 40);
        for (int i = 0; i < samples.size(); i += step) {
            Sample sample = samples.get(i);
            table.append(
                    String.format("%10.1f %12d %8d%n", sample.millis() / 1e3, sample.heap() >> 10, sample.threads()));
        }
        return table.toString();
    }
}
