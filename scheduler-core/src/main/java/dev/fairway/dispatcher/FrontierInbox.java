package dev.fairway.dispatcher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The inbox of a receiver in {@link MergeOrder#FRONTIER}: knows all promises that concern it, and nothing of other receivers. */
final class FrontierInbox<T> extends MergingInbox<T> {
    private static final VarHandle PROMISED;

    static {
        try {
            PROMISED = MethodHandles.lookup().findVarHandle(FrontierInbox.class, "promised", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Guarded by the lock.

    private final Frontier<Object> frontier;
    private final Lane<Object> yetToJoin = new Lane<>();

    /** Written under the lock, in release order after what was put into the queue. */
    private volatile long promised;

    FrontierInbox(String receiver, DefaultMergingDispatcher<T> dispatcher, long start) {
        super(receiver, dispatcher, start);
        frontier = new Frontier<>(buffer, start);
        promised = start;
    }

    /**
     * Broadcasters are about to join, one after the other: until {@link #joined} nothing is released or promised, since the next one
     * may have promised less than those before.
     */
    @Override
    void joining() {
        lock.lock();
        frontier.open(yetToJoin, start);
        lock.unlock();
    }

    @Override
    void joined() {
        lock.lock();
        frontier.close(yetToJoin);
        lock.unlock();
        updateAlone();
    }

    /** The frontier. */
    long frontier() {
        lock.lock();
        long value = frontier.value();
        lock.unlock();
        return value;
    }

    @Override
    long limit() {
        return Long.MAX_VALUE;
    }

    @Override
    void open(Lane<Object> lane, long promise) {
        frontier.open(lane, promise);
    }

    @Override
    long promiseOfNext() {
        return frontier.value();
    }

    @Override
    void close(Lane<Object> lane) {
        frontier.close(lane);
    }

    @Override
    void promise(Lane<Object> lane, long timestamp) {
        frontier.promise(lane, timestamp);
    }

    @Override
    boolean use(long timestamp) {
        return frontier.use(timestamp);
    }

    @Override
    void giveBack(long timestamp) {
        frontier.giveBack(timestamp);
    }

    @Override
    void await(Lane<Object> lane, long timestamp) {
        frontier.promise(lane, timestamp - 1);
    }

    @Override
    void add(Lane<Object> lane, long timestamp, Object content) {
        frontier.add(lane, timestamp, content);
    }

    @Override
    void withdraw(Place<T> place, long timestamp) {
        frontier.giveBack(timestamp);
    }

    @Override
    boolean publish() {
        long quiet = frontier.quietUpTo();
        if (quiet <= promised) {
            return false;
        }
        PROMISED.setRelease(this, quiet);
        return true;
    }

    @Override
    long lastTimestamp() {
        return frontier.value();
    }

    @Override
    long promised() {
        return promised;
    }

    @Override
    boolean isWokenByClock() {
        return false;
    }
}
