package dev.fairway.dispatcher;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Whom to wake once the locks of a merging dispatcher are free, and where to look further. Collected and {@linkplain #run run} by one
 * thread.
 */
final class Wakes<T> {
    private @Nullable List<Thread> threads;
    private @Nullable List<MergingInbox<T>> readers;
    private @Nullable List<MergingInbox<T>> ended;
    private @Nullable List<ConsecutiveInbox<T>> due;
    private @Nullable Sleepers sleepers;

    /** Somebody who waited for room may go on. */
    void add(Thread thread) {
        if (threads == null) {
            threads = new ArrayList<>(2);
        }
        threads.add(thread);
    }

    /** The reader of an inbox was roused. */
    void add(MergingInbox<T> inbox) {
        if (readers == null) {
            readers = new ArrayList<>(2);
        }
        readers.add(inbox);
    }

    /** It is known where the receiver ends. */
    void addEnded(MergingInbox<T> inbox) {
        if (ended == null) {
            ended = new ArrayList<>(1);
        }
        ended.add(inbox);
    }

    /** A number is done for which the inbox has waited. */
    void addDue(ConsecutiveInbox<T> inbox) {
        if (due == null) {
            due = new ArrayList<>(2);
        }
        due.add(inbox);
    }

    /** The clock has moved, and somebody sleeps for it. */
    void add(Sleepers clock) {
        sleepers = clock;
    }

    /**
     * Called under no lock but the registry's.
     *
     * @param own the inbox whose reader may be called here, since the caller is there for it alone
     */
    void run(Helpers helpers, @Nullable MergingInbox<T> own) {
        while (due != null) {
            List<ConsecutiveInbox<T>> now = due;
            due = null;
            for (ConsecutiveInbox<T> inbox : now) {
                inbox.lock.lock();
                inbox.update(this);
                inbox.lock.unlock();
            }
        }
        if (ended != null) {
            ended.forEach(MergingInbox::tellEnd);
        }
        if (sleepers != null) {
            sleepers.signal();
        }
        int sleeping = (threads == null ? 0 : threads.size()) + (readers == null ? 0 : readers.size());
        if (sleeping == 1) {
            wake(helpers, own);
        } else if (sleeping > 1) {
            helpers.execute(() -> wake(helpers, null));
        }
    }

    private void wake(Helpers helpers, @Nullable MergingInbox<T> own) {
        if (threads != null) {
            threads.forEach(LockSupport::unpark);
        }
        if (readers != null) {
            for (MergingInbox<T> inbox : readers) {
                Reader reader = inbox.reader();
                if (reader.callsOthers() && inbox != own) {
                    helpers.execute(reader::wake);
                } else {
                    reader.wake();
                }
            }
        }
    }
}
