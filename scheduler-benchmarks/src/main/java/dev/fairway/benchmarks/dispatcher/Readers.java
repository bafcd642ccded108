package dev.fairway.benchmarks.dispatcher;

import dev.fairway.benchmarks.Await;
import dev.fairway.benchmarks.Tally;
import dev.fairway.dispatcher.ChannelClosedException;
import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.Receiver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Those who read the receivers of a dispatcher until their end. */
final class Readers {
    /** More than one, so that handlers of several receivers run at a time; few, since there are few processors. */
    private static final int SHARED_THREADS = 2;

    private static final int MOST_AT_ONCE = 256;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService handlers = Executors.newFixedThreadPool(SHARED_THREADS);

    Readers(List<Receiver<Object>> receivers, Way way, Tally tally) {
        switch (way) {
            case RECEIVE -> receivers.forEach(each -> threads.execute(() -> receive(each, new Seen(tally))));
            case BATCH -> receivers.forEach(each -> threads.execute(() -> receiveBatches(each, new Seen(tally))));
            case HANDLER -> receivers.forEach(each -> each.onDelivery(new Seen(tally)::delivery, handlers));
            case POLL -> poll(receivers, tally);
        }
    }

    private static void receive(Receiver<Object> receiver, Seen seen) {
        try {
            while (true) {
                seen.delivery(receiver.receive());
            }
        } catch (ChannelClosedException end) {
            return;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts benchmarks", e);
        }
    }

    private static void receiveBatches(Receiver<Object> receiver, Seen seen) {
        try {
            while (true) {
                receiver.receiveBatch(MOST_AT_ONCE).forEach(seen::delivery);
            }
        } catch (ChannelClosedException end) {
            return;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts benchmarks", e);
        }
    }

    private record Polled(Receiver<Object> receiver, Seen seen) {}

    private void poll(List<Receiver<Object>> receivers, Tally tally) {
        for (int thread = 0; thread < Math.min(SHARED_THREADS, receivers.size()); thread++) {
            List<Polled> own = new ArrayList<>();
            for (int i = thread; i < receivers.size(); i += SHARED_THREADS) {
                own.add(new Polled(receivers.get(i), new Seen(tally)));
            }
            threads.execute(() -> poll(own));
        }
    }

    private static void poll(List<Polled> own) {
        while (!own.isEmpty()) {
            boolean[] found = new boolean[1];
            own.removeIf(each -> {
                try {
                    Optional<Delivery<Object>> delivery = each.receiver.poll();
                    found[0] |= delivery.isPresent();
                    delivery.ifPresent(each.seen::delivery);
                    return false;
                } catch (ChannelClosedException end) {
                    return true;
                }
            });
            if (!found[0]) {
                Thread.yield();
            }
        }
    }

    /** Waits for the end of all, which has been brought about. */
    void end() {
        threads.shutdown();
        Await.termination(threads);
        handlers.shutdown();
        Await.termination(handlers);
    }
}
