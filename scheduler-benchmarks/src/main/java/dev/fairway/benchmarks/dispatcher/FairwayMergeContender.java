package dev.fairway.benchmarks.dispatcher;

import dev.fairway.benchmarks.Tally;
import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.Forwarder;
import dev.fairway.dispatcher.MergingDispatcher;
import dev.fairway.dispatcher.Receiver;
import java.util.ArrayList;
import java.util.List;

/** A merging dispatcher as anybody would use it, in frontier order. */
final class FairwayMergeContender implements MergeContender {
    private final MergingDispatcher<Object> dispatcher;
    private final Readers readers;
    private final List<Forwarder<Object>> forwarders = new ArrayList<>();

    FairwayMergeContender(int sources, int capacity, Way way, Tally tally) {
        dispatcher = ClockedDispatcher.builder()
                .inboxCapacity(capacity)
                .reorderCapacity(capacity)
                .merging();
        Receiver<Object> receiver = dispatcher.receiver("receiver");
        for (int i = 0; i < sources; i++) {
            forwarders.add(dispatcher.forwarder("forwarder-" + i, "receiver"));
        }
        readers = new Readers(List.of(receiver), way, tally);
    }

    @Override
    public void forward(int source, Object payload, long timestamp) throws InterruptedException {
        forwarders.get(source).forward(payload, timestamp);
    }

    @Override
    public void advance(int source, long timestamp) {
        forwarders.get(source).advance(timestamp);
    }

    @Override
    public void close() {
        dispatcher.close();
        readers.end();
    }
}
