package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The room of a scheduler against a counter and an ordered set, by random operations. */
class RoomTest {
    private static final int OPERATIONS = 20_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20})
    void itIsACounterAndAQueueOfChannels(int capacity) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            List<DefaultChannel<?, ?>> channels = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                channels.add((DefaultChannel<?, ?>) scheduler.openChannel("c" + i));
            }
            Room<DefaultChannel<?, ?>> room = new Room<>(capacity);
            assertThat(room.capacity()).isEqualTo(capacity);
            long used = 0;
            Set<DefaultChannel<?, ?>> queue = new LinkedHashSet<>();
            for (int i = 0; i < OPERATIONS; i++) {
                String what = "operation " + i + ", seed " + seed;
                DefaultChannel<?, ?> channel = channels.get(random.nextInt(channels.size()));
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        boolean nothingWaits = random.nextInt(8) == 0;
                        boolean may = nothingWaits || used < capacity;
                        assertThat(room.reserve(nothingWaits)).as(what).isEqualTo(may);
                        used += may ? 1 : 0;
                    }
                    case 2 -> {
                        int count = random.nextInt((int) Math.min(used, 3) + 1);
                        used -= count;
                        assertThat(room.release(count)).as(what).isSameAs(nextOf(queue, used < capacity));
                    }
                    default -> {
                        if (random.nextBoolean()) {
                            queue.add(channel);
                            assertThat(room.enqueue(channel)).as(what).isSameAs(nextOf(queue, used < capacity));
                        } else {
                            assertThat(room.next()).as(what).isSameAs(nextOf(queue, used < capacity));
                        }
                    }
                }
            }
        }
    }

    private static DefaultChannel<?, ?> nextOf(Set<DefaultChannel<?, ?>> queue, boolean hasRoom) {
        DefaultChannel<?, ?> next =
                hasRoom && !queue.isEmpty() ? queue.iterator().next() : null;
        queue.remove(next);
        return next;
    }
}
