package dev.fairway.benchmarks;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What we want to reach: a figure, or how it compares with another one.
 *
 * @param name its number, as in docs/benchmarks.md
 * @param what in words
 * @param figure whose figure
 * @param opponent what it is divided by; null for nothing
 * @param atLeast whether the bound is the least or the most that will do
 * @param bound the bound
 */
record Goal(
        String name, String what, Selector figure, @Nullable Selector opponent, boolean atLeast, double bound) {
    /**
     * Selects a figure.
     *
     * @param benchmark class and method
     * @param figure the figure
     * @param parameters those that matter
     */
    record Selector(String benchmark, String figure, Map<String, String> parameters) {
        Optional<Measurement> in(Measurements measurements) {
            return measurements.find(benchmark, figure, parameters);
        }
    }

    /** What was reached; empty when it was not measured. */
    Optional<Measurement> reached(Measurements measurements) {
        Optional<Measurement> own = figure.in(measurements);
        if (opponent == null) {
            return own;
        }
        return own.flatMap(one -> opponent.in(measurements).map(one::dividedBy));
    }

    /** {@return what must be measured} */
    Stream<Selector> selectors() {
        return Stream.of(Optional.of(figure), Optional.ofNullable(opponent)).flatMap(Optional::stream);
    }

    boolean isReachedBy(double value) {
        return atLeast ? value >= bound : value <= bound;
    }
}
