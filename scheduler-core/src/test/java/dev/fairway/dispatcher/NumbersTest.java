package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done against a model that looks at each number, by random operations. */
class NumbersTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final long start = random.nextInt(100);
    private final Numbers numbers = new Numbers(start);

    private final Map<Numbers.Source, Long> promises = new HashMap<>();
    private final TreeSet<Long> seen = new TreeSet<>();
    private long done = start;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 20})
    void allThatIsSeenOrGivenUpIsDone(int most) {
        List<Numbers.Source> sources = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int kind = random.nextInt(12);
            boolean closedOut = false;
            if (kind == 0 && sources.size() < most) {
                Numbers.Source source = new Numbers.Source();
                numbers.open(source);
                promises.put(source, done);
                sources.add(source);
            } else if (kind == 1 && !sources.isEmpty() && random.nextInt(5) == 0) {
                Numbers.Source source = sources.remove(random.nextInt(sources.size()));
                numbers.close(source);
                promises.remove(source);
                closedOut = sources.isEmpty();
            } else if (kind < 9 && !sources.isEmpty()) {
                Numbers.Source source = sources.get(random.nextInt(sources.size()));
                long number = promises.get(source) + 1 + random.nextInt(most + 1);
                boolean used = seen.contains(number);
                assertThat(numbers.isSeen(number))
                        .as("operation %s, seed %s", i, seed)
                        .isEqualTo(used);
                if (!used) {
                    numbers.see(source, number);
                    seen.add(number);
                    promises.put(source, number);
                }
            } else if (!sources.isEmpty()) {
                Numbers.Source source = sources.get(random.nextInt(sources.size()));
                long promise = promises.get(source) + random.nextInt(6) - 2;
                numbers.promise(source, promise);
                promises.merge(source, promise, Math::max);
            }
            goOn(closedOut);
            assertThat(numbers.done()).as("operation %s, seed %s", i, seed).isEqualTo(done);
        }
    }

    private void goOn(boolean closedOut) {
        if (closedOut && !seen.isEmpty()) {
            done = Math.max(done, seen.last());
        }
        long givenUp = promises.values().stream().min(Long::compare).orElse(done);
        while (seen.contains(done + 1) || done + 1 <= givenUp) {
            done++;
        }
    }

    @Test
    void theHighestPromiseThereIsEndsNothing() {
        Numbers.Source source = new Numbers.Source();
        numbers.open(source);
        numbers.see(source, Long.MAX_VALUE - 1);
        numbers.promise(source, Long.MAX_VALUE);
        assertThat(numbers.done()).isEqualTo(Long.MAX_VALUE);
        numbers.close(source);
        assertThat(numbers.done()).isEqualTo(Long.MAX_VALUE);
    }
}
