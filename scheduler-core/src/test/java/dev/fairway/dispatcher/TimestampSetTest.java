package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The set against a tree set, by random operations above a floor that rises. */
class TimestampSetTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 20, 1_000})
    void isASetAboveItsFloor(int spread) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        TimestampSet set = new TimestampSet();
        TreeSet<Long> model = new TreeSet<>();
        long floor = random.nextBoolean() ? 0 : random.nextLong() >> 1;
        long step = random.nextBoolean() ? 1 : 1L << random.nextInt(40);
        for (int i = 0; i < 50_000; i++) {
            long timestamp = floor + step * (1 + random.nextInt(spread));
            switch (random.nextInt(4)) {
                case 0, 1 ->
                    assertThat(set.add(timestamp, floor))
                            .as("operation %s, seed %s", i, seed)
                            .isEqualTo(model.add(timestamp));
                case 2 -> {
                    set.remove(timestamp);
                    model.remove(timestamp);
                }
                default -> {
                    floor += step * random.nextInt(3);
                    model = new TreeSet<>(model.tailSet(floor, false));
                }
            }
            long probe = floor + step * (1 + random.nextInt(spread));
            assertThat(set.contains(probe)).as("operation %s, seed %s", i, seed).isEqualTo(model.contains(probe));
        }
    }
}
