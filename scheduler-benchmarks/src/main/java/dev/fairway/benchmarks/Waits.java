package dev.fairway.benchmarks;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** How long something took each time: by default, how long tasks have waited, from the moment before they were handed over to their start. */
public final class Waits {
    private static final double NANOS_PER_MICRO = 1_000;

    private final Recorder recorder = new Recorder(3);
    private final String name;

    /** Of tasks. */
    public Waits() {
        this("wait");
    }

    /**
     * Of something else.
     *
     * @param name what the figures are called
     */
    public Waits(String name) {
        this.name = name;
    }

    /** A task that records when it has started; created right before it is handed over. */
    public Runnable newTask() {
        return new TimedTask(this, System.nanoTime());
    }

    private record TimedTask(Waits waits, long created) implements Runnable {
        @Override
        public void run() {
            waits.record(System.nanoTime() - created);
        }
    }

    /** Records one, in nanoseconds. */
    public void record(long nanos) {
        recorder.recordValue(Math.max(0, nanos));
    }

    /** Forgets what was recorded before. */
    public void reset() {
        recorder.reset();
    }

    /**
     * Hands over what was recorded since the last reset.
     *
     * @return the median, in microseconds
     */
    public double report() {
        Histogram histogram = recorder.getIntervalHistogram();
        double median = histogram.getValueAtPercentile(50) / NANOS_PER_MICRO;
        Figures.put(name.equals("wait") ? "tasks" : name + ".count", (double) histogram.getTotalCount(), "#");
        Figures.put(name + ".p50", median, "us");
        Figures.put(name + ".p99", histogram.getValueAtPercentile(99) / NANOS_PER_MICRO, "us");
        Figures.put(name + ".max", histogram.getMaxValue() / NANOS_PER_MICRO, "us");
        return median;
    }
}
