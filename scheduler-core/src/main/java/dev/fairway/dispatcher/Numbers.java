package dev.fairway.dispatcher;

/**
 * The numbers of a dispatcher in {@link MergeOrder#CONSECUTIVE}: which are seen, which are given up, and up to where that is each
 * of them. No threads; its user guards it, but for {@link #done()}.
 *
 * <p>A number is given up when every open source has promised it: the lowest promise, first in a heap. A number that is seen out of
 * order is kept until what is below it is done as well. Who comes late starts at what is done. When the last source closes, all
 * that was seen is done.
 */
final class Numbers {
    private final Heap<Source> sources = new Heap<>();
    private final TimestampSet seen = new TimestampSet();

    private volatile long done;
    private long highest;

    /** A source's promise, which is the key. */
    static final class Source extends Heap.Node {}

    Numbers(long start) {
        done = start;
        highest = start;
    }

    /** Up to here every number is seen or given up. May be asked by anybody. */
    long done() {
        return done;
    }

    /** A new source; it has promised what is done. */
    void open(Source source) {
        sources.put(source, done, 0);
    }

    /** The source will bring nothing more. */
    void close(Source source) {
        sources.remove(source);
        goOn(done);
    }

    /** The source will bring nothing at or below. Less than what it has promised changes nothing. */
    void promise(Source source, long number) {
        if (number > source.key) {
            sources.put(source, number, 0);
            goOn(done);
        }
    }

    /** Whether somebody has brought the number, which is higher than some open source's promise. */
    boolean isSeen(long number) {
        return number <= done || seen.contains(number);
    }

    /** The source brings a number that is not seen and above what it has promised. */
    void see(Source source, long number) {
        highest = Math.max(highest, number);
        long reached = done;
        if (number == reached + 1) {
            reached = number;
        } else {
            seen.add(number, reached);
        }
        sources.put(source, number, 0);
        goOn(reached);
    }

    private void goOn(long from) {
        Source lowest = sources.first();
        long reached = Math.max(from, lowest == null ? highest : lowest.key);
        while (reached < highest && seen.contains(reached + 1)) {
            reached++;
        }
        if (reached != done) {
            done = reached;
        }
    }
}
