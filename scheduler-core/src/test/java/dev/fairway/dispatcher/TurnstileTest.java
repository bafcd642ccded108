package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.dispatcher.Turnstile.Withdrawal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one receiver gets in CONSECUTIVE order against a model that looks at all sources each time, by random operations. */
class TurnstileTest {
    private static final class Source {
        final Lane<String> lane = new Lane<>();
        final Withdrawal withdrawal = new Withdrawal();
        long last;

        /** What waits for room, or was withdrawn and may come again; or 0. */
        long waits;

        long withdrawn;
    }

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final ReorderBuffer<String> buffer = new ReorderBuffer<>();
    private final Turnstile<String> turnstile = new Turnstile<>(buffer);
    private final List<Source> sources = new ArrayList<>();
    private final TreeSet<Long> stored = new TreeSet<>();
    private final TreeSet<Long> used = new TreeSet<>();
    private long done;
    private long released;
    private int operation;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void releasesWhatIsDoneAndNeverOvertakesWhatWaits(int count) {
        for (int i = 0; i < count; i++) {
            sources.add(new Source());
        }
        for (operation = 0; operation < 20_000; operation++) {
            Source source = sources.get(random.nextInt(count));
            switch (random.nextInt(6)) {
                case 0, 1 -> bring(source);
                case 2 -> settle(source);
                case 3 -> tryAgain(source);
                case 4 -> done += random.nextInt(count + 1);
                default -> release();
            }
            check();
        }
    }

    private void bring(Source source) {
        long number = Math.max(source.last, done - 3) + 1 + random.nextInt(4);
        if (source.waits != 0 || !used.add(number)) {
            return;
        }
        turnstile.forget(source.withdrawal);
        source.withdrawn = 0;
        source.last = number;
        if (number > released) {
            place(source, number);
        }
    }

    private void place(Source source, long number) {
        if (random.nextBoolean()) {
            boolean atOnce = buffer.wouldBeDue(source.lane, number, done);
            turnstile.add(source.lane, number, "m" + number);
            stored.add(number);
            assertThat(buffer.due(done) == source.lane && source.lane.firstTimestamp() == number)
                    .as(where())
                    .isEqualTo(atOnce);
        } else {
            turnstile.await(source.lane, number);
            source.waits = number;
        }
    }

    private void settle(Source source) {
        if (source.waits == 0) {
            return;
        }
        long number = source.waits;
        source.waits = 0;
        if (random.nextBoolean()) {
            turnstile.add(source.lane, number, "m" + number);
            stored.add(number);
        } else {
            turnstile.withdraw(source.lane, source.withdrawal, number);
            source.withdrawn = number;
        }
    }

    private void tryAgain(Source source) {
        assertThat(turnstile.mayComeAgain(source.withdrawal)).as(where()).isEqualTo(source.withdrawn != 0);
        if (source.withdrawn != 0) {
            long number = source.withdrawn;
            source.withdrawn = 0;
            turnstile.forget(source.withdrawal);
            place(source, number);
        }
    }

    private void release() {
        @Nullable Lane<String> due = buffer.due(done);
        if (due == null) {
            return;
        }
        released = due.firstTimestamp();
        assertThat(released).as(where()).isEqualTo(stored.pollFirst());
        assertThat(buffer.remove(due)).as(where()).isEqualTo("m" + released);
        turnstile.released(released);
        for (Source source : sources) {
            if (source.withdrawn < released) {
                source.withdrawn = 0;
            }
        }
    }

    private void check() {
        long firstWaiting = lowest(source -> source.waits);
        boolean dueInModel = !stored.isEmpty() && stored.first() <= done && stored.first() < firstWaiting;
        assertThat(buffer.due(done) != null).as(where()).isEqualTo(dueInModel);
        if (!dueInModel) {
            long quiet = Math.min(done, Math.min(firstWaiting, lowest(source -> source.withdrawn)) - 1);
            if (!stored.isEmpty()) {
                quiet = Math.min(quiet, stored.first() - 1);
            }
            assertThat(turnstile.quietUpTo(done)).as(where()).isEqualTo(quiet);
        }
    }

    private long lowest(ToLongFunction<Source> number) {
        return sources.stream()
                .mapToLong(number)
                .filter(value -> value != 0)
                .boxed()
                .min(Comparator.naturalOrder())
                .orElse(Long.MAX_VALUE);
    }

    private String where() {
        return "operation " + operation + ", seed " + seed;
    }
}
