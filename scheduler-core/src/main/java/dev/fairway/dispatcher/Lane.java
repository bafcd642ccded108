package dev.fairway.dispatcher;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one source has brought to one receiver's {@link ReorderBuffer} and is not released yet, in ascending order; and up to where
 * the source has promised to bring nothing more. The buffer's user guards it.
 *
 * @param <T> the payloads
 */
final class Lane<T> extends Heap.Node {
    /** Ranks in the buffer's heap: at equal keys, who may still bring something holds up what is there. */
    static final int EMPTY = 0;

    static final int FILLED = 1;

    private static final int SMALLEST = 8;

    private long[] timestamps = {};
    private @Nullable Object[] payloads = {};
    private int head;
    private int size;

    /** The source may still bring something above its promise, so nothing above is released. */
    private boolean holding;

    private long promise;

    int size() {
        return size;
    }

    boolean isHolding() {
        return holding;
    }

    long promise() {
        return promise;
    }

    void hold(long promise) {
        this.promise = promise;
        holding = true;
    }

    void letGo() {
        holding = false;
    }

    long firstTimestamp() {
        return timestamps[head];
    }

    long lastTimestamp() {
        return timestamps[(head + size - 1) & (timestamps.length - 1)];
    }

    void add(long timestamp, T payload) {
        if (size == timestamps.length) {
            grow();
        }
        promise = timestamp;
        int slot = (head + size++) & (timestamps.length - 1);
        timestamps[slot] = timestamp;
        payloads[slot] = payload;
    }

    @SuppressWarnings("unchecked")
    T remove() {
        T payload = (T) Objects.requireNonNull(payloads[head]);
        payloads[head] = null;
        head = (head + 1) & (timestamps.length - 1);
        size--;
        return payload;
    }

    private void grow() {
        int length = Math.max(SMALLEST, timestamps.length * 2);
        long[] newTimestamps = Arrays.copyOf(timestamps, length);
        @Nullable Object[] newPayloads = Arrays.copyOf(payloads, length);
        int wrapped = head; // the ring is full: what stands before its head comes after the old end
        System.arraycopy(timestamps, 0, newTimestamps, size, wrapped);
        System.arraycopy(payloads, 0, newPayloads, size, wrapped);
        Arrays.fill(newPayloads, 0, wrapped, null);
        timestamps = newTimestamps;
        payloads = newPayloads;
    }
}
