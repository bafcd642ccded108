package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is released by the frontier against a model that compares all promises each time, by random operations. */
class FrontierTest {
    private static final int OPERATIONS = 5_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final long start = random.nextInt(100);
    private final ReorderBuffer<String> buffer = new ReorderBuffer<>();
    private final Frontier<String> frontier = new Frontier<>(buffer, start);

    /** The model: promises of the open sources, what waits, and what was released last. */
    private final Map<Lane<String>, Long> promises = new HashMap<>();

    private final TreeMap<Long, String> waiting = new TreeMap<>();
    private long reached = start;
    private long released = start;
    private int operation;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 20})
    void releasesWhatEveryOpenSourceHasPromised(int most) {
        List<Lane<String>> lanes = new ArrayList<>();
        for (operation = 0; operation < OPERATIONS; operation++) {
            int kind = random.nextInt(12);
            if (kind == 0 && lanes.size() < most) {
                Lane<String> lane = new Lane<>();
                long wish = reached + random.nextInt(5) - 2;
                frontier.open(lane, wish);
                promises.put(lane, Math.max(wish, reached));
                lanes.add(lane);
            } else if (kind == 1 && !lanes.isEmpty() && random.nextInt(5) == 0) {
                Lane<String> lane = lanes.remove(random.nextInt(lanes.size()));
                frontier.close(lane);
                promises.remove(lane);
                if (lanes.isEmpty() && !waiting.isEmpty()) {
                    reached = Math.max(reached, waiting.lastKey());
                }
            } else if (kind < 7 && !lanes.isEmpty()) {
                forward(lanes.get(random.nextInt(lanes.size())));
            } else if (kind < 9 && !lanes.isEmpty()) {
                Lane<String> lane = lanes.get(random.nextInt(lanes.size()));
                long timestamp = promises.get(lane) + random.nextInt(6) - 2;
                frontier.promise(lane, timestamp);
                promises.merge(lane, timestamp, Math::max);
            } else {
                releaseSome();
            }
            promises.values().stream().min(Long::compare).ifPresent(lowest -> reached = lowest);
            check();
        }
        for (Lane<String> lane : lanes) {
            frontier.close(lane);
            promises.remove(lane);
            long last = waiting.isEmpty() ? reached : Math.max(reached, waiting.lastKey());
            reached = promises.values().stream().min(Long::compare).orElse(last);
        }
        while (!waiting.isEmpty()) {
            releaseSome();
        }
        check();
    }

    private void forward(Lane<String> lane) {
        long timestamp = promises.get(lane) + 1 + random.nextInt(4);
        boolean free = frontier.use(timestamp);
        assertThat(free).as(where()).isEqualTo(!waiting.containsKey(timestamp));
        if (!free) {
            return;
        }
        assertThat(frontier.isUsed(timestamp)).as(where()).isTrue();
        frontier.promise(lane, timestamp - 1);
        promises.put(lane, timestamp - 1);
        boolean atOnce = buffer.wouldBeDue(lane, timestamp, Long.MAX_VALUE);
        if (random.nextInt(4) == 0) {
            frontier.giveBack(timestamp);
            return;
        }
        frontier.add(lane, timestamp, "m" + timestamp);
        waiting.put(timestamp, "m" + timestamp);
        promises.put(lane, timestamp);
        Lane<String> due = buffer.due(Long.MAX_VALUE);
        assertThat(due == lane && lane.firstTimestamp() == timestamp)
                .as(where())
                .isEqualTo(atOnce);
    }

    private void releaseSome() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            Lane<String> due = buffer.due(Long.MAX_VALUE);
            if (due == null) {
                return;
            }
            Map.Entry<Long, String> expected = waiting.pollFirstEntry();
            assertThat(due.firstTimestamp())
                    .as(where())
                    .isEqualTo(expected.getKey())
                    .isGreaterThan(released);
            released = due.firstTimestamp();
            assertThat(buffer.remove(due)).as(where()).isEqualTo(expected.getValue());
        }
    }

    private void check() {
        assertThat(frontier.value()).as(where()).isEqualTo(reached);
        assertThat(buffer.size()).as(where()).isEqualTo(waiting.size());
        boolean dueInModel = !waiting.isEmpty() && (promises.isEmpty() || waiting.firstKey() <= reached);
        assertThat(buffer.due(Long.MAX_VALUE) != null).as(where()).isEqualTo(dueInModel);
        if (!dueInModel) {
            assertThat(frontier.quietUpTo()).as(where()).isEqualTo(reached);
        }
        assertThat(buffer.due(released)).as(where()).isNull();
    }

    private String where() {
        return "operation " + operation + ", seed " + seed;
    }
}
