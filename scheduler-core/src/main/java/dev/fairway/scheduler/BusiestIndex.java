package dev.fairway.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the busiest channels without walking all of them: for each measure, channels stand in buckets by the binary logarithm of
 * their value. A channel moves up as soon as its value has doubled and down when it is a quarter, so moving costs little however
 * the value swings. Small values are not kept at all.
 *
 * <p>Its lock is taken last, after a channel's, and only when a channel moves.
 */
final class BusiestIndex {
    /** Backlogs below are not indexed. */
    static final int SMALLEST_BACKLOG = 8;

    /** Waits below, in nanoseconds, are not indexed: about a millisecond. */
    static final long SMALLEST_WAIT = 1 << 20;

    private static final int BUCKETS = 64;

    private final BriefLock lock = new BriefLock();
    private final @Nullable Place[][] heads = new @Nullable Place[TopBy.COUNT][BUCKETS];

    /** A channel's place in a bucket. */
    static final class Place {
        final DefaultChannel<?, ?> channel;

        /** Written under the index's lock, and the channel's; so read under either. */
        int bucket = -1;

        @Nullable
        Place previous;

        @Nullable
        Place next;

        Place(DefaultChannel<?, ?> channel) {
            this.channel = channel;
        }
    }

    /** The channel's lock is held. */
    void update(DefaultChannel<?, ?> channel, TopBy by, long value) {
        Place place = channel.places[by.index];
        int bucket = value <= 0 ? -1 : 63 - Long.numberOfLeadingZeros(value);
        if (place == null) {
            if (bucket < 0) {
                return;
            }
            place = new Place(channel);
            channel.places[by.index] = place;
        } else if (bucket == place.bucket || (bucket >= 0 && bucket == place.bucket - 1)) {
            return;
        }
        move(place, by, bucket < smallest(by) ? -1 : bucket);
    }

    private static int smallest(TopBy by) {
        return switch (by) {
            case WAITING -> 2;
            case WAIT -> 18;
            case REJECTED -> 0;
        };
    }

    /** The channel's lock is held. */
    void remove(DefaultChannel<?, ?> channel) {
        for (TopBy by : TopBy.values()) {
            Place place = channel.places[by.index];
            if (place != null) {
                move(place, by, -1);
            }
        }
    }

    private void move(Place place, TopBy by, int bucket) {
        @Nullable Place[] buckets = heads[by.index];
        lock.lock();
        if (place.bucket >= 0) {
            if (place.previous == null) {
                buckets[place.bucket] = place.next;
            } else {
                place.previous.next = place.next;
            }
            if (place.next != null) {
                place.next.previous = place.previous;
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
        lock.unlock();
    }

    /** The channels in the highest buckets, as many buckets as it takes to find {@code limit}. */
    List<DefaultChannel<?, ?>> candidates(TopBy by, int limit) {
        List<DefaultChannel<?, ?>> found = new ArrayList<>();
        @Nullable Place[] buckets = heads[by.index];
        lock.lock();
        for (int bucket = BUCKETS - 1; bucket >= 0 && found.size() < limit; bucket--) {
            for (Place place = buckets[bucket]; place != null; place = place.next) {
                found.add(place.channel);
            }
        }
        lock.unlock();
        return found;
    }
}
