package dev.fairway.benchmarks.dispatcher;

import dev.fairway.benchmarks.Tally;
import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import java.util.ArrayList;
import java.util.List;

/** A sequencing dispatcher as anybody would use it. */
final class FairwayContender implements Contender {
    private final SequencingDispatcher<Object> dispatcher;
    private final Readers readers;
    private final List<List<Sender<Object>>> senders = new ArrayList<>();

    FairwayContender(Shape shape, Way way, Tally tally) {
        dispatcher = ClockedDispatcher.builder().inboxCapacity(shape.capacity()).sequencing();
        List<Receiver<Object>> receivers = new ArrayList<>();
        for (int i = 0; i < shape.receivers(); i++) {
            receivers.add(dispatcher.receiver("receiver-" + i));
        }
        for (int i = 0; i < shape.senders(); i++) {
            List<Sender<Object>> own = new ArrayList<>();
            for (Receiver<Object> each : receivers) {
                own.add(dispatcher.sender("sender-" + i + "-to-" + each.name(), each.name()));
            }
            senders.add(own);
        }
        readers = new Readers(receivers, way, tally);
    }

    @Override
    public void send(int sender, int receiver, Object payload) throws InterruptedException {
        senders.get(sender).get(receiver).send(payload);
    }

    @Override
    public void close() {
        dispatcher.close();
        readers.end();
    }
}
