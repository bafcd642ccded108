package dev.fairway.benchmarks;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a benchmark has found out beside its score. Written at the end of an iteration, read by {@link FiguresProfiler}, which
 * makes secondary results of it.
 */
public final class Figures {
    /**
     * One of them.
     *
     * @param value how much
     * @param unit of what
     */
    public record Figure(double value, String unit) {}

    /** Guarded by this class. */
    private static final Map<String, Figure> CURRENT = new TreeMap<>();

    private Figures() {}

    /**
     * Adds a figure of this iteration.
     *
     * @param name what the tables call it
     * @param value how much
     * @param unit of what
     */
    public static synchronized void put(String name, double value, String unit) {
        CURRENT.put(name, new Figure(value, unit));
    }

    /** All since the last call. */
    public static synchronized Map<String, Figure> drain() {
        Map<String, Figure> all = new TreeMap<>(CURRENT);
        CURRENT.clear();
        return all;
    }
}
