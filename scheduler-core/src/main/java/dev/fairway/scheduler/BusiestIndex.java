package dev.fairway.scheduler;

import dev.fairway.internal.BriefLock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the busiest channels without walking all of them: for each measure, channels stand in buckets by the binary logarithm of
 * their value. A channel moves up when its value has doubled, which it notices by itself; it moves down when somebody asks for the
 * busiest and finds that it no longer is. Short waits are not kept at all.
 *
 * <p>Its lock is taken last, after those of a channel, and only when a channel moves.
 */
final class BusiestIndex {
    /** All backlogs are indexed. */
    static final int SMALLEST_BACKLOG = 1;

    /** Waits below, in nanoseconds, are not indexed: about a millisecond. */
    static final long SMALLEST_WAIT = 1 << 20;

    private static final int BUCKETS = 64;

    final BriefLock lock = new BriefLock();
    private final @Nullable Place[][] heads = new @Nullable Place[TopBy.COUNT][BUCKETS];

    /** A channel's place in a bucket. All of it is guarded by the index's lock. */
    static final class Place {
        final DefaultChannel<?, ?> channel;
        final TopBy by;

        /** The channel's places by other measures. */
        final @Nullable Place others;

        int bucket = -1;

        @Nullable
        Place previous;

        @Nullable
        Place next;

        Place(DefaultChannel<?, ?> channel, TopBy by, @Nullable Place others) {
            this.channel = channel;
            this.by = by;
            this.others = others;
        }
    }

    /** The channel's value has grown to this. */
    void raise(DefaultChannel<?, ?> channel, TopBy by, long value) {
        lock.lock();
        Place place = place(channel, by);
        if (!channel.isEnded()) {
            move(place, Math.max(place.bucket, bucket(value)));
        }
        lock.unlock();
    }

    /** The channel's value was found to be this, maybe lower than its place. The channel's locks are held. */
    void settle(DefaultChannel<?, ?> channel, TopBy by, long value) {
        lock.lock();
        Place place = place(channel, by);
        if (place.bucket >= 0) {
            move(place, value < smallest(by) ? -1 : bucket(value));
        }
        lock.unlock();
    }

    /** The channel has ended. */
    void remove(DefaultChannel<?, ?> channel) {
        lock.lock();
        for (Place place = channel.places; place != null; place = place.others) {
            move(place, -1);
        }
        lock.unlock();
    }

    /** So many channels, or all there are, from the highest buckets; of the lowest of these not necessarily the busiest. */
    List<DefaultChannel<?, ?>> candidates(TopBy by, int most) {
        List<DefaultChannel<?, ?>> found = new ArrayList<>();
        @Nullable Place[] buckets = heads[by.index];
        lock.lock();
        try {
            for (int bucket = BUCKETS - 1; bucket >= 0; bucket--) {
                for (Place place = buckets[bucket]; place != null && found.size() < most; place = place.next) {
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
        Place place = channel.places;
        while (place != null && place.by != by) {
            place = place.others;
        }
        if (place == null) {
            place = new Place(channel, by, channel.places);
            channel.places = place;
        }
        return place;
    }

    private void move(Place place, int bucket) {
        @Nullable Place[] buckets = heads[place.by.index];
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
