package dev.fairway.benchmarks;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** How long tasks have waited, from the moment before they were handed over to their start. */
final class Waits {
    private static final double NANOS_PER_MICRO = 1_000;

    private final Recorder recorder = new Recorder(3);

    /** A task that records when it has started; created right before it is handed over. */
    Runnable newTask() {
        return new TimedTask(this, System.nanoTime());
    }

    private record TimedTask(Waits waits, long created) implements Runnable {
        @Override
        public void run() {
            waits.recorder.recordValue(Math.max(0, System.nanoTime() - created));
        }
    }

    /** Forgets what was recorded before. */
    void reset() {
        recorder.reset();
    }

    /** Hands over what was recorded since the last reset. */
    void report() {
        Histogram histogram = recorder.getIntervalHistogram();
        Figures.put("tasks", (double) histogram.getTotalCount(), "#");
        Figures.put("wait.p50", histogram.getValueAtPercentile(50) / NANOS_PER_MICRO, "us");
        Figures.put("wait.p99", histogram.getValueAtPercentile(99) / NANOS_PER_MICRO, "us");
        Figures.put("wait.max", histogram.getMaxValue() / NANOS_PER_MICRO, "us");
    }
}
