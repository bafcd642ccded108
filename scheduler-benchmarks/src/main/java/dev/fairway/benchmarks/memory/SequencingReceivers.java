package dev.fairway.benchmarks.memory;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import java.util.Optional;

/** Idle receivers of a sequencing dispatcher: fresh, or with a sender each and after some messages from it. */
final class SequencingReceivers implements Many {
    private static final int MESSAGES_EACH = 100;
    private static final Object MESSAGE = "message";

    private final SequencingDispatcher<Object> dispatcher =
            ClockedDispatcher.builder().sequencing();
    private final boolean used;

    SequencingReceivers(boolean used) {
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
                use(receiver, dispatcher.sender(names[i], names[i]));
            }
        }
    }

    private static void use(Receiver<Object> receiver, Sender<Object> sender) throws InterruptedException {
        for (int message = 0; message < MESSAGES_EACH; message++) {
            sender.send(MESSAGE);
        }
        empty(receiver);
    }

    /** Takes all that is there. */
    static void empty(Receiver<Object> receiver) {
        Optional<?> delivery = receiver.poll();
        while (delivery.isPresent()) {
            delivery = receiver.poll();
        }
    }

    @Override
    public void close() {
        dispatcher.close();
    }
}
