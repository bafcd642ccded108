package dev.fairway.dispatcher;

/**
 * What may be released to one receiver in {@link MergeOrder#FRONTIER}: a message that every open source has promised. Keeps the
 * sources' promises, in the lanes of the receiver's buffer, and the timestamps in use. No threads; its user guards it.
 *
 * <p>The frontier is the lowest promise of the open sources. It only rises: a promise does, and who comes late starts where the
 * frontier is. When the last source closes, all that waits may be released, so the frontier is then at the last of it, and moves no more
 * until somebody comes.
 *
 * @param <T> the payloads
 */
final class Frontier<T> {
    private final ReorderBuffer<T> buffer;
    private final TimestampSet used = new TimestampSet();
    private int sources;

    /** The frontier while there is no source. */
    private long reached;

    private long highest;

    Frontier(ReorderBuffer<T> buffer, long start) {
        this.buffer = buffer;
        reached = start;
        highest = start;
    }

    /** The timestamp up to which every open source has promised. */
    long value() {
        return sources == 0 ? reached : buffer.lowestPromise(Long.MAX_VALUE);
    }

    /** Up to where nothing is still to come that is not released. */
    long quietUpTo() {
        return buffer.quietUpTo(sources == 0 ? reached : Long.MAX_VALUE);
    }

    /** A new source, which has promised something, and what the frontier has reached in any case. */
    void open(Lane<T> lane, long promise) {
        long start = Math.max(promise, value());
        sources++;
        buffer.hold(lane, start);
    }

    /** The source will bring nothing more. */
    void close(Lane<T> lane) {
        long last = value();
        sources--;
        buffer.letGo(lane);
        if (sources == 0) {
            reached = Math.max(last, highest);
        }
    }

    /** The source will bring nothing at or below. Less than what it has promised changes nothing. */
    void promise(Lane<T> lane, long timestamp) {
        if (timestamp > lane.promise()) {
            buffer.hold(lane, timestamp);
        }
    }

    boolean isUsed(long timestamp) {
        return used.contains(timestamp);
    }

    /** {@return whether nobody else has taken it} Takes a timestamp above the frontier. */
    boolean use(long timestamp) {
        return used.add(timestamp, buffer.quietUpTo(Long.MAX_VALUE));
    }

    /** Gives back a timestamp for which nothing came. */
    void giveBack(long timestamp) {
        used.remove(timestamp);
    }

    /** Adds a message at a timestamp that was taken. */
    void add(Lane<T> lane, long timestamp, T payload) {
        buffer.add(lane, timestamp, payload);
        highest = Math.max(highest, timestamp);
    }
}
