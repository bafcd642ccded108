package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

/** The index of the busiest against a map from channel to the binary logarithm of its value, by random operations. */
class BusiestIndexTest {
    private static final int OPERATIONS = 10_000;

    @RepeatedTest(3)
    void candidatesAreThoseOfTheHighestBuckets() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            List<DefaultChannel<?, ?>> channels = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                channels.add((DefaultChannel<?, ?>) scheduler.openChannel("c" + i));
            }
            BusiestIndex index = new BusiestIndex();
            Map<TopBy, Map<DefaultChannel<?, ?>, Integer>> model = new EnumMap<>(TopBy.class);
            for (TopBy by : TopBy.values()) {
                model.put(by, new HashMap<>());
            }
            for (int i = 0; i < OPERATIONS; i++) {
                DefaultChannel<?, ?> channel = channels.get(random.nextInt(channels.size()));
                TopBy by = TopBy.values()[random.nextInt(TopBy.COUNT)];
                Map<DefaultChannel<?, ?>, Integer> buckets = model.get(by);
                long value = random.nextLong() >>> (1 + random.nextInt(63));
                int bucket = value < 1 ? 0 : 63 - Long.numberOfLeadingZeros(value);
                switch (random.nextInt(8)) {
                    case 0 -> {
                        index.remove(channel);
                        model.values().forEach(each -> each.remove(channel));
                    }
                    case 1, 2, 3 -> {
                        index.settle(channel, by, value);
                        if (buckets.containsKey(channel)) {
                            long smallest = by == TopBy.WAIT ? BusiestIndex.SMALLEST_WAIT : 1;
                            buckets.put(channel, bucket);
                            buckets.keySet().removeIf(each -> each == channel && value < smallest);
                        }
                    }
                    default -> {
                        index.raise(channel, by, value);
                        buckets.merge(channel, bucket, Math::max);
                    }
                }
                int limit = 1 + random.nextInt(channels.size());
                assertThat(index.candidates(by, limit))
                        .as("operation %s, seed %s", i, seed)
                        .doesNotHaveDuplicates()
                        .extracting(buckets::get)
                        .containsExactlyElementsOf(highest(buckets, limit));
            }
        }
    }

    private static List<Integer> highest(Map<DefaultChannel<?, ?>, Integer> buckets, int limit) {
        return buckets.values().stream()
                .sorted(Comparator.reverseOrder())
                .limit(limit)
                .toList();
    }
}
