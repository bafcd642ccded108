package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskState;
import dev.fairway.scheduler.Intake.Admission;
import dev.fairway.testing.FakeClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The backlog and its intake against two queues, by random operations; several backlogs share one pool of rings. */
class BacklogTest {
    private static final int OPERATIONS = 30_000;

    private final FakeClock clock = new FakeClock();

    /** The ring is full, of cancelled tasks but for its head: looking for another must not come round to the head again. */
    @ParameterizedTest
    @ValueSource(ints = {8, 16})
    void theHeadOfAFullRingIsNotAnother(int capacity) {
        DefaultFairScheduler<Job, String> scheduler = (DefaultFairScheduler<Job, String>)
                Job.scheduler().ticker(clock).build();
        Pair pair = new Pair(scheduler, capacity, new RingPool(1));
        pair.fill();
        for (int i = 1; i < capacity; i++) {
            pair.cancel(pair.ordinary.getLast());
        }
        assertThat(pair.backlog.head()).isNotNull();
        assertThat(pair.backlog.waiting()).isEqualTo(1);
        assertThat(pair.backlog.hasAnother()).isFalse();
        scheduler.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 16, 31, 100})
    void itIsAQueueOfUrgentTasksBeforeAQueueOfTheOthers(int capacity) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        DefaultFairScheduler<Job, String> scheduler = (DefaultFairScheduler<Job, String>)
                Job.scheduler().ticker(clock).build();
        RingPool rings = new RingPool(1);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pairs.add(new Pair(scheduler, capacity, rings));
        }
        for (int i = 0; i < OPERATIONS; i++) {
            clock.advance(Duration.ofNanos(1));
            Pair pair = pairs.get(random.nextInt(pairs.size()));
            // long spells of filling and long spells of emptying
            boolean filling = i / 500 % 2 == 0;
            String what = "operation " + i + ", seed " + seed;
            switch (random.nextInt(10)) {
                case 0 -> pair.cancelOne(random);
                case 1 -> pair.dropOldest(what);
                case 2 -> pair.takeAllSometimes(random, what);
                case 3 -> pair.offer(random, true, what);
                case 4, 5, 6 -> pair.step(filling, random, what);
                case 7 -> pair.step(!filling, random, what);
                case 8 -> pair.cancelNewest(random);
                default -> pair.take(what);
            }
            pair.check(what);
        }
        scheduler.close();
    }

    /** A backlog and its model. */
    private final class Pair {
        private final Intake intake;
        private final Backlog backlog;
        private final ArrayDeque<Object> urgent = new ArrayDeque<>();
        private final ArrayDeque<Object> ordinary = new ArrayDeque<>();
        private final Map<Object, Long> stamps = new IdentityHashMap<>();
        private boolean asleep = true;
        private long left;
        private long lastStamp;

        Pair(DefaultFairScheduler<Job, String> scheduler, int capacity, RingPool rings) {
            intake = new Intake(scheduler, capacity);
            backlog = new Backlog(rings);
            backlog.intake = intake;
        }

        private int size() {
            return urgent.size() + ordinary.size();
        }

        void step(boolean in, Random random, String what) {
            if (in) {
                offer(random, false, what);
            } else {
                take(what);
            }
        }

        void offer(Random random, boolean isUrgent, String what) {
            Job job = Job.named("task");
            TaskNode<Job, String> node =
                    isUrgent || random.nextInt(3) > 0 ? new TaskNode<>(job, null, null, 0, isUrgent, 0) : null;
            Object item = node == null ? job : node;
            Admission admission = intake.admit(job, node, backlog);
            if (admission == Admission.NO_SLOT) {
                admission = intake.admitWithBothLocks(job, node, backlog);
            }
            Admission expected;
            if (size() == intake.capacity) {
                expected = Admission.CHANNEL_FULL;
            } else {
                expected = asleep ? Admission.LINK : Admission.ADMITTED;
                asleep = false;
                (isUrgent ? urgent : ordinary).add(item);
                long stamp = intake.lastAccepted;
                long earliest = size() > 1 ? lastStamp : clock.getAsLong(); // shared only while others wait
                assertThat(stamp).as(what).isBetween(earliest, clock.getAsLong());
                stamps.put(item, stamp);
                lastStamp = stamp;
            }
            assertThat(admission).as(what).isEqualTo(expected);
        }

        void fill() {
            while (size() < intake.capacity) {
                Job job = Job.named("task");
                TaskNode<Job, String> node = new TaskNode<>(job, null, null, 0, false, 0);
                assertThat(intake.admitWithBothLocks(job, node, backlog).isIn()).isTrue();
                ordinary.add(node);
            }
        }

        void take(String what) {
            Object expected = urgent.isEmpty() ? ordinary.peek() : urgent.peek();
            Object head = backlog.head();
            assertThat(head).as(what).isSameAs(expected);
            if (head != null) {
                assertThat(backlog.headStamp()).as(what).isEqualTo(stamps.get(head));
                if (head instanceof TaskNode<?, ?> node) {
                    node.state(TaskState.PROCESSING); // as a worker does before it takes the task out
                }
                backlog.take();
                (urgent.isEmpty() ? ordinary : urgent).remove();
                left++;
            }
            assertThat(backlog.isEmptyThenSleep()).as(what).isEqualTo(size() == 0);
            asleep |= size() == 0;
        }

        void cancelOne(Random random) {
            List<Object> all = new ArrayList<>(ordinary);
            all.addAll(urgent);
            if (!all.isEmpty()) {
                cancel(all.get(random.nextInt(all.size())));
            }
        }

        void cancelNewest(Random random) {
            ArrayDeque<Object> queue = random.nextBoolean() ? urgent : ordinary;
            if (!queue.isEmpty()) {
                cancel(queue.getLast());
            }
        }

        private void cancel(Object item) {
            if (item instanceof TaskNode<?, ?> node) {
                node.state(TaskState.CANCELLED);
                backlog.cancelled(node);
                urgent.removeIf(each -> each == item);
                ordinary.removeIf(each -> each == item);
                left++;
            }
        }

        void dropOldest(String what) {
            if (size() > 0) {
                Object expected = ordinary.isEmpty() ? urgent.remove() : ordinary.remove();
                assertThat(backlog.dropOldest()).as(what).isSameAs(expected);
                left++;
            }
        }

        void takeAllSometimes(Random random, String what) {
            if (random.nextInt(10) > 0) {
                return;
            }
            List<Object> expected = new ArrayList<>(urgent);
            expected.addAll(ordinary);
            Backlog.Taken taken = backlog.takeAll();
            assertThat(taken.count).as(what).isEqualTo(expected.size());
            List<Object> items = new ArrayList<>();
            taken.forEach(items::add);
            assertThat(items)
                    .as(what)
                    .usingElementComparator((a, b) -> a == b ? 0 : 1)
                    .isEqualTo(expected);
            urgent.clear();
            ordinary.clear();
            left += items.size();
            asleep = true;
        }

        void check(String what) {
            assertThat(backlog.waiting()).as(what).isEqualTo(size());
            assertThat(backlog.left()).as(what).isEqualTo(left);
            assertThat(backlog.head()).as(what).isSameAs(urgent.isEmpty() ? ordinary.peek() : urgent.peek());
            if (size() > 0) {
                assertThat(backlog.hasAnother()).as(what).isEqualTo(size() > 1);
            }
            long oldest = clock.getAsLong() + 1;
            for (ArrayDeque<Object> queue : List.of(urgent, ordinary)) {
                oldest = queue.isEmpty() ? oldest : Math.min(oldest, stamps.get(queue.peek()));
            }
            assertThat(backlog.oldestStamp(clock.getAsLong() + 1)).as(what).isEqualTo(oldest);
            TaskRing ring = intake.ring;
            if (ring != null) {
                assertThat(ring.length())
                        .as(what)
                        .isLessThanOrEqualTo(Math.max(RingPool.SMALLEST, 4 * intake.capacity));
            }
        }
    }
}
