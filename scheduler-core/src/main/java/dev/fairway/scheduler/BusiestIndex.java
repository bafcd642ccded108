package dev.fairway.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the busiest channels without walking all of them: for each measure, channels stand in buckets by the binary logarithm of
 * their value. A channel moves up when its value has doubled, which it notices by itself; it moves down when somebody asks for the
 * busiest and finds that it no longer is. Small values are not kept at all.
 *
 * <p>Its lock is taken last, after those of a channel, and only when a channel moves.
 */
final class BusiestIndex {
    /** Backlogs below are not indexed. */
    static final int SMALLEST_BACKLOG = 8;

    /** Waits below, in nanoseconds, are not indexed: about a millisecond. */
    static final long SMALLEST_WAIT = 1 << 20;

    private static final int BUCKETS = 64;

    private final BriefLock lock = new BriefLock();
    private final @Nullable Place[][] heads = new @Nullable Place[TopBy.COUNT][BUCKETS];

    /** A channel's place in a bucket. All of it is guarded by the index's lock. */
    static final class Place {
        final DefaultChannel<?, ?> channel;
        int bucket = -1;

        @Nullable
        Place previous;

        @Nullable
        Place next;

        Place(DefaultChannel<?, ?> channel) {
            this.channel = channel;
        }
    }

    /** The channel's value has grown to this. */
    void raise(DefaultChannel<?, ?> channel, TopBy by, long value) {
        lock.lock();
        Place place = place(channel, by);
        if (!channel.isEnded()) {
            move(place, by, Math.max(place.bucket, bucket(value)));
        }
        lock.unlock();
    }

    /** The channel's value was found to be this, maybe lower than its place. */
    void settle(DefaultChannel<?, ?> channel, TopBy by, long value) {
        lock.lock();
        Place place = place(channel, by);
        if (place.bucket >= 0) {
            move(place, by, value < smallest(by) ? -1 : bucket(value));
        }
        lock.unlock();
    }

    /** The channel has ended. */
    void remove(DefaultChannel<?, ?> channel) {
        lock.lock();
        if (channel.places != null) {
            for (TopBy by : TopBy.values()) {
                move(place(channel, by), by, -1);
            }
        }
        lock.unlock();
    }

    /** The channels in the highest buckets, as many buckets as it takes to find {@code limit}. */
    List<DefaultChannel<?, ?>> candidates(TopBy by, int limit) {
        List<DefaultChannel<?, ?>> found = new ArrayList<>();
        @Nullable Place[] buckets = heads[by.index];
        lock.lock();
        try {
            for (int bucket = BUCKETS - 1; bucket >= 0 && found.size() < limit; bucket--) {
                for (Place place = buckets[bucket]; place != null; place = place.next) {
                    found.add(place.channel);
                }
            }
        } finally {
            lock.unlock();
        }
        return found;
    }

    private static int bucket(long value) {
        return 63 - Long.numberOfLeadingZeros(Math.max(1, value));
    }

    private static long smallest(TopBy by) {
        return switch (by) {
            case WAITING -> SMALLEST_BACKLOG;
            case WAIT -> SMALLEST_WAIT;
            case REJECTED -> 1;
        };
    }

    private static Place place(DefaultChannel<?, ?> channel, TopBy by) {
        @Nullable Place[] places = channel.places;
        if (places == null) {
            places = new @Nullable Place[TopBy.COUNT];
            channel.places = places;
        }
        Place place = places[by.index];
        if (place == null) {
            place = new Place(channel);
            places[by.index] = place;
        }
        return place;
    }

    private void move(Place place, TopBy by, int bucket) {
        @Nullable Place[] buckets = heads[by.index];
        Place before = place.previous;
        Place after = place.next;
        if (place.bucket >= 0) {
            if (before == null) {
                buckets[place.bucket] = after;
            } else {
                before.next = after;
            }
            if (after != null) {
                after.previous = before;
            }
        }
        place.previous = null;
        place.next = null;
        place.bucket = bucket;
        if (bucket >= 0) {
            Place head = buckets[bucket];
            place.next = head;
            if (head != null) {
                head.previous = place;
            }
            buckets[bucket] = place;
        }
    }
}
