package dev.fairway.dispatcher;

import java.util.Arrays;

/**
 * The timestamps in use above a floor that only rises: an array with open addressing. What the floor has passed is swept out only
 * when room is needed, so that adding costs a constant time in the mean. No threads; its user guards it.
 */
final class TimestampSet {
    /** No timestamp: each is higher than some other one. */
    private static final long EMPTY = Long.MIN_VALUE;

    private static final int SMALLEST = 16;

    /** 2^64 divided by the golden ratio, which spreads what lies close together. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private long[] slots = slots(SMALLEST);
    private int filled;

    /** Whether it is there; for one at or below the floor the answer means nothing. */
    boolean contains(long timestamp) {
        return slots[slotOf(timestamp)] == timestamp;
    }

    /**
     * {@return whether it was not there} Adds it.
     *
     * @param floor what lies at or below may be forgotten; less than the timestamp
     */
    boolean add(long timestamp, long floor) {
        int slot = slotOf(timestamp);
        if (slots[slot] == timestamp) {
            return false;
        }
        if (filled >= slots.length / 2) {
            sweep(floor);
            slot = slotOf(timestamp);
        }
        slots[slot] = timestamp;
        filled++;
        return true;
    }

    /** Takes it out, if it is there. */
    void remove(long timestamp) {
        int hole = slotOf(timestamp);
        if (slots[hole] == EMPTY) {
            return;
        }
        int mask = slots.length - 1;
        for (int next = (hole + 1) & mask; slots[next] != EMPTY; next = (next + 1) & mask) {
            int home = home(slots[next]);
            if (((next - home) & mask) >= ((next - hole) & mask)) {
                slots[hole] = slots[next];
                hole = next;
            }
        }
        slots[hole] = EMPTY;
        filled--;
    }

    private void sweep(long floor) {
        long[] old = slots;
        int kept = 0;
        for (long timestamp : old) {
            if (timestamp > floor) {
                kept++;
            }
        }
        int length = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, kept)) * 8);
        slots = slots(length);
        filled = kept;
        for (long timestamp : old) {
            if (timestamp > floor) {
                slots[slotOf(timestamp)] = timestamp;
            }
        }
    }

    private static long[] slots(int length) {
        long[] slots = new long[length];
        Arrays.fill(slots, EMPTY);
        return slots;
    }

    /** Where the timestamp is, or would be. */
    private int slotOf(long timestamp) {
        int slot = home(timestamp);
        while (slots[slot] != timestamp && slots[slot] != EMPTY) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private int home(long timestamp) {
        return (int) ((timestamp * SPREAD) >>> (64 - Integer.numberOfTrailingZeros(slots.length)));
    }
}
