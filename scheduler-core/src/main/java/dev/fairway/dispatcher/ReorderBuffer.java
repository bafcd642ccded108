package dev.fairway.dispatcher;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be released to one receiver of a merging dispatcher. No threads; its user guards it, and keeps to its bound.
 *
 * <p><b>Structure.</b> A {@link Lane} for each source. What a source brings ascends, so only the first of each lane has to be
 * compared: the lanes stand in a heap, by the timestamp up to which nothing of theirs is still to come. That is one less than
 * the first timestamp of a lane where something waits, and the promise of an empty one whose source holds the rest up.
 *
 * <p><b>Invariants.</b> What a lane holds is at or below its promise, so the lowest key is the frontier when its lane is empty: no
 * promise is lower. When it is not empty, its first message has every other lane's promise and may be released. An empty lane
 * comes first among equals, since its source may still bring that very timestamp. So a step costs what the heap costs, and nothing at
 * all while a source that is ahead of the others brings more.
 *
 * @param <T> the payloads
 */
final class ReorderBuffer<T> {
    private final Heap<Lane<T>> lanes = new Heap<>();
    private int size;

    /** How many messages wait. */
    int size() {
        return size;
    }

    /** The source has promised this, and may still bring what is above: none of that is released. */
    void hold(Lane<T> lane, long promise) {
        lane.hold(promise);
        rank(lane);
    }

    /** The source holds up nobody any more; what it has brought stays. */
    void letGo(Lane<T> lane) {
        lane.letGo();
        rank(lane);
    }

    /** Adds a message, later than what the lane has promised; that is its promise now. */
    void add(Lane<T> lane, long timestamp, T payload) {
        lane.add(timestamp, payload);
        size++;
        rank(lane);
    }

    /** The lane whose first message may be released, or null. */
    @Nullable
    Lane<T> due(long limit) {
        Lane<T> first = lanes.first();
        return first != null && first.size() > 0 && first.firstTimestamp() <= limit ? first : null;
    }

    /** Takes out the first message of a lane. */
    T remove(Lane<T> lane) {
        T payload = lane.remove();
        size--;
        rank(lane);
        return payload;
    }

    /** Whether the next message of a lane that has promised everything below it could be released as soon as it is there. */
    boolean wouldBeDue(Lane<T> lane, long timestamp, long limit) {
        if (lane.size() > 0 || timestamp > limit) {
            return false;
        }
        Lane<T> lowest = lanes.first();
        if (lowest == lane) {
            lowest = lanes.second();
        }
        return lowest == null || lowest.key >= timestamp;
    }

    /** Up to where nothing is still to come that is not released; at most the limit. */
    long quietUpTo(long limit) {
        Lane<T> first = lanes.first();
        return first == null ? limit : Math.min(limit, first.key);
    }

    /** The lowest key, as {@link #quietUpTo}; the highest number there is when there is no lane. */
    long firstKey() {
        return quietUpTo(Long.MAX_VALUE);
    }

    /** Drops all messages, and says how many; what the sources have promised stays. */
    int clear() {
        int dropped = size;
        List<Lane<T>> all = new ArrayList<>();
        for (int i = 0; i < lanes.size(); i++) {
            all.add(lanes.get(i));
        }
        for (Lane<T> lane : all) {
            while (lane.size() > 0) {
                remove(lane);
            }
        }
        return dropped;
    }

    /** The lowest promise of those that hold up others, or the limit. Walks all lanes when something is due. */
    long lowestPromise(long limit) {
        Lane<T> first = lanes.first();
        if (first == null || first.size() == 0) {
            return first == null ? limit : Math.min(limit, first.key);
        }
        long lowest = limit;
        for (int i = 0; i < lanes.size(); i++) {
            Lane<T> lane = lanes.get(i);
            if (lane.isHolding()) {
                lowest = Math.min(lowest, lane.promise());
            }
        }
        return lowest;
    }

    private void rank(Lane<T> lane) {
        if (lane.size() > 0) {
            lanes.put(lane, lane.firstTimestamp() - 1, Lane.FILLED);
        } else if (lane.isHolding()) {
            lanes.put(lane, lane.promise(), Lane.EMPTY);
        } else {
            lanes.remove(lane);
        }
    }
}
