package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.internal.BriefLock;
import dev.fairway.testing.Threads;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The index of the busiest against a map from channel to the binary logarithm of its value, by random operations. */
class BusiestIndexTest {
    private static final int OPERATIONS = 10_000;

    @RegisterExtension
    final Threads threads = new Threads();

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

    /** A channel in an index, which has been found to be worth something. */
    private record Rig(BusiestIndex index, DefaultChannel<Job, String> channel) {}

    static List<Named<Consumer<Rig>>> steps() {
        return List.of(
                Named.of("raise", rig -> rig.index.raise(rig.channel, TopBy.REJECTED, 1_000)),
                Named.of("settle", rig -> rig.index.settle(rig.channel, TopBy.REJECTED, 1)),
                Named.of("remove", rig -> rig.index.remove(rig.channel)),
                Named.of("candidates", rig -> rig.index.candidates(TopBy.REJECTED, 1)));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void theLockComesBeforeEverything(Consumer<Rig> step) {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            Rig rig = new Rig(new BusiestIndex(), (DefaultChannel<Job, String>) scheduler.openChannel("a"));
            rig.index.raise(rig.channel, TopBy.REJECTED, 100);
            int bucket = requireNonNull(rig.channel.places).bucket;
            rig.index.lock.lock();
            Thread thread = threads.start(() -> step.accept(rig));
            boolean heldUp =
                    Threads.isHeldUp(rig.index.lock, thread, () -> requireNonNull(rig.channel.places).bucket != bucket);
            rig.index.lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
        }
    }

    /** Who ends a channel removes it once; whoever raises it meanwhile must not bring it back. */
    @Test
    void aChannelThatEndsWhileItIsAboutToBeRaisedIsNotAdded() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            BusiestIndex index = new BusiestIndex();
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            index.lock.lock();
            Thread thread = threads.start(() -> index.raise(channel, TopBy.WAITING, 100));
            boolean heldUp = Threads.isHeldUp(index.lock, thread, () -> false);
            channel.close();
            index.lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
            threads.join();
            assertThat(channel.isEnded()).isTrue();
            assertThat(index.candidates(TopBy.WAITING, 1)).isEmpty();
        }
    }

    /** A value that grows after it was looked at raises the channel after that, so the channel never stands too low. */
    @Test
    void aChannelIsPutWhereItBelongsWithTheLocksThatItsValueIsReadWith() {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().build()) {
            DefaultChannel<Job, String> channel = (DefaultChannel<Job, String>) scheduler.openChannel("a");
            BriefLock lock = channel.scheduler.busiest.lock;
            lock.lock();
            Thread thread = threads.start(() -> channel.value(TopBy.WAITING, 0));
            boolean heldUp = Threads.isHeldUp(lock, thread, () -> false);
            boolean locked = channel.lock.isHeld() && channel.backlog.intake.isHeld();
            lock.unlock();
            assertThat(heldUp).as("with the lock held by another").isTrue();
            assertThat(locked).as("with the channel's locks").isTrue();
        }
    }

    private static List<Integer> highest(Map<DefaultChannel<?, ?>, Integer> buckets, int limit) {
        return buckets.values().stream()
                .sorted(Comparator.reverseOrder())
                .limit(limit)
                .toList();
    }
}
