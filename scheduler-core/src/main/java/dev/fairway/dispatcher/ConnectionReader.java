package dev.fairway.dispatcher;

import dev.fairway.internal.Failures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Reads a receiver for receivers of a merging dispatcher below: messages are forwarded, ticks are promises, and the end is the end.
 *
 * <p><b>Ends.</b> When there is nobody to forward to any more, the receiver is closed: by who finds out first, the connection in a
 * forward, or who closed the last target. When a forward fails for another reason, the receiver is stopped and its promise stays, so
 * that nothing below goes on as if nothing were missing; until the dispatcher is closed, which ends every connection.
 */
final class ConnectionReader<T> extends PushReader<T> {
    private final Forwarder<? super T> below;

    private ConnectionReader(
            DefaultReceiver<T> receiver, Helpers helpers, Executor executor, Forwarder<? super T> below) {
        super(receiver, helpers, executor);
        this.below = below;
    }

    /** Connects a receiver. */
    static <T> void connect(
            AbstractDispatcher<T> upper,
            String receiver,
            MergingDispatcher<? super T> lower,
            Executor executor,
            String[] targets) {
        List<String> names = distinct(receiver, targets);
        if (!(lower instanceof DefaultMergingDispatcher<? super T> merging)) {
            throw new IllegalArgumentException(
                    "lower must have been made by the builder of ClockedDispatcher, not " + lower);
        }
        if (lower == upper && names.contains(receiver)) {
            throw new IllegalArgumentException("receiver '" + receiver + "' of " + upper + " must not feed itself");
        }
        upper.claimFor(receiver, claimed -> {
            DefaultForwarder<? super T> below = merging.feed(upper.name() + "/" + receiver, names);
            ConnectionReader<T> reader = new ConnectionReader<>(claimed, upper.helpers, executor, below);
            claimed.connect(reader);
            below.whenOrphaned(reader::targetsAreGone);
        });
    }

    private static List<String> distinct(String receiver, String[] targets) {
        List<String> names = new ArrayList<>();
        for (String target : targets) {
            if (names.contains(target)) {
                throw new IllegalArgumentException(
                        "target '" + target + "' is named twice for receiver '" + receiver + "'");
            }
            names.add(target);
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException("there must be a target for receiver '" + receiver + "'");
        }
        return names;
    }

    @Override
    boolean mayTake() {
        return true;
    }

    @Override
    boolean deliver(Delivery<T> delivery) {
        try {
            inContext(reading.context(), () -> pass(delivery));
            return true;
        } catch (ReceiverClosedException | ChannelClosedException gone) {
            targetsAreGone();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            receiver.stop("its connection was interrupted at timestamp " + delivery.timestamp(), e);
        } catch (Throwable thrown) {
            receiver.countFailure();
            receiver.stop(
                    "its connection failed at timestamp " + delivery.timestamp() + ": " + Failures.describe(thrown),
                    thrown);
        }
        return false;
    }

    private void pass(Delivery<T> delivery) throws InterruptedException {
        if (delivery instanceof Message<T> message) {
            below.forward(message.payload(), message.timestamp());
        } else {
            below.advance(delivery.timestamp());
        }
    }

    private void targetsAreGone() {
        if (!done.isDone() && !reading.isOver()) {
            receiver.close();
        }
    }

    @Override
    void finish() {
        if (reading.isOver() || receiver.inbox.isClosed()) {
            below.close();
        }
    }

    @Override
    void dispatcherClosed() {
        below.close();
    }
}
