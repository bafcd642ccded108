package dev.fairway.dispatcher;

import java.util.List;

/** A source: its name, whether it is open, and whom it may send to. */
abstract class AbstractSource<T> implements Source {
    final AbstractDispatcher<T> dispatcher;
    final String kind;
    final String name;

    /** Whom it sends to; empty for one that sends to all. */
    final List<DefaultReceiver<T>> targets;

    final boolean isForAll;

    /** Cleared once, under the registry's lock. What sends looks at it again under the lock that decides about the message. */
    private volatile boolean open = true;

    /**
     * @param kind for messages, such as "sender"
     * @param targets whom it sends to; empty: all
     */
    AbstractSource(AbstractDispatcher<T> dispatcher, String kind, String name, List<DefaultReceiver<T>> targets) {
        this.dispatcher = dispatcher;
        this.kind = kind;
        this.name = name;
        this.targets = List.copyOf(targets);
        this.isForAll = targets.isEmpty();
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final void close() {
        dispatcher.close(this);
    }

    final boolean isOpen() {
        return open;
    }

    /** Called under the registry's lock. */
    final void shut() {
        open = false;
    }

    /**
     * It has been {@linkplain #shut}. Fails the calls of it that wait, and returns when none that has not failed can be accepted any
     * more. Called once, under the registry's lock.
     */
    abstract void closed();

    final ChannelClosedException closedRefusal() {
        return new ChannelClosedException(
                dispatcher.isClosed()
                        ? "dispatcher '" + dispatcher.name() + "' is closed"
                        : kind + " '" + name + "' of dispatcher '" + dispatcher.name() + "' is closed");
    }

    @Override
    public String toString() {
        return kind + " '" + name + "' of dispatcher '" + dispatcher.name() + "'";
    }
}
