package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random programs of forwarders to one, several and all receivers, with hardly any room. They must come to their end, since no
 * forwarder is silent for ever, and each receiver must get what was forwarded to it, in order, and never hold too much. When nobody
 * forwards any more each receiver must reach the last number, with all sources open.
 */
class MergingRandomTest {
    private static final int PROGRAMS = 40;
    private static final int NUMBERS = 240;

    @RegisterExtension
    final Threads threads = new Threads();

    @ParameterizedTest
    @EnumSource
    void everyProgramComesToItsEnd(MergeOrder order) {
        for (int i = 0; i < PROGRAMS; i++) {
            long seed = new Random().nextLong();
            try {
                new Program(order, seed).run();
            } catch (Throwable failure) {
                throw new AssertionError("order " + order + ", seed " + seed, failure);
            }
        }
    }

    private final class Program {
        private final Random random;
        private final int inboxCapacity;
        private final int reorderCapacity;
        private final MergingDispatcher<Long> merge;
        private final List<Receiver<Long>> receivers = new ArrayList<>();
        private final List<Source> sources = new ArrayList<>();

        /** What was forwarded to each receiver, by number. */
        private final List<ConcurrentSkipListMap<Long, Long>> forwarded = new ArrayList<>();

        /** How far each receiver has come. */
        private final List<AtomicLong> reached = new ArrayList<>();

        /** A forwarder, whom it reaches, and its numbers. */
        private record Source(Forwarder<Long> forwarder, Set<Integer> targets, List<Long> numbers, long seed) {}

        Program(MergeOrder order, long seed) {
            random = new Random(seed);
            inboxCapacity = 1 + random.nextInt(3);
            reorderCapacity = 1 + random.nextInt(3);
            merge = ClockedDispatcher.<Long>builder()
                    .inboxCapacity(inboxCapacity)
                    .reorderCapacity(reorderCapacity)
                    .merging(order);
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                receivers.add(merge.receiver("r" + i));
                forwarded.add(new ConcurrentSkipListMap<>());
                reached.add(new AtomicLong());
            }
            int forwarders = 1 + random.nextInt(6);
            List<List<Long>> numbers = new ArrayList<>();
            for (int i = 0; i < forwarders; i++) {
                numbers.add(new ArrayList<>());
            }
            int bias = random.nextInt(forwarders);
            for (long number = 1; number <= NUMBERS; number++) {
                numbers.get(random.nextInt(3) == 0 ? bias : random.nextInt(forwarders))
                        .add(number);
            }
            numbers.forEach(this::addSource);
        }

        private void addSource(List<Long> numbers) {
            String name = "s" + sources.size();
            Set<Integer> targets = new TreeSet<>();
            for (int i = 0; i < receivers.size(); i++) {
                if (random.nextBoolean()) {
                    targets.add(i);
                }
            }
            if (targets.isEmpty()) {
                targets.add(random.nextInt(receivers.size()));
            }
            List<String> names = targets.stream().map(i -> "r" + i).toList();
            Forwarder<Long> forwarder = targets.size() == receivers.size() && random.nextBoolean()
                    ? merge.broadcaster(name)
                    : merge.forwarder(
                            name, names.get(0), names.subList(1, names.size()).toArray(String[]::new));
            sources.add(new Source(forwarder, targets, numbers, random.nextLong()));
        }

        void run() throws InterruptedException {
            CountDownLatch forwarding = new CountDownLatch(sources.size());
            sources.forEach(source -> threads.start(() -> {
                forwardAll(source);
                forwarding.countDown();
            }));
            for (int i = 0; i < receivers.size(); i++) {
                int receiver = i;
                boolean checks = random.nextBoolean();
                if (sources.stream().noneMatch(source -> source.targets().contains(receiver))) {
                    Forwarder<Long> silent = merge.forwarder("none" + i, "r" + i);
                    sources.add(new Source(silent, Set.of(i), List.of(), 0));
                    silent.advance(NUMBERS);
                }
                threads.start(() -> receiveAll(receiver, checks));
            }
            Threads.await(forwarding);
            awaitAll(NUMBERS);
            for (Source source : sources) {
                source.forwarder().advance(NUMBERS + 1); // most are asleep now, and nothing but a tick comes
            }
            awaitAll(NUMBERS + 1);
            sources.forEach(source -> source.forwarder().close());
            threads.join();
            merge.close();
        }

        private void awaitAll(long timestamp) {
            for (AtomicLong last : reached) {
                Threads.awaitThat(() -> last.get() == timestamp);
            }
        }

        private void forwardAll(Source source) throws Exception {
            Random own = new Random(source.seed());
            boolean patient = own.nextInt(3) > 0;
            Forwarder<Long> forwarder = source.forwarder();
            for (long number : source.numbers()) {
                if (own.nextInt(8) == 0) {
                    forwarder.advance(number - 1);
                }
                if (forward(forwarder, number, patient || own.nextBoolean())) {
                    source.targets().forEach(target -> forwarded.get(target).put(number, number));
                } else {
                    assertThat(merge.order()).isEqualTo(MergeOrder.CONSECUTIVE);
                }
            }
            if (merge.order() == MergeOrder.FRONTIER) {
                forwarder.advance(NUMBERS); // in consecutive order everything is seen already
            }
        }

        private boolean forward(Forwarder<Long> forwarder, long number, boolean patient) throws Exception {
            if (patient) {
                forwarder.forward(number, number);
                return true;
            }
            for (int tries = 0; ; tries++) {
                try {
                    if (forwarder.forward(number, number, Duration.ofNanos(tries % 2 * 50_000))) {
                        return true;
                    }
                } catch (IllegalArgumentException tooLate) {
                    assertThat(tooLate).hasMessageContaining("comes too late");
                    return false;
                }
                assertThat(forwarder.promise()).isEqualTo(number - 1);
            }
        }

        private void receiveAll(int receiver, boolean checks) {
            List<Long> messages = new ArrayList<>();
            long last = 0;
            for (Delivery<Long> delivery : receivers.get(receiver)) {
                assertThat(delivery.timestamp()).isGreaterThan(last);
                if (delivery instanceof Message<Long> message) {
                    assertThat(message.payload()).isEqualTo(message.timestamp()).isEqualTo(last + 1);
                    messages.add(message.payload());
                }
                last = delivery.timestamp();
                reached.get(receiver).set(last);
                if (checks) {
                    ReceiverStats stats = receivers.get(receiver).stats();
                    assertThat(stats.inboxSize() + stats.reordering())
                            .isLessThanOrEqualTo(inboxCapacity + reorderCapacity);
                }
            }
            Threads.awaitThat(() -> messages.size() == forwarded.get(receiver).size());
            assertThat(messages).containsExactlyElementsOf(new TreeMap<>(forwarded.get(receiver)).keySet());
        }
    }
}
