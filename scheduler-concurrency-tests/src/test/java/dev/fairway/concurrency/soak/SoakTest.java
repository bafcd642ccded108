package dev.fairway.concurrency.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.concurrency.soak.Flatness.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Each primitive under chaos for some seconds; with {@code -Psoak} all at once for minutes. The seed is printed; given as
 * {@code -Dfairway.soak.seed=N} it makes the threads do the same again, though not at the same moments.
 */
class SoakTest {
    private static final int SECONDS = Integer.getInteger("fairway.soak.seconds", 0);
    private static final long SEED = Long.getLong("fairway.soak.seed", new Random().nextLong());
    private static final Duration QUICK = Duration.ofSeconds(10);

    @Test
    @Timeout(value = 12, unit = TimeUnit.HOURS)
    void theSchedulerKeepsItsBooksAndStaysFlat() throws InterruptedException {
        soak(SchedulerChaos::new);
    }

    @Test
    @Timeout(value = 12, unit = TimeUnit.HOURS)
    void theDispatchersKeepTheirBooksAndStayFlat() throws InterruptedException {
        soak(SequencingChaos::new, MergingChaos::new);
    }

    @Test
    @Timeout(value = 12, unit = TimeUnit.HOURS)
    void theCoordinatorKeepsItsBooksAndStaysFlat() throws InterruptedException {
        soak(CoordinatorChaos::new);
    }

    @Test
    @Timeout(value = 12, unit = TimeUnit.HOURS)
    void allKeepTheirBooksAndStayFlatAtOnce() throws InterruptedException {
        if (SECONDS > 0) {
            new Soak(SEED, Duration.ofSeconds(SECONDS))
                    .run(List.of(SchedulerChaos::new, SequencingChaos::new, MergingChaos::new, CoordinatorChaos::new));
        }
    }

    private static void soak(Soak.Kind... kinds) throws InterruptedException {
        if (SECONDS == 0) {
            new Soak(SEED, QUICK).run(List.of(kinds));
        }
    }

    @Test
    void whatGrowsIsNotFlat() {
        assertThat(of(i -> (10 << 20) + i % 5 * (20 << 20)).complaint()).isEmpty();
        assertThat(of(i -> (10 << 20) + i * (1 << 20)).complaint()).contains("bytes of heap");
        Flatness threads = new Flatness();
        for (int i = 0; i < 40; i++) {
            threads.add(new Sample(i, 1, 10 + i));
        }
        assertThat(threads.complaint()).contains("threads");
    }

    private static Flatness of(LongUnaryOperator heap) {
        Flatness flatness = new Flatness();
        for (int i = 0; i < 40; i++) {
            flatness.add(new Sample(i, heap.applyAsLong(i), 10));
        }
        return flatness;
    }
}
