package dev.fairway.concurrency.dispatcher;

import dev.fairway.concurrency.Await;
import dev.fairway.concurrency.Fork;
import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.ChannelClosedException;
import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.Forwarder;
import dev.fairway.dispatcher.Message;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.ReceiverClosedException;
import dev.fairway.dispatcher.Sender;
import java.util.Optional;
import java.util.OptionalLong;

/** What the races have in common: what is sent does not matter, when it is sent does. */
final class Rig {
    private Rig() {}

    static ClockedDispatcher.Builder<String> dispatcher(int inboxCapacity) {
        Fork.endsWithMain();
        return ClockedDispatcher.<String>builder()
                .inboxCapacity(inboxCapacity)
                .reorderCapacity(4)
                .drainTimeout(Await.LIMIT);
    }

    /** {@return the timestamp, or why there is none} */
    static Object trySend(Sender<String> sender) {
        try {
            return said(sender.trySend("x"));
        } catch (ReceiverClosedException e) {
            return "receiver closed";
        } catch (ChannelClosedException e) {
            return "closed";
        }
    }

    /** {@return the timestamp, or why there is none} Waits for room. */
    static Object send(Sender<String> sender) {
        try {
            OptionalLong timestamp = sender.send("x", Await.LIMIT);
            return timestamp.isPresent() ? timestamp.getAsLong() : "forgotten";
        } catch (ReceiverClosedException e) {
            return "receiver closed";
        } catch (ChannelClosedException e) {
            return "closed";
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    /** {@return the timestamp, or why there is none} Waits for room. */
    static Object broadcast(Broadcaster<String> broadcaster) {
        try {
            OptionalLong timestamp = broadcaster.broadcast("x", Await.LIMIT);
            return timestamp.isPresent() ? timestamp.getAsLong() : "forgotten";
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    /** There is room. */
    static void forward(Forwarder<String> forwarder, long timestamp) {
        try {
            forwarder.forward("x", timestamp);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static Object said(OptionalLong timestamp) {
        return timestamp.isPresent() ? timestamp.getAsLong() : "full";
    }

    /** What one receiver was given, by one thread after the other, as M and T with their timestamps, and the end. */
    static final class Seen {
        private final Receiver<String> receiver;
        private final StringBuilder deliveries = new StringBuilder();

        Seen(Receiver<String> receiver) {
            this.receiver = receiver;
        }

        /** {@return whether there was something} Takes what is there. */
        boolean poll() {
            try {
                Optional<Delivery<String>> delivery = receiver.poll();
                delivery.ifPresent(next -> add((next instanceof Message<String> ? "M" : "T") + next.timestamp()));
                return delivery.isPresent();
            } catch (ChannelClosedException e) {
                add("end");
                return false;
            }
        }

        /** Takes all that is there. */
        void pollAll() {
            while (poll()) {}
        }

        private void add(String what) {
            if (deliveries.length() > 0) {
                deliveries.append(' ');
            }
            deliveries.append(what);
        }

        @Override
        public String toString() {
            return deliveries.length() == 0 ? "nothing" : deliveries.toString();
        }
    }
}
