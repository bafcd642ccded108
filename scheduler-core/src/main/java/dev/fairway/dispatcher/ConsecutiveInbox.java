package dev.fairway.dispatcher;

/**
 * The inbox of a receiver in {@link MergeOrder#CONSECUTIVE}. What may be released depends on numbers that others bring. Whoever moves
 * that visits the inboxes that {@linkplain SharedNumbers#watch watch} for it; sleepers who only wait for a tick are told by the {@link Sleepers}.
 */
final class ConsecutiveInbox<T> extends MergingInbox<T> {
    /** When to visit this inbox; the key is the number that must be done. */
    static final class Watch<T> extends Heap.Node {
        final ConsecutiveInbox<T> inbox;

        Watch(ConsecutiveInbox<T> inbox) {
            this.inbox = inbox;
        }
    }

    private final SharedNumbers<T> numbers;
    private final Sleepers.Place bed = new Sleepers.Place(this);
    private final Watch<T> watch = new Watch<>(this);

    // Guarded by the lock.

    private final Turnstile<Object> turnstile = new Turnstile<>(buffer);

    /** Up to where everything was done when last looked up. */
    private long done;

    /** Of the messages it ever had. */
    private long highest;

    /** Up to where the reader may be told that nothing follows. */
    private long quiet;

    /** Less than what was done then. */
    private boolean isHeldBack;

    /** Owned by the reader: what was done when it last asked. */
    private long doneBeforeSleep;

    ConsecutiveInbox(String receiver, DefaultMergingDispatcher<T> dispatcher, long start, SharedNumbers<T> numbers) {
        super(receiver, dispatcher, start);
        this.numbers = numbers;
        this.done = start;
        this.quiet = start;
        this.doneBeforeSleep = start;
    }

    @Override
    void refresh() {
        done = numbers.done();
    }

    @Override
    long limit() {
        return done;
    }

    @Override
    void open(Lane<Object> lane, long promise) {}

    @Override
    long promiseOfNext() {
        return numbers.done();
    }

    @Override
    void close(Lane<Object> lane) {
        buffer.letGo(lane);
    }

    @Override
    void promise(Lane<Object> lane, long timestamp) {}

    @Override
    boolean use(long timestamp) {
        return true;
    }

    @Override
    void giveBack(long timestamp) {}

    @Override
    void await(Lane<Object> lane, long number) {
        turnstile.await(lane, number);
    }

    @Override
    void add(Lane<Object> lane, long number, Object content) {
        turnstile.add(lane, number, content);
        highest = Math.max(highest, number);
    }

    @Override
    void withdraw(Place<T> place, long number) {
        turnstile.withdraw(place.lane, place.withdrawal(), number);
    }

    /** Whether a withdrawn number has not been overtaken. */
    boolean mayComeAgain(Place<T> place) {
        return turnstile.mayComeAgain(place.withdrawal());
    }

    /** A withdrawn number comes again, or never will. */
    void forget(Place<T> place) {
        turnstile.forget(place.withdrawal());
    }

    @Override
    void released(long number) {
        turnstile.released(number);
    }

    @Override
    boolean hasMore() {
        long next = buffer.firstKey() + 1; // negative when there is none
        return next > done && !numbers.watch(watch, next);
    }

    @Override
    boolean publish() {
        long before = quiet;
        boolean wasHeldBack = isHeldBack;
        quiet = Math.min(turnstile.quietUpTo(done), endsAt());
        isHeldBack = quiet < done;
        return wasHeldBack && quiet > before;
    }

    @Override
    long lastTimestamp() {
        return Math.max(done, highest);
    }

    // ---- the reader

    @Override
    long promised() {
        Wakes<T> wakes = new Wakes<>();
        lock.lock();
        update(wakes);
        long promised = quiet;
        doneBeforeSleep = done;
        lock.unlock();
        wakes.run(dispatcher.helpers, null);
        return promised;
    }

    @Override
    boolean isWokenByClock() {
        return true;
    }

    @Override
    void fellAsleep(long last) {
        lock.lock();
        long reachable = quiet; // whoever raises it from now on sees the sleeper
        lock.unlock();
        numbers.sleepers.add(bed, reachable > last ? last : doneBeforeSleep);
    }

    @Override
    void awoke() {
        numbers.sleepers.remove(bed);
        numbers.sleepers.help();
    }

    @Override
    void left() {
        numbers.unwatch(watch);
        super.left();
    }
}
