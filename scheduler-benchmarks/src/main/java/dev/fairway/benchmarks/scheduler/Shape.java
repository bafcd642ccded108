package dev.fairway.benchmarks.scheduler;

/**
 * How large a contender is.
 *
 * @param workers how many threads run tasks
 * @param channels how many channels there are
 * @param capacity how many tasks may wait for each channel; one queue for all has room for {@code channels * capacity}
 * @param whenFull how a producer waits for room
 */
record Shape(int workers, int channels, int capacity, WhenFull whenFull) {
    int total() {
        return channels * capacity;
    }

    /** {@return how many workers each channel gets where they are divided among the channels; at least 1} */
    int workersEach() {
        return Math.max(1, workers / channels);
    }
}
