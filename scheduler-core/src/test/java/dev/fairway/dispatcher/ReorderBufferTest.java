package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reorder buffer against one that looks at every lane each time, by random operations. */
class ReorderBufferTest {
    private static final int OPERATIONS = 20_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final ReorderBuffer<Long> buffer = new ReorderBuffer<>();
    private final List<Model> lanes = new ArrayList<>();

    /** A lane, and what it is thought to hold. */
    private static final class Model {
        final Lane<Long> lane = new Lane<>();
        final TreeSet<Long> waiting = new TreeSet<>();
        boolean holding;
        long promise;

        /** Nothing above is released for its sake. */
        long bound() {
            return !waiting.isEmpty() ? waiting.first() - 1 : holding ? promise : Long.MAX_VALUE;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 20})
    void whatIsDueIsTheFirstThatNobodyHoldsUp(int most) {
        long next = 1;
        for (int i = 0; i < OPERATIONS; i++) {
            String what = "operation " + i + ", seed " + seed;
            if (lanes.size() < most && random.nextInt(10) == 0) {
                Model model = new Model();
                model.holding = true;
                model.promise = next;
                buffer.hold(model.lane, next);
                lanes.add(model);
            } else if (!lanes.isEmpty()) {
                next = change(lanes.get(random.nextInt(lanes.size())), next, what);
            }
            check(next + random.nextInt(10) - 5, what);
            if (random.nextInt(2_000) == 0) {
                long size =
                        lanes.stream().mapToLong(model -> model.waiting.size()).sum();
                assertThat(buffer.clear()).as(what).isEqualTo((int) size);
                lanes.clear(); // who has cleared it uses it no more; but nothing may be left
                assertThat(buffer.size()).as(what).isZero();
                return;
            }
        }
    }

    private long change(Model model, long next, String what) {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                if (model.holding) {
                    long timestamp = Math.max(next, model.promise) + 1 + random.nextInt(3);
                    buffer.add(model.lane, timestamp, timestamp);
                    model.waiting.add(timestamp);
                    model.promise = timestamp;
                    return timestamp; // so that no two are the same
                }
            }
            case 3 -> {
                if (model.holding) {
                    model.promise += random.nextInt(20);
                    buffer.hold(model.lane, model.promise);
                }
            }
            case 4 -> {
                if (random.nextInt(10) == 0) {
                    model.holding = false;
                    buffer.letGo(model.lane);
                }
            }
            default -> {
                long limit = next + random.nextInt(5) - 2;
                Lane<Long> due = buffer.due(limit);
                if (due != null) {
                    Model first = lanes.stream()
                            .filter(each -> each.lane == due)
                            .findFirst()
                            .orElseThrow();
                    assertThat(buffer.remove(due)).as(what).isEqualTo(first.waiting.pollFirst());
                    if (!first.holding && first.waiting.isEmpty()) {
                        lanes.remove(first);
                    }
                }
            }
        }
        lanes.removeIf(each -> !each.holding && each.waiting.isEmpty());
        return next;
    }

    private void check(long limit, String what) {
        long bound = lanes.stream().mapToLong(Model::bound).min().orElse(Long.MAX_VALUE);
        assertThat(buffer.quietUpTo(limit)).as(what).isEqualTo(Math.min(limit, bound));
        assertThat(buffer.lowestPromise(limit))
                .as(what)
                .isEqualTo(lanes.stream()
                        .filter(model -> model.holding)
                        .mapToLong(model -> model.promise)
                        .reduce(limit, Math::min));
        assertThat(buffer.size())
                .as(what)
                .isEqualTo(
                        lanes.stream().mapToInt(model -> model.waiting.size()).sum());
        Model first = lanes.stream()
                .filter(model -> !model.waiting.isEmpty())
                .min(Comparator.comparingLong(model -> model.waiting.first()))
                .orElse(null);
        boolean isDue = first != null && first.waiting.first() <= limit && mayGo(first.waiting.first(), first);
        assertThat(buffer.due(limit)).as(what).isSameAs(isDue ? first.lane : null);
        for (Model model : lanes) {
            boolean would = model.waiting.isEmpty() && mayGo(limit, model);
            assertThat(buffer.wouldBeDue(model.lane, limit, Long.MAX_VALUE))
                    .as(what)
                    .isEqualTo(would);
            assertThat(buffer.wouldBeDue(model.lane, limit, limit - 1)).as(what).isFalse();
        }
    }

    /** Whether no other lane holds up that timestamp of this one, by a promise or by something earlier. */
    private boolean mayGo(long timestamp, Model of) {
        return lanes.stream().filter(model -> model != of).allMatch(model -> model.bound() >= timestamp);
    }
}
