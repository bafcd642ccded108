package dev.fairway.dispatcher;

import dev.fairway.dispatcher.ConsecutiveInbox.Watch;
import dev.fairway.internal.BriefLock;

/** The {@link Numbers} of a dispatcher, and which inboxes are to be visited when what is done moves. Its lock is taken last. */
final class SharedNumbers<T> {
    /** Who only waits for a tick. */
    final Sleepers sleepers;

    final BriefLock lock = new BriefLock();

    // Guarded by the lock.

    private final Numbers numbers;
    private final Heap<Watch<T>> watches = new Heap<>();

    SharedNumbers(long start, Helpers helpers) {
        numbers = new Numbers(start);
        sleepers = new Sleepers(numbers::done, helpers);
    }

    long done() {
        return numbers.done();
    }

    /** {@return what it has promised} Adds a source. */
    long open(Numbers.Source source) {
        lock.lock();
        numbers.open(source);
        long promise = source.key;
        lock.unlock();
        return promise;
    }

    /** {@return false when the number was used} A source brings a number above what it has promised. */
    boolean see(Numbers.Source source, long number, Wakes<T> wakes) {
        lock.lock();
        boolean free = !numbers.isSeen(number);
        if (free) {
            numbers.see(source, number);
            collectDue(wakes);
        }
        lock.unlock();
        return free;
    }

    void promise(Numbers.Source source, long number, Wakes<T> wakes) {
        lock.lock();
        numbers.promise(source, number);
        collectDue(wakes);
        lock.unlock();
    }

    void close(Numbers.Source source, Wakes<T> wakes) {
        lock.lock();
        numbers.close(source);
        collectDue(wakes);
        lock.unlock();
    }

    /** {@return false when that is done already} Lets an inbox be visited when a number is done; its lock is held. */
    boolean watch(Watch<T> watch, long number) {
        if (watch.isLinked() && watch.key == number) {
            return true; // or it was, and the visit is on its way
        }
        lock.lock();
        boolean ahead = number > numbers.done();
        if (ahead) {
            watches.put(watch, number, 0);
        }
        lock.unlock();
        return ahead;
    }

    void unwatch(Watch<T> watch) {
        lock.lock();
        watches.remove(watch);
        lock.unlock();
    }

    private void collectDue(Wakes<T> wakes) {
        long done = numbers.done();
        for (Watch<T> first = watches.first(); first != null && first.key <= done; first = watches.first()) {
            watches.remove(first);
            wakes.addDue(first.inbox);
        }
        if (sleepers.isArmed()) {
            wakes.add(sleepers);
        }
    }
}
