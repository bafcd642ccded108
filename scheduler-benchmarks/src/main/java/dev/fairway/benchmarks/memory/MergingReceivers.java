package dev.fairway.benchmarks.memory;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.Forwarder;
import dev.fairway.dispatcher.MergingDispatcher;
import dev.fairway.dispatcher.Receiver;

/** Idle receivers of a merging dispatcher: fresh, or with a forwarder each and after some messages from it. */
final class MergingReceivers implements Many {
    private static final int MESSAGES_EACH = 100;
    private static final Object MESSAGE = "message";

    private final MergingDispatcher<Object> dispatcher =
            ClockedDispatcher.builder().merging();
    private final boolean used;
    private long timestamp;

    MergingReceivers(boolean used) {
        this.used = used;
    }

    @Override
    public Object root() {
        return dispatcher;
    }

    @Override
    public void make(String[] names, Object[] held) throws InterruptedException {
        for (int i = 0; i < names.length; i++) {
            Receiver<Object> receiver = dispatcher.receiver(names[i]);
            held[i] = receiver;
            if (used) {
                use(receiver, dispatcher.forwarder(names[i], names[i]));
            }
        }
    }

    private void use(Receiver<Object> receiver, Forwarder<Object> forwarder) throws InterruptedException {
        for (int message = 0; message < MESSAGES_EACH; message++) {
            forwarder.forward(MESSAGE, ++timestamp);
        }
        SequencingReceivers.empty(receiver);
    }

    @Override
    public void close() {
        dispatcher.close();
    }
}
