package dev.fairway.benchmarks.memory;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;

/** Messages that wait for a receiver. All are the same object, so that what the dispatcher adds is left. */
final class WaitingMessages implements Many {
    private static final Object MESSAGE = "message";

    private final SequencingDispatcher<Object> dispatcher;
    private final Receiver<Object> receiver;
    private final Sender<Object> sender;

    WaitingMessages(int count) {
        dispatcher = ClockedDispatcher.builder().inboxCapacity(count).sequencing();
        receiver = dispatcher.receiver("receiver");
        sender = dispatcher.sender("sender", "receiver");
    }

    @Override
    public Object root() {
        return dispatcher;
    }

    @Override
    public void make(String[] names, Object[] held) throws InterruptedException {
        for (int i = 0; i < names.length; i++) {
            sender.send(MESSAGE);
        }
    }

    @Override
    public void close() {
        SequencingReceivers.empty(receiver);
        dispatcher.close();
    }
}
